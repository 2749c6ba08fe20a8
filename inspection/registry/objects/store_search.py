"""Queries of the search among objects: three ways to the codes of a page, each right, each fast for other questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from piccolo.querystring import QueryString

from inspection.kernel.search_index import HEAD, SearchIndex
from inspection.kernel.sql import bytewise, found_by_words, holds, lists_value
from inspection.registry.objects.tables import INDEXES, InspectionObject

WORDS = next(index for index in INDEXES if isinstance(index, SearchIndex) and index.table == "inspection_object")
BEYOND = "\U0010ffff"  # sorts behind every character that a code can have
_COLUMNS = ("id", "code", "complaints", *WORDS.values, *WORDS.lists, WORDS.text)


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
        return ("authority", str(self.authority)), *self.values, *trade


async def walk(asked: Asked, steps: int) -> tuple[list[str], str | None]:
    """(the codes of a page as far as the next `steps` objects in order hold them, the last code that was looked at);
    None when there is nothing behind it.
    """
    code = bytewise("code")
    rows = await InspectionObject.raw(
        f"SELECT code FROM ({{}}) AS walked WHERE {{}} GROUP BY code ORDER BY {code} LIMIT {asked.limit}",
        _in_order(asked, steps),
        _conditions(asked),
    )
    table, column = ("register_entry", "register") if asked.register else ("inspection_object", "authority")
    last = await InspectionObject.raw(
        f'SELECT code FROM "{table}" WHERE "{column}" = {{}} AND {_within(code)} '
        f"ORDER BY {code} LIMIT 1 OFFSET {steps - 1}",
        asked.register or asked.authority,
        asked.after,
        asked.start,
        asked.until,
    )
    return [row["code"] for row in rows], last[0]["code"] if last else None


async def by_words(asked: Asked, most: int, head: str | None = None) -> list[str] | None:
    """The codes of a page, found by the index of words; None when more than `most` objects have the words. With
    `head`, among codes that begin so (`HEAD` characters)."""
    words = [*asked.words, *([("code", head)] if head is not None else [])]
    found = found_by_words(WORDS, _COLUMNS, asked.fragment, words, most + 1)
    code = bytewise("code")
    standing = " AND {}" if asked.register else ""
    rows = await InspectionObject.raw(
        "WITH hit AS MATERIALIZED ({}) SELECT '' AS code, count(*) AS number FROM hit UNION ALL "
        f"SELECT code, 0 FROM (SELECT code FROM hit WHERE authority = {{}} AND {_within(code)} "
        f"AND {{}}{standing} ORDER BY {code} LIMIT {asked.limit}) AS page",
        found,
        asked.authority,
        asked.after,
        asked.start,
        asked.until,
        _conditions(asked),
        *([_standing(asked.register)] if asked.register else []),
    )
    if any(row["number"] > most for row in rows):
        return None
    return sorted(row["code"] for row in rows if row["code"])


async def next_head(asked: Asked) -> str | None:
    """The first `HEAD` characters of the next code."""
    code = bytewise("code")
    rows = await InspectionObject.raw(
        f"SELECT code FROM inspection_object WHERE authority = {{}} AND {_within(code)} ORDER BY {code} LIMIT 1",
        asked.authority,
        asked.after,
        asked.start,
        asked.until,
    )
    return str(rows[0]["code"])[:HEAD] if rows else None


def _in_order(asked: Asked, steps: int) -> QueryString:
    columns = ", ".join(f'o."{column}"' for column in _COLUMNS)
    if asked.register is None:
        code = f"o.{bytewise('code')}"
        sql = (
            f"SELECT {columns} FROM inspection_object AS o WHERE o.authority = {{}} AND {_within(code)} "
            f"ORDER BY {code} LIMIT {steps}"
        )
        return QueryString(sql, asked.authority, asked.after, asked.start, asked.until)
    code = f"e.{bytewise('code')}"
    # CROSS JOIN: SQLite keeps this order of its loops.
    sql = (
        f"SELECT {columns} FROM (SELECT e.object, e.removed_on FROM register_entry AS e WHERE e.register = {{}} "
        f"AND {_within(code)} ORDER BY {code} LIMIT {steps}) AS e "
        "CROSS JOIN inspection_object AS o WHERE o.id = e.object AND e.removed_on IS NULL AND o.authority = {}"
    )
    return QueryString(sql, asked.register, asked.after, asked.start, asked.until, asked.authority)


def _within(code: str) -> str:
    return f"{code} > {{}} AND {code} >= {{}} AND {code} <= {{}}"


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
