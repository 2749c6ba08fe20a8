"""Queries of the search among what is public, newest first: two ways to a page, each right, each fast for others."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.ids import plain_uuid
from inspection.kernel.search_index import SearchIndex
from inspection.kernel.sql import found_by_words, holds
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.release import Standing
from inspection.publicity.tables import INDEXES, Publication

WORDS = next(index for index in INDEXES if isinstance(index, SearchIndex) and index.table == "publication")
_FILTERED = ("penalty", "authority", "public_code", "item_code", "result_codes")
_PENALTIES = "penalty IS NOT NULL"
ENDING = 5
_CODE = re.compile(r"[0-9a-z]{8,}")
_COLUMNS = ("id", "state", "published_at", WORDS.text, *_FILTERED)
Place = tuple[datetime, UUID]
"""Where a page begins: behind this instant and id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the public register is narrowed to. `code`, `item`: as the register says them; `since` and `until`: days of
    publication, both included; `results`: with any of these codes.
    """

    kind: DocumentKind = DocumentKind.RESULT
    authority: UUID | None = None
    code: str = ""
    item: str = ""
    since: date | None = None
    until: date | None = None
    results: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sought:
    """A page of `limit` publications behind a place; `fragment` is folded, '' for all; `wanted`: what else holds of
    each of them; `among`: which of all that are out a walk goes through.
    """

    fragment: str
    behind: Place | None
    limit: int
    wanted: QueryString
    among: str = "1 = 1"


async def straight(sought: Sought) -> list[UUID]:
    """The ids of a page, whatever the fragment: for where none is sought."""
    bound, bounds = _behind(sought.behind)
    rows = await Publication.raw(
        f"SELECT id FROM publication WHERE state = {{}} AND {bound} AND {{}} "
        f"ORDER BY published_at DESC, id DESC LIMIT {sought.limit}",
        Standing.PUBLISHED.value,
        *bounds,
        sought.wanted,
    )
    return [plain_uuid(row["id"]) for row in rows]


def sought_for(wanted: Wanted, fragment: str, behind: Place | None, limit: int) -> Sought:
    """The page of what is wanted. Penalties have an index of their own, so that nobody walks through all results."""
    if wanted.kind is DocumentKind.PENALTY:
        return Sought(fragment, behind, limit, _conditions(wanted), _PENALTIES)
    return Sought(fragment, behind, limit, _conditions(wanted))


def _conditions(wanted: Wanted) -> QueryString:
    # A comparison of truths: by a bare IS NULL SQLite would look all results up in the unique index of penalties.
    told = [QueryString(_PENALTIES if wanted.kind is DocumentKind.PENALTY else "(penalty IS NULL) = (1 = 1)")]
    if wanted.authority is not None:
        told.append(QueryString("authority = {}", wanted.authority))
    if wanted.code:
        told.append(QueryString("public_code = {}", wanted.code))
    if wanted.item:
        told.append(QueryString("item_code = {}", wanted.item))
    if wanted.since is not None:
        told.append(QueryString("published_at >= {}", _midnight(wanted.since)))
    if wanted.until is not None:
        told.append(QueryString("published_at < {}", _midnight(wanted.until + timedelta(days=1))))
    if wanted.results:
        codes = [holds("result_codes", f",{code},") for code in sorted(wanted.results)]
        told.append(QueryString(f"({' OR '.join('{}' for _ in codes)})", *codes))
    return QueryString(" AND ".join("{}" for _ in told), *told)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


async def walk(sought: Sought, steps: int) -> tuple[list[UUID], Place | None]:
    """(the ids of a page as far as the next `steps` publications hold them, the last place that was looked at); None
    when there is nothing behind it.
    """
    bound, bounds = _behind(sought.behind)
    seen = await Publication.raw(
        f"SELECT published_at, id FROM publication WHERE state = {{}} AND {sought.among} AND {bound} "
        f"ORDER BY published_at DESC, id DESC LIMIT 1 OFFSET {steps - 1}",
        Standing.PUBLISHED.value,
        *bounds,
    )
    last = (_instant(seen[0]["published_at"]), plain_uuid(seen[0]["id"])) if seen else None
    until, ends = _until(last)
    rows = await Publication.raw(
        f"SELECT id FROM publication WHERE state = {{}} AND {bound} AND {until} AND {{}} AND {{}} "
        f"ORDER BY published_at DESC, id DESC LIMIT {sought.limit}",
        Standing.PUBLISHED.value,
        *bounds,
        *ends,
        sought.wanted,
        holds(WORDS.text, sought.fragment),
    )
    return [plain_uuid(row["id"]) for row in rows], last


async def by_words(sought: Sought, most: int) -> list[UUID] | None:
    """The ids of a page, found by the index of words; None when more than `most` publications have the words."""
    # Codes begin alike, and the longest lists of words are those of their beginnings: the end of one tells it apart.
    words = sought.fragment[-ENDING:] if _CODE.fullmatch(sought.fragment) else sought.fragment
    found = await found_by_words(WORDS, _COLUMNS, words, (), most)
    if found is None:
        return None
    bound, bounds = _behind(sought.behind)
    rows = await Publication.raw(
        "WITH hit AS MATERIALIZED ({}), page AS (SELECT id, published_at FROM hit WHERE state = {} "
        f"AND {bound} AND {{}} AND {{}} ORDER BY published_at DESC, id DESC LIMIT {sought.limit}) "
        "SELECT NULL AS id, NULL AS published_at, count(*) AS hits FROM hit "
        "UNION ALL SELECT id, published_at, 0 AS hits FROM page",
        found,
        Standing.PUBLISHED.value,
        *bounds,
        sought.wanted,
        holds(WORDS.text, sought.fragment),
    )
    if any(row["hits"] > most for row in rows):
        return None
    page = [(_instant(row["published_at"]), plain_uuid(row["id"])) for row in rows if row["id"] is not None]
    return [publication for _, publication in sorted(page, reverse=True)]


def _behind(place: Place | None) -> tuple[str, tuple[Any, ...]]:
    return ("(published_at, id) < ({}, {})", place) if place else ("1 = 1", ())


def _until(place: Place | None) -> tuple[str, tuple[Any, ...]]:
    return ("(published_at, id) >= ({}, {})", place) if place else ("1 = 1", ())


def _instant(told: Any) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)
