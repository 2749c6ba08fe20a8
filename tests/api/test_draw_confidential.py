"""Two offices that are the same to the last byte but for the dice of their draw: whoever asks whatever cannot tell who
was drawn (draw.md §4.14, §5, T18).

The service's own chance is repeatable here, so all that does not hang on the seed comes out alike: ids, the key of the
salts, the fingerprint. What may differ is what the seed makes public (hashes and tickets, masked by their length) and
which inspectors' ids a reader of the visits sees; all else must be equal. No answer is timed: that both take as long
follows from the same code running over as many rows.
"""

import io
import json
import logging
import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import jwt
import pytest
from litestar import Litestar

from api.app import process_for, serving
from inspection.authority.found import found_authority, open_account, open_unit
from inspection.authority.tokens import issue_token
from inspection.documents import press
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.salts import attribute_salt, salt
from inspection.draw.tables import DrawSecret, DrawTicket
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, uninstall_projections
from inspection.kernel.settings import Settings
from inspection.registry.objects.tables import InspectionObject
from tests.api import line
from tests.api.conftest import PASSWORD, started
from tests.api.line import Walk
from tests.conftest import NOW

READERS = (Role.SECTION_HEAD, Role.INSPECTOR, Role.SUPERVISOR, Role.LEGAL)
DICE = ("20731940586129753048", "11223344556677889900")
BREAK = "\u200b".encode()
"""Where a line of a paper may end within a number."""
PRINTED = r"(?:[0-9a-f]{8}(?: |\\n)){7}[0-9a-f]{8}"
"""A hash on paper, in groups of eight."""
HEX = re.compile(rf"[0-9a-f]{{32,}}|(?<=>)[0-9a-f]{{8,}}(?=…?<)|{PRINTED}")
BOXES = r'(?:\{"text": "[0-9]", "span": 1, "label": false\}(?:, )?){20}'
LINE_ID = re.compile(r'"id":"[0-9a-f-]{36}"(?=,"stream":)')
FORM_TOKEN = re.compile(r'(?<=name="form_token" value=")[^"]+')
THROWN = re.compile("|".join(["(?:<i>[0-9]</i>){20}", BOXES, *DICE]))


@dataclass(frozen=True)
class Told:
    """What one office answered, by reader and path; who was drawn there, and what must not be told."""

    answers: dict[tuple[str, str], tuple[int, str]]
    drawn: frozenset[str]
    asked: frozenset[str]
    secrets: frozenset[str]
    log: str


