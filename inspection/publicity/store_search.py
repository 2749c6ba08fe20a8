"""Queries of the search among what is public, newest first: two ways to a page, each right, each fast for others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from inspection.kernel.ids import plain_uuid
from inspection.kernel.search_index import SearchIndex
from inspection.kernel.sql import found_by_words, holds
from inspection.publicity.release import Standing
from inspection.publicity.tables import INDEXES, Publication

WORDS = next(index for index in INDEXES if isinstance(index, SearchIndex) and index.table == "publication")
_COLUMNS = ("id", "state", "published_at", WORDS.text)
Place = tuple[datetime, UUID]
"""Where a page begins: behind this instant and id."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A page of `limit` publications behind a place; `fragment` is folded, '' for all."""

    fragment: str
    behind: Place | None
    limit: int


async def walk(sought: Sought, steps: int) -> tuple[list[UUID], Place | None]:
    """(the ids of a page as far as the next `steps` publications hold them, the last place that was looked at); None
    when there is nothing behind it.
    """
    bound, bounds = _behind(sought.behind)
    seen = await Publication.raw(
        f"SELECT published_at, id FROM publication WHERE state = {{}} AND {bound} "
        f"ORDER BY published_at DESC, id DESC LIMIT 1 OFFSET {steps - 1}",
        Standing.PUBLISHED.value,
        *bounds,
    )
    last = (_instant(seen[0]["published_at"]), plain_uuid(seen[0]["id"])) if seen else None
    until, ends = _until(last)
    rows = await Publication.raw(
        f"SELECT id FROM publication WHERE state = {{}} AND {bound} AND {until} AND {{}} "
        f"ORDER BY published_at DESC, id DESC LIMIT {sought.limit}",
        Standing.PUBLISHED.value,
        *bounds,
        *ends,
        holds(WORDS.text, sought.fragment) if sought.fragment else QueryString("1 = 1"),
    )
    return [plain_uuid(row["id"]) for row in rows], last


async def by_words(sought: Sought, most: int) -> list[UUID] | None:
    """The ids of a page, found by the index of words; None when more than `most` publications have the words."""
    found = await found_by_words(WORDS, _COLUMNS, sought.fragment, (), most)
    if found is None:
        return None
    bound, bounds = _behind(sought.behind)
    rows = await Publication.raw(
        "WITH hit AS MATERIALIZED ({}), page AS (SELECT id, published_at FROM hit WHERE state = {} "
        f"AND {bound} AND {{}} ORDER BY published_at DESC, id DESC LIMIT {sought.limit}) "
        "SELECT NULL AS id, NULL AS published_at, count(*) AS hits FROM hit "
        "UNION ALL SELECT id, published_at, 0 AS hits FROM page",
        found,
        Standing.PUBLISHED.value,
        *bounds,
        holds(WORDS.text, sought.fragment),
    )
    if any(row["hits"] > most for row in rows):
        return None
    page = [(_instant(row["published_at"]), plain_uuid(row["id"])) for row in rows if row["id"] is not None]
    return [publication for _, publication in sorted(page, reverse=True)]


def _behind(place: Place | None) -> tuple[str, tuple[Any, ...]]:
    return ("(published_at, id) < ({}, {})", place) if place else ("published_at IS NOT NULL", ())


def _until(place: Place | None) -> tuple[str, tuple[Any, ...]]:
    return ("(published_at, id) >= ({}, {})", place) if place else ("1 = 1", ())


def _instant(told: Any) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)
