"""Two authorities in one installation: whoever works for the one learns nothing of the other and changes nothing of it.

Every closed route is asked by everybody of the second authority with ids and words of the first. What is public
(`Role.PUBLIC` in the table of permits) is common by design and is not asked here.
"""

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.openapi import operations
from api.permits import Action, is_open, may
from inspection.kernel.command import Command, Role
from tests.api.samples import Sampler
from tests.support.routes import reference, routes
from tests.tenants.callers import Caller, callers
from tests.tenants.holdings import TOKEN, WORD, Holdings, holdings, keys_of, rows_of, state
from tests.tenants.world import MARK, Tenants

PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
ENDS_THE_CALLER = frozenset({Action.SESSION_CLOSE})
"""Asked at last by nobody: whoever is signed out asks for nothing more."""
ENDLESS = frozenset({"/v1/sync/events"})
"""It tells only that there is something to be pulled."""
UUIDS = re.compile(r":uuid\}|_id\}")
NOBODY = "019cac0f-2680-7e3b-bb08-41f2e6a8506f"
MOST_ALIKE = 3
LEAST_ROWS, LEAST_ASKED = 1000, 500
SAME_EVERYWHERE = re.compile(r'"path":"(?:README\.txt|[^"]*/checklists/[^"]*)","sha256":"([0-9a-f]{64})"')
"""Files of every export, and of every authority that uses the shipped check points."""
REFUSED = frozenset({400, 401, 403, 404, 405, 412, 413, 415, 422, 428})
BEGINNING = re.compile(f"(?=({WORD.pattern}))")
"""Every three signs in a row, also those that overlap."""


@dataclass
class Told:
    """What nobody of the second authority may be told, and what they were told."""

    secret: Holdings
    leaks: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    def __post_init__(self) -> None:
        """Words by one of their beginnings: a text is looked through for what stands in it, not for every word."""
        self._begun: dict[str, list[str]] = {}
        for word in self.secret.words:
            (begun, *_) = WORD.findall(word)
            self._begun.setdefault(begun, []).append(word)

    def look(self, who: Caller, method: str, path: str, answer: httpx.Response) -> None:
        self.asked += 1
        if answer.status_code >= 500:
            self.wrong[f"{answer.status_code} {method} {path} {who.name}"] += 1
        for one in {one for text in texts(answer) for one in self._secrets_in(text)}:
            # What was asked for may be said again: it tells the caller nothing.
            asked = str(answer.request.url) + (answer.request.content or b"").decode("utf-8", "replace")
            if one not in asked and httpx.URL(f"http://x/{one}").path[1:] not in httpx.URL(asked).path:
                self.leaks[f"{method} {path}: {who.name} is told {one}"] += 1

    def _secrets_in(self, text: str) -> set[str]:
        found = {one for one in TOKEN.findall(text) if one in self.secret.tokens}
        begun = self._begun.keys() & set(BEGINNING.findall(text))
        found |= {word for one in begun for word in self._begun[one] if word in text}
        return found | ({MARK} if MARK in text else set())


def texts(answer: httpx.Response) -> Iterator[str]:
    """All that an answer says: its headers, and its body in plain words."""
    yield " ".join(value for name, value in answer.headers.items() if name != "dpop-nonce")
    kind = answer.headers.get("content-type", "")
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
            for name in files.namelist():
                yield name + html.unescape(files.read(name).decode("utf-8", "replace"))
    elif kind.startswith(("text/", "application/")) and "pdf" not in kind:
        yield html.unescape(answer.text)


def secret_of(tenants: Tenants) -> Holdings:
    """What the database said of the first authority alone, but for what the second one says itself, what is shipped
    with every installation, and what an authority is called, which every public page says.
    """
    mine, theirs = holdings(tenants.alone), holdings(tenants.database, tenants.second)
    named = [str(row["name"]) for row in rows_of(tenants.alone, "authority")]
    known = "\n".join([*theirs.texts, *shipped(), *named])
    words = {one for one in mine.words if not all(part in known for part in one.split("、"))}
    shared = {one for text in mine.texts for one in SAME_EVERYWHERE.findall(text)}
    return Holdings(mine.tokens - theirs.tokens - shared, frozenset(words), ())