@asynccontextmanager
async def opened(folder: Path, template: Path, routed: Litestar) -> AsyncIterator[tuple[Walk, Litestar]]:
    """An office of its own on a fresh SQLite file, the same whenever it is opened."""
    file = shutil.copy(template, f"{folder}.sqlite3")
    settings = Settings(database_url=f"sqlite:///{file}", data_dir=folder, rate_limit=False)
    uninstall_projections()
    service = serving(routed, process_for(settings, FixedClock(NOW), SeededEntropy("server")))
    async with started(service):
        cmd = Command(Actor("admin", "admin", Role.ADMIN), NOW, SeededEntropy("office"))
        owner = await found_authority(cmd, code="c", name="c", short_name="c", rule_set="weihai-jingkai-commerce")
        unit = await open_unit(cmd, authority=owner.id, name="first section")
        transport = httpx.ASGITransport(app=service, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            yield Walk(client, partial(_signed_in, cmd, owner.id, unit.id)), service
    uninstall_projections()


async def _signed_in(cmd: Command, authority, unit, role: Role) -> dict[str, str]:
    account = await open_account(
        cmd, authority=authority, unit=unit, username=role.value, name=role.value, role=role, password=PASSWORD
    )
    return {"Authorization": f"Bearer {await issue_token(cmd, expires=NOW.replace(hour=9), account_id=account.id)}"}


async def told(walk: Walk, service: Litestar, caplog: pytest.LogCaptureFixture) -> Told:
    """Hold the draw, form the visits, then ask for everything there is."""
    await walk.fill_registers()
    await walk.plan()
    await walk.preset()
    await walk.draw()
    made = await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    objects = await InspectionObject.select(InspectionObject.id, InspectionObject.code).order_by(InspectionObject.code)
    tickets = await DrawTicket.select(DrawTicket.object).where(DrawTicket.status == "drawn")
    asked = [(str(one["id"]), one["code"]) for one in objects[::10]]
    answers = {}
    for path in _paths(walk, service, asked):
        for reader in _readers(path):
            answer = await (walk.ask(reader, "GET", path) if reader else walk.client.get(path))
            answers[str(reader), path] = answer.status_code, _readable(answer)
    assert made["created"] == len(tickets)
    drawn = frozenset(str(one["object"]) for one in tickets)
    return Told(answers, drawn, frozenset(name for name, _ in asked), await _secrets(), caplog.text)


async def _secrets() -> frozenset[str]:
    (row,) = await DrawSecret.select()
    h, key = hash_named("sha256"), bytes(row["key"])
    codes = [one["code"] for one in await InspectionObject.select(InspectionObject.code)]
    return frozenset({key.hex()} | {make(h, key, code).hex() for code in codes for make in (salt, attribute_salt)})


def _paths(walk: Walk, service: Litestar, asked: list[tuple[str, str]]) -> list[str]:
    """Every page that can be read, with the ids that there are; those of objects for some of them."""
    read = [route.path for route in service.routes if "GET" in getattr(route, "methods", ())]
    found = [f"/office/journal/kind?kind={kind.value}&limit=200" for kind in EventKind]
    for path in read:
        # Searching the journal gives the lines of all kinds once more, those of one instant in the order of thrown ids.
        if path.startswith(("/schema", "/assets", "/v1/", "/office/journal/search")):
            continue
        if "{object_id:" not in path and "{oid:" not in path and path != "/office/ledger/{code:str}":
            found.append(_filled(walk, path))
            continue
        for name, code in asked:
            about = path.replace("{object_id:uuid}", name).replace("{oid:str}", code).replace("{code:str}", code)
            found.append(_filled(walk, about))
    draw = walk.ids["draw_id"]
    return [*found, f"/office/journal/stream?stream=draw:{draw}", f"/public/draws/{draw}.json"]


def _readers(path: str) -> tuple[Role | None, ...]:
    """Who asks. The journal and the pages of single objects answer everybody who may read them alike."""
    if not path.startswith("/office/"):
        return (None,)
    return (Role.SUPERVISOR,) if path.startswith(("/office/journal", "/office/registry/objects/")) else READERS


def _filled(walk: Walk, path: str) -> str:
    def known(match: re.Match[str]) -> str:
        return walk.ids.get(match[1], {"uuid": walk.ids["plan_id"], "int": "1"}.get(match[2], "x1"))

    return re.sub(r"\{(\w+):(\w+)\}", known, path)


def _readable(answer: httpx.Response) -> str:
    """The text of an answer; of an archive the names and texts of its files."""
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return "\n".join(f"{name}: {archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())
    return answer.text


def masked(path: str, text: str) -> str:
    """Hashes and thrown digits by their length; the journal's lines without their own ids; in lists of visits the teams
    by their size; of what an office's keys sign what it says, and of the keys how many there are.
    """
    if path == "/v/status":
        text = json.dumps(jwt.decode(text, options={"verify_signature": False}), sort_keys=True)
    if path.startswith("/office/journal"):
        # A line's own id is thrown anew for every line, of draws or not.
        text = LINE_ID.sub('"id":"line"', text)
    if path == "/desk/sign-in":
        # The token of a form is made with the office's own secret.
        text = FORM_TOKEN.sub("", text)
    if path == "/v/keys":
        text = str(len(json.loads(text)["keys"]))
    if path.startswith("/office/visits") and text.startswith("["):
        visits = [one | {"team": len(one["team"]), "proposed_leader": None} for one in json.loads(text)]
        text = json.dumps(visits, ensure_ascii=False)
    return THROWN.sub("dice", HEX.sub(lambda found: "#" * len(found[0]), text))


async def test_t18_nobody_can_tell_from_any_answer_who_was_drawn(
    tmp_path: Path,
    sqlite_template: Path,
    routed: Litestar,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # A paper is compared by what it says: of its bytes nobody could tell what the dice alone have changed.
    monkeypatch.setattr(press, "typeset", lambda paper: press._files(paper)["paper.json"].replace(BREAK, b""))
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")  # the reader's own requests
    both = []
    for number, dice in enumerate(DICE):
        monkeypatch.setattr(line, "DICE", dice)
        caplog.clear()
        async with opened(tmp_path / str(number), sqlite_template, routed) as (walk, service):
            both.append(await told(walk, service, caplog))
    one, other = both
    assert one.drawn != other.drawn
    assert (one.drawn ^ other.drawn) & one.asked, "nobody was asked about who is drawn in one office only"
    assert one.answers.keys() == other.answers.keys()
    assert {status for status, _ in one.answers.values()} >= {200, 403, 404}
    differing = [
        asked
        for asked, (status, text) in one.answers.items()
        if (status, masked(asked[1], text)) != (other.answers[asked][0], masked(asked[1], other.answers[asked][1]))
    ]
    assert differing == []
    assert any(one.answers[asked] != other.answers[asked] for asked in one.answers), "the mask hid nothing"
    for told_ in both:
        leaked = [asked for asked, (_, text) in told_.answers.items() if any(word in text for word in told_.secrets)]
        assert leaked == []
        assert not any(word in told_.log for word in told_.secrets | told_.drawn)


@pytest.mark.parametrize(
    "leak",
    [
        '{"drawn":["019cac0f-2680-7b22-b517-adc787a3e2bb"]}',
        '{"drawn":4}',
        "91371000MA3F000012",
        "第7加油站",
        "<td>12</td>",
    ],
)
def test_t18_the_mask_hides_no_name_no_id_and_no_count(leak: str) -> None:
    assert masked("/office/draws", leak) == leak
    assert masked("/public/draws", f"{'ab' * 32} {leak}") == f"{'#' * 64} {leak}"
