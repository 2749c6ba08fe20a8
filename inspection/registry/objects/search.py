"""The search among objects: by a fragment of the name, the beginning of the code, area, tag and the like, in pages.

A page is found by going through the objects in the order of their codes, when what is sought is frequent; by the index
of words, when it is rare. Which of the two it is nobody knows beforehand, and to guess wrongly costs a second among a
million objects; so a short walk comes first, then the words with a limit, and at last both, shelf by shelf: codes that
begin alike (kind of body, division) hold what is alike, and a whole shelf without the words is stepped over.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from inspection.kernel.errors import Invalid
from inspection.kernel.search_words import search_text
from inspection.registry.objects import store, store_registers
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.objects.store_search import BEYOND, Asked, by_words, next_shelf, walk
from mobile_contract.problems import ProblemCode

STEPS = 5_000  # of a walk: some milliseconds
SHORT = 500  # the same on a shelf of which nothing is known
MOST = 10_000  # objects with the words that are sorted at once
LONGEST = 100  # characters of what people look for
_UNSPEAKABLE = frozenset({"Cc", "Cs"})


async def search_objects(authority: UUID, query: ObjectQuery) -> list[ObjectFacts]:
    """A page of the objects for which all conditions hold, by code, compared byte by byte on every database.

    `tag` is a trade, a special register or a supervision tag, by its whole name; `code` the whole code or its
    beginning.

    Raises:
        Invalid: `registry.search_too_long`, `registry.search_characters` (control characters or nothing but spaces).
    """
    asked = _asked(authority, query)
    if query.tag is None:
        found: Collection[str] = await _page(asked)
    else:
        tag = _sayable("tag", query.tag).strip()
        named = await store_registers.named(authority, [tag])
        found = set(await _page(replace(asked, trade=tag)))
        for register in named:
            found |= set(await _page(replace(asked, register=register)))
    return await store.objects_by_code(authority, sorted(found)[: query.limit])


def _asked(authority: UUID, query: ObjectQuery) -> Asked:
    start = _code(query.code) if query.code is not None else ""
    values = {
        "area": _sayable("area", query.area) if query.area is not None else None,
        "kind": query.kind and query.kind.value,
        "credit_grade": query.credit_grade,
        "status": query.status and query.status.value,
        "risk": query.risk and query.risk.value,
        "owner": query.owner,
    }
    return Asked(
        authority,
        fragment=_fragment(query.name) if query.name is not None else None,
        values=tuple((column, value) for column, value in values.items() if value is not None),
        complaints_from=query.complaints_from,
        after=query.after or "",
        start=start,
        until=start + BEYOND,
        limit=query.limit,
    )


def _fragment(name: str) -> str:
    folded = search_text(_sayable("name", name))
    if not folded:
        raise Invalid(ProblemCode.MALFORMED, "registry.search_characters", field="name")
    return folded


def _code(code: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", _sayable("code", code)).upper().split())
    if not text:
        raise Invalid(ProblemCode.MALFORMED, "registry.search_characters", field="code")
    return text


def _sayable(field: str, text: str) -> str:
    if len(text) > LONGEST:
        raise Invalid(ProblemCode.MALFORMED, "registry.search_too_long", field=field, limit=LONGEST, length=len(text))
    if any(unicodedata.category(char) in _UNSPEAKABLE for char in text):
        raise Invalid(ProblemCode.MALFORMED, "registry.search_characters", field=field)
    return text


async def _page(asked: Asked) -> list[str]:
    """The first `limit` codes, or more."""
    found, last = await walk(asked, STEPS)
    if len(found) >= asked.limit or last is None:
        return found
    narrow = asked.fragment is not None or asked.values or asked.trade is not None
    if narrow and (whole := await by_words(asked, MOST)) is not None:
        return whole
    if narrow and asked.register is None:
        return found + await _shelves(replace(asked, after=last, limit=asked.limit - len(found)))
    return found + await _walk_on(replace(asked, after=last, limit=asked.limit - len(found)))


async def _shelves(asked: Asked) -> list[str]:
    found: list[str] = []
    while len(found) < asked.limit and (head := await next_shelf(asked)) is not None:
        shelf = replace(asked, until=min(asked.until, head + BEYOND), limit=asked.limit - len(found))
        some, last = await walk(shelf, SHORT)
        if len(some) < shelf.limit and last is not None:
            whole = await by_words(shelf, MOST, head)
            some = whole if whole is not None else await _walk_on(shelf)
        found += some
        asked = replace(asked, after=head + BEYOND)
    return found


async def _walk_on(asked: Asked) -> list[str]:
    found: list[str] = []
    last: str | None = asked.after
    while len(found) < asked.limit and last is not None:
        some, last = await walk(replace(asked, after=last, limit=asked.limit - len(found)), STEPS)
        found += some
    return found