def shipped() -> list[str]:
    """Rule-sets, lists and catalogues as they are installed."""
    kinds = ("*.toml", "*.po", "*.csv")
    return [path.read_text("utf-8-sig") for kind in kinds for path in sorted(Path("inspection").rglob(kind))]


@dataclass(frozen=True)
class Question:
    """One thing that a route is asked: with ids of the first authority in its address, its query or its body."""

    method: str
    route: str
    path: str
    action: Action
    desk: bool
    sent: dict[str, Any] = field(default_factory=dict, hash=False)


def closed_routes() -> list[tuple[str, str, Action, bool]]:
    """(path, method, action, whether it is the desk's) of what is not open to anybody."""
    return [
        (route.path, method.upper(), action, bool(handler.opt.get("desk")))
        for route, method, handler in operations(routes())
        if "action" in handler.opt and method != "options" and route.path not in ENDLESS
        if not is_open(action := Action(handler.opt["action"])) and action not in ENDS_THE_CALLER
    ]


Ids = Callable[[str], list[str]]


def addresses(path: str, *names: Ids, words: dict[str, list[str]]) -> list[str]:
    """The addresses of a route; `names`: whose ids stand in the first place of it, in the second and so on, the last
    for all that follow.
    """
    named = PARAMETER.findall(path)
    values = []
    for place, (name, kind) in enumerate(named):
        ids = names[min(place, len(names) - 1)]
        values.append((ids(name) if kind == "uuid" else words.get(name, ["1"])) or [NOBODY])
    found = []
    for told in islice(product(*values), MOST_ALIKE):
        address = path
        for (name, kind), value in zip(named, told, strict=True):
            address = address.replace(f"{{{name}:{kind}}}", value, 1)
        found.append(address)
    return found


def words_of(tenants: Tenants) -> dict[str, list[str]]:
    """By the name of a parameter that is no id, what the first authority has under it."""

    def column(table: str, name: str, most: int = 2) -> list[str]:
        return sorted({str(row[name]) for row in rows_of(tenants.alone, table) if row[name]})[:most]

    return {
        "digest": column("blob", "digest", 3),
        "copy": column("public_copy", "copy", 1),
        "number": column("dossier", "number") + column("publication", "number"),
        "code": column("inspection_object", "code", 1)
        + column("inspection_item", "code", 1)
        + column("channel", "code"),
        "entry": column("entry", "hash"),
        "kind": ["record", "notice", "decision"],
        "item": column("inspection_item", "code"),
        "register": ["objects"],
        "what": ["objects"],
        "name": ["inspection_object"],
        "upload_id": column("upload", "id"),
        "file": ["items.json"],
        "kind_of_file": ["csv"],
        "listed": ["rejected"],
        "about": ["x"],
        "table": ["inspection_object"],
        "rest": ["nowhere"],
        "q": column("inspection_object", "name", 1) + column("inspection_object", "code", 1),
    }


def questions(tenants: Tenants) -> list[Question]:
    """Every closed route with every kind of id in its address that the first authority has; where there are several,
    also with one of the second's own in front.
    """
    theirs, own = keys_of(tenants.alone, tenants.first), keys_of(tenants.database, tenants.second)
    words, found = words_of(tenants), []
    for path, method, action, desk in closed_routes():
        asked = addresses(path, theirs, words=words)
        if len(PARAMETER.findall(path)) > 1:
            asked += addresses(path, own, theirs, words=words)
        found += [Question(method, path, one, action, desk) for one in dict.fromkeys(asked)]
    return found


def spoken(tenants: Tenants) -> list[Question]:
    """Every described operation with a body and a query in which every id and every word is one of the first's."""
    theirs, words = keys_of(tenants.alone, tenants.first), words_of(tenants)
    own = keys_of(tenants.database, tenants.second)
    document = reference()
    sampler, found = Foreign(document, 7, theirs, words), []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            action = Action(operation["x-action"])
            if is_open(action) or action in ENDS_THE_CALLER or path in ENDLESS:
                continue
            typed = typed_path(path, operation)
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            bodies = [{"json": sampler.value(schema)} for _ in range(2)] if schema else [{}]
            queries: list[dict[str, Any]] = [{}]
            told = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
            needed = {one["name"]: sampler.named(one["name"], one["schema"]) for one in told if one.get("required")}
            queries = [needed | {one["name"]: sampler.named(one["name"], one["schema"])} for one in told] or [{}]
            named = [addresses(typed, whose, words=words)[0] for whose in (theirs, own)]
            for address, body, query in product(dict.fromkeys(named), bodies, queries):
                found.append(Question(method.upper(), path, address, action, False, {**body, "params": query}))
    return found


