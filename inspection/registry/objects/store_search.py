"""Queries of the search among objects: three ways to the codes of a page, each right, each fast for other questions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from inspection.kernel.search_index import HEAD, SHELF, SearchIndex
from inspection.kernel.sql import bytewise, found_by_words, holds, lists_value
from inspection.registry.objects.tables import INDEXES, InspectionObject

WORDS = next(index for index in INDEXES if isinstance(index, SearchIndex) and index.table == "inspection_object")
BEYOND = "\U0010ffff"  # sorts behind every character that a code can have
_COLUMNS = ("id", "authority", "code", "complaints", *WORDS.values, *WORDS.lists, WORDS.text)


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions on objects of one authority, all of which must hold; codes lie behind `after`, from `start` on and up
    to `until`.

    `fragment` is folded (`search_text`); `values` are (column, value); `register` is the special register or tag in
    which an object stands.
    """

    authority: UUID
    fragment: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    trade: str | None = None
    register: UUID | None = None
    complaints_from: int | None = None
    after: str = ""
    start: str = ""
    until: str = BEYOND
    limit: int = 100

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """The words that such an object has in the index."""
        trade = (("trades", self.trade),) if self.trade is not None else ()
        return *self.values, *trade


async def walk(asked: Asked, steps: int) -> tuple[list[str], str | None]:
    """(the codes of a page as far as the next `steps` objects in order hold them, the last code that was looked at);
    None when there is nothing behind it.
    """
    column = "register" if asked.register else "authority"
    bound, bounds = _within(asked, "")
    seen = await InspectionObject.raw(
        f'SELECT code FROM "{"register_entry" if asked.register else "inspection_object"}" WHERE "{column}" = {{}} '
        f"AND {bound} ORDER BY {bytewise('code')} LIMIT 1 OFFSET {steps - 1}",
        asked.register or asked.authority,
        *bounds,
    )
    last = seen[0]["code"] if seen else None
    within = asked if last is None else replace(asked, until=last)
    rows = await InspectionObject.raw(*_in_order(within))
    return [row["code"] for row in rows], last


async def by_words(asked: Asked, most: int, shelf: str | None = None) -> list[str] | None:
    """The codes of a page, found by the index of words; None when more than `most` objects have the words, of any
    authority. With `shelf`, among this authority's objects on it.
    """
    words = [*asked.words, *([(SHELF, f"{asked.authority}{shelf}")] if shelf is not None else [])]
    found = await found_by_words(WORDS, _COLUMNS, asked.fragment, words, most)
    if found is None:
        return None
    bound, bounds = _within(asked, "")
    standing = [_standing(asked.register)] if asked.register else []
    rows = await InspectionObject.raw(
        f"WITH hit AS MATERIALIZED ({{}}), page AS (SELECT code FROM hit WHERE authority = {{}} AND {bound} AND {{}}"
        f"{' AND {}' * len(standing)} ORDER BY {bytewise('code')} LIMIT {asked.limit}) "
        "SELECT NULL AS code, count(*) AS hits FROM hit UNION ALL SELECT code, 0 AS hits FROM page",
        found,
        asked.authority,
        *bounds,
        _conditions(asked),
        *standing,
    )
    if any(row["hits"] > most for row in rows):
        return None
    return sorted(row["code"] for row in rows if row["code"] is not None)


async def next_shelf(asked: Asked) -> str | None:
    """The beginning (`HEAD` characters) of the next code."""
    bound, bounds = _within(asked, "")
    rows = await InspectionObject.raw(
        f"SELECT code FROM inspection_object WHERE authority = {{}} AND {bound} ORDER BY {bytewise('code')} LIMIT 1",
        asked.authority,
        *bounds,
    )
    return str(rows[0]["code"])[:HEAD] if rows else None


def _in_order(asked: Asked) -> tuple[Any, ...]:
    """The page in the order of the codes: the objects' own, or that of the register in which they stand."""
    code = bytewise("code")
    bound, bounds = _within(asked, "e." if asked.register else "o.")
    if asked.register is None:
        sql = f"SELECT o.code FROM inspection_object AS o WHERE o.authority = {{}} AND {bound} AND {{}}"
        return f"{sql} ORDER BY o.{code} LIMIT {asked.limit}", asked.authority, *bounds, _conditions(asked)
    # CROSS JOIN: SQLite keeps this order of its loops. GROUP BY: an object may stand there with several licences.
    sql = (
        "SELECT e.code FROM register_entry AS e CROSS JOIN inspection_object AS o WHERE e.register = {} "
        f"AND e.removed_on IS NULL AND {bound} AND o.id = e.object AND o.authority = {{}} AND {{}}"
    )
    tail = f"GROUP BY e.code ORDER BY e.{code} LIMIT {asked.limit}"
    return f"{sql} {tail}", asked.register, *bounds, asked.authority, _conditions(asked)


def _within(asked: Asked, row: str) -> tuple[str, tuple[str, str]]:
    """The range of codes with one lower bound: of two, SQLite would take the first to find its place."""
    code = f"{row}{bytewise('code')}"
    if asked.start > asked.after:
        return f"{code} >= {{}} AND {code} <= {{}}", (asked.start, asked.until)
    return f"{code} > {{}} AND {code} <= {{}}", (asked.after, asked.until)


def _standing(register: UUID) -> QueryString:
    return QueryString(
        'EXISTS (SELECT 1 FROM register_entry AS e WHERE e."object" = hit.id AND e.register = {} '
        "AND e.removed_on IS NULL)",
        register,
    )


def _conditions(asked: Asked) -> QueryString:
    parts = [QueryString(f'"{column}" = {{}}', value) for column, value in asked.values]
    if asked.fragment is not None:
        parts.append(holds(WORDS.text, asked.fragment))
    if asked.trade is not None:
        parts.append(lists_value("trades", asked.trade))
    if asked.complaints_from is not None:
        parts.append(QueryString('"complaints" >= {}', asked.complaints_from))
    return _all(parts)


def _all(parts: Sequence[QueryString]) -> QueryString:
    return QueryString(" AND ".join("{}" for _ in parts) or "1 = 1", *parts)