def typed_path(path: str, operation: dict[str, Any]) -> str:
    """The path with the kind of each parameter, as the framework has it."""
    told = {one["name"]: one["schema"].get("format") for one in operation.get("parameters", ()) if one["in"] == "path"}
    kinds = {name: "uuid" if kind == "uuid" else "str" for name, kind in told.items()}
    return re.sub(r"\{(\w+)\}", lambda found: f"{{{found[1]}:{kinds[found[1]]}}}", path)


class Foreign(Sampler):
    """Values that fit a schema, in which every id is one of the first authority's."""

    def __init__(self, document: dict[str, Any], seed: int, ids: Ids, words: dict[str, list[str]]) -> None:
        super().__init__(document, seed)
        self._ids, self._words, self._name = ids, words, ""

    def named(self, name: str, schema: dict[str, Any]) -> Any:
        before, self._name = self._name, name
        value = self.value(schema)
        self._name = before
        return value

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {name: self.named(name, member) for name, member in schema.get("properties", {}).items()}

    def _array(self, schema: dict[str, Any]) -> list[Any]:
        return [self.value(schema.get("items", {"type": "string"}))]

    def _null(self, _: dict[str, Any]) -> None:
        return None

    def _string(self, schema: dict[str, Any]) -> str:
        name = self._name
        if schema.get("format") == "uuid":
            known = self._ids(name) or self._ids(name.removesuffix("s")) or self._ids("visit")
            return known[0]
        if found := self._words.get(name):
            return found[0]
        return super()._string(schema)


async def ask(told: Told, everybody: list[Caller], asked: list[Question]) -> None:
    """Let everybody who may ask for such a thing at all ask; the others are refused before anything is looked for."""
    for question in asked:
        foreign = UUIDS.search(question.route) and told.secret.tokens & set(TOKEN.findall(question.path))
        for who in everybody:
            if who.desk is question.desk and may(who.role, question.action):
                form = {"data": {"form_token": who.form_token}} if who.desk and question.method == "POST" else {}
                answer = await who.http.request(question.method, question.path, **form, **question.sent)
                told.look(who, question.method, question.path, answer)
                if foreign and answer.status_code not in REFUSED and answer.content != b"[]":
                    told.wrong[f"{answer.status_code} {question.method} {question.route} {who.name}"] += 1


@pytest.fixture
async def everybody(tenants: Tenants, app: Litestar, cmd: Command) -> AsyncIterator[list[Caller]]:
    devices = [UUID(str(row["id"])) for row in rows_of(tenants.database, "device", tenants.second)]
    async with callers(app, cmd, tenants.second, devices) as found:
        yield found


@pytest.fixture(scope="module")
def secret(two: Tenants) -> Holdings:
    """Before anybody asked."""
    return secret_of(two)


@pytest.fixture
async def told(tenants: Tenants, secret: Holdings, everybody: list[Caller]) -> AsyncIterator[Told]:
    """Whoever asks is told nothing, and nothing that the first authority has is another thing afterwards."""
    before = await state(tenants.alone)
    assert sum(map(len, before.values())) > LEAST_ROWS
    told = Told(secret)
    assert len(told.secret.tokens) > LEAST_ROWS
    yield told
    assert told.asked > LEAST_ASKED
    assert sorted(told.leaks) == []
    assert sorted(told.wrong) == []
    after = await state(tenants.alone)
    changed = {name: [key for key, row in rows.items() if after[name].get(key) != row] for name, rows in before.items()}
    assert {name: keys for name, keys in changed.items() if keys} == {}


async def test_ids_of_another_authority_open_nothing(tenants: Tenants, told: Told, everybody: list[Caller]) -> None:
    assert {one.role for one in everybody} >= {*Role} - {Role.SYSTEM, Role.PUBLIC}
    await ask(told, everybody, questions(tenants))


async def test_ids_and_words_of_another_authority_in_bodies_and_queries_open_nothing(
    tenants: Tenants, told: Told, everybody: list[Caller]
) -> None:
    await ask(told, everybody, spoken(tenants))
