"""SQL that only one engine speaks, behind one name each; and bulk writes, for which Piccolo's objects are too slow."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from asyncpg.exceptions import UniqueViolationError
from piccolo.columns import UUID, Boolean, Column, ForeignKey, Timestamptz
from piccolo.engine.sqlite import convert_datetime_in, convert_uuid_in
from piccolo.querystring import QueryString
from piccolo.table import Table

from inspection.kernel.ask import ask
from inspection.kernel.database import current_engine, speaks_postgres
from inspection.kernel.search_index import SearchIndex
from inspection.kernel.search_words import fts5_query, ts_query
from inspection.kernel.sqlite import KeptConnection

# SQLite's limit is 32,766 parameters a statement; PostgreSQL takes one array a column.
SQLITE_PARAMETERS = 30_000
COPIED = 500  # rows from which on PostgreSQL's COPY is worth its savepoint

Row = Mapping[str, Any]

# As Piccolo stores them: sqlite3 itself would look for an adapter for every single value.
_SPELLINGS: dict[type[Column], Callable[[Any], Any]] = {
    UUID: convert_uuid_in,
    ForeignKey: convert_uuid_in,
    Timestamptz: convert_datetime_in,
    Boolean: int,
}


async def bulk_insert(table: type[Table], rows: Sequence[Row], on_conflict: Literal["nothing"] | None = None) -> int:
    """Insert `rows` (all with the same keys = column names) inside a unit of work; returns how many were new."""
    if not rows:
        return 0
    names = tuple(rows[0])
    return await insert_values(table, names, [tuple(row[name] for name in names) for row in rows], on_conflict)


async def insert_values(
    table: type[Table],
    names: tuple[str, ...],
    values: Sequence[tuple[Any, ...]],
    on_conflict: Literal["nothing"] | None = None,
) -> int:
    """`bulk_insert` of rows that are tuples in the order of the columns `names`: for those who have very many."""
    if not values:
        return 0
    tail = " ON CONFLICT DO NOTHING" if on_conflict == "nothing" else ""
    transaction = _open_transaction()
    if speaks_postgres():
        if len(values) >= COPIED and (count := await _copied(transaction.connection, table, names, values)) is not None:
            return count
        sql = _unnest(table, names) + tail
        status: str = await transaction.connection.execute(sql, *map(list, zip(*values, strict=True)))
        return int(status.rsplit(" ", 1)[-1])
    writer: KeptConnection = transaction.connection
    sql = f"{_into(table, names)} VALUES {{}}{tail}"
    return await writer.execute_values(sql, values, SQLITE_PARAMETERS, _spellings(table, names))


async def _copied(
    connection: Any, table: type[Table], names: tuple[str, ...], values: Sequence[tuple[Any, ...]]
) -> int | None:
    """COPY: a third less work than a statement; None, and nothing written, when a row conflicts with another."""
    try:
        async with connection.transaction():
            status: str = await connection.copy_records_to_table(
                table._meta.tablename, records=values, columns=list(names)
            )
    except UniqueViolationError:
        return None
    return int(status.rsplit(" ", 1)[-1])


async def insert_new(table: type[Table], rows: Sequence[Row], key: str) -> set[Any]:
    """Insert `rows` that conflict with no unique key; returns the `key` values that went in, never by position."""
    fresh: set[Any] = set()
    if not rows:
        return fresh
    names = tuple(rows[0])
    transaction = _open_transaction()
    for chunk in _chunks(rows, SQLITE_PARAMETERS // len(names)):
        values = [tuple(row[name] for name in names) for row in chunk]
        tail = f' ON CONFLICT DO NOTHING RETURNING "{key}"'
        if speaks_postgres():
            sql = _unnest(table, names) + tail
            found = await transaction.connection.fetch(sql, *map(list, zip(*values, strict=True)))
        else:
            marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in chunk)
            flat = [value for row in values for value in row]
            found = await transaction.connection.fetch(f"{_into(table, names)} VALUES {marks}{tail}", flat)
        fresh.update(row[key] for row in found)
    return fresh


async def bulk_update(table: type[Table], rows: Sequence[Row], key: str = "id") -> int:
    """Change the rows named by `key` to `rows` (all with the same keys = column names, `key` among them), inside a unit
    of work; returns how many there were. Columns that `rows` do not name stay as they are.
    """
    if not rows:
        return 0
    changed = tuple(name for name in rows[0] if name != key)
    values = [tuple(row[name] for name in (*changed, key)) for row in rows]
    transaction = _open_transaction()
    update = f'UPDATE "{table._meta.tablename}" SET '
    if speaks_postgres():
        names = (*changed, key)
        sets = ", ".join(f'"{name}" = fresh."{name}"' for name in changed)
        fresh = ", ".join(f'"{name}"' for name in names)
        whose = f'WHERE "{table._meta.tablename}"."{key}" = fresh."{key}"'
        sql = f"{update}{sets} FROM unnest({_arrays(table, names)}) AS fresh ({fresh}) {whose}"
        status: str = await transaction.connection.execute(sql, *map(list, zip(*values, strict=True)))
        return int(status.rsplit(" ", 1)[-1])
    sets = ", ".join(f'"{name}" = fresh.column{place}' for place, name in enumerate(changed, start=1))
    whose = f'WHERE "{table._meta.tablename}"."{key}" = fresh.column{len(changed) + 1}'
    writer: KeptConnection = transaction.connection
    sql = f"{update}{sets} FROM (VALUES {{}}) AS fresh {whose}"
    return await writer.execute_values(sql, values, SQLITE_PARAMETERS, _spellings(table, (*changed, key)))


async def fill_column(tablename: str, source: str, target: str, made: Callable[[str], str]) -> int:
    """For migrations: let the text column `target` be what `made` makes of the column `source`, where it is not yet;
    returns in how many rows it was not. Inside a unit of work.
    """
    transaction = _open_transaction()
    changed, after = 0, ""
    while True:
        sql = f'SELECT CAST(id AS text) AS id, "{source}" AS source, "{target}" AS target FROM "{tablename}"'
        tail = f"WHERE CAST(id AS text) > {'$1' if speaks_postgres() else '?'} ORDER BY CAST(id AS text) LIMIT 5000"
        args = (after,) if speaks_postgres() else ([after],)
        rows = await transaction.connection.fetch(f"{sql} {tail}", *args)
        if not rows:
            return changed
        after = rows[-1]["id"]
        differing = [(made(row["source"]), row["id"]) for row in rows if made(row["source"]) != row["target"]]
        changed += len(differing)
        if speaks_postgres():
            fresh = f'UPDATE "{tablename}" SET "{target}" = $1 WHERE id = CAST(CAST($2 AS text) AS uuid)'
            await transaction.connection.executemany(fresh, differing)
        else:
            await transaction.connection.execute_many(
                f'UPDATE "{tablename}" SET "{target}" = ? WHERE id = ?', differing
            )


async def measure(table: type[Table]) -> None:
    """Tell PostgreSQL's planner how many rows there are now. After many were written and before it looks by itself, it
    takes a table for small and a page of it is found a thousand times slower. SQLite plans by the indexes alone.
    """
    if speaks_postgres():
        await table.raw(f'ANALYZE "{table._meta.tablename}"')


async def settle(index: SearchIndex) -> None:
    """After many rows were written: let PostgreSQL sort in what it has put off, which every search reads through."""
    if speaks_postgres():
        named = QueryString("SELECT gin_clean_pending_list(CAST({} AS regclass))", f'"{index.name}"')
        await current_engine().run_querystring(named)


async def claim_numbers(table: type[Table], key: str, value: Any, count: int, number: str = "n") -> int:
    """Take the next `count` dense numbers of counter row `value`; returns the first. Call inside a unit of work.

    The row stays locked until commit, so numbers of one counter become visible in order and a roll-back leaves no hole
    (sync.md §1.5, answer 2).
    """
    t, k, n = table._meta.tablename, key, number
    rows = await ask(
        f'INSERT INTO "{t}" ("{k}", "{n}") VALUES ({{}}, {{}}) '
        f'ON CONFLICT ("{k}") DO UPDATE SET "{n}" = "{t}"."{n}" + excluded."{n}" RETURNING "{n}"',
        value,
        count,
    )
    return int(rows[0][number]) - count + 1


def for_update(*, referable: bool = False) -> str:
    """The row-lock suffix of a SELECT inside a unit of work; SQLite's one writer needs none.

    `referable`: others may write rows meanwhile that refer to this one. Whoever keeps them from that and then asks for
    what one of them holds waits for him in a ring.
    """
    if not speaks_postgres():
        return ""
    return " FOR NO KEY UPDATE" if referable else " FOR UPDATE"


def skip_locked() -> str:
    """The suffix by which several workers claim different rows."""
    return " FOR UPDATE SKIP LOCKED" if speaks_postgres() else ""


def holds(column: str, folded: str) -> QueryString:
    """Rows whose column, kept as `search_text` makes it, contains `folded`, which it made as well."""
    return QueryString(f'{"strpos" if speaks_postgres() else "instr"}("{column}", {{}}) > 0', folded)


def lists_value(column: str, value: str) -> QueryString:
    """Rows whose column, a JSON array of texts, has this entry."""
    quoted = json.dumps(value, ensure_ascii=False)
    if speaks_postgres():
        return QueryString(f'strpos("{column}", {{}}) > 0 AND jsonb_exists("{column}"::jsonb, {{}})', quoted, value)
    entries = f'EXISTS (SELECT 1 FROM json_each("{column}") WHERE value = {{}})'
    return QueryString(f'instr("{column}", {{}}) > 0 AND {entries}', quoted, value)


async def rows_of(
    table: type[Table], columns: Sequence[str], owner: tuple[str, Any], column: str, texts: Sequence[str]
) -> list[dict[str, Any]]:
    """The `columns` of the rows of one `owner` (column and value) whose `column` is one of many texts, in no order.

    Each text is its own step into an index over the two: PostgreSQL's planner, which learns late how a table has
    grown, would read it whole for every chunk of an import.
    """
    found: list[dict[str, Any]]
    some = ", ".join(f'"{name}"' for name in columns)
    source = f'FROM "{table._meta.tablename}" WHERE "{owner[0]}" = {{}}'
    if not speaks_postgres():
        found = await table.raw(f"SELECT {some} {source} AND {{}}", owner[1], one_of(column, texts))
        return found
    one = f"SELECT {some} {source} AND {bytewise(column)} = sought.text OFFSET 0"
    sql = f"SELECT found.* FROM unnest(CAST({{}} AS text[])) AS sought(text) CROSS JOIN LATERAL ({one}) AS found"
    found = await table.raw(sql, list(texts), owner[1])
    return found


def one_of(column: str, texts: Sequence[str]) -> QueryString:
    """Rows whose column is one of many texts: one parameter, however many they are."""
    if speaks_postgres():
        return QueryString(f'"{column}" = ANY({{}})', list(texts))
    return QueryString(f'"{column}" IN (SELECT value FROM json_each({{}}))', json.dumps(list(texts)))


def day_of(column: str) -> str:
    """The calendar day of an instant in Beijing, which has kept one offset since 1991; SQLite answers with its text."""
    return (
        f"CAST({column} AT TIME ZONE 'Asia/Shanghai' AS date)" if speaks_postgres() else f"date({column}, '+8 hours')"
    )


def days_from(first: str, last: str) -> str:
    """How many days lie between two days, as a whole number."""
    whole = f"({last}) - ({first})"
    return whole if speaks_postgres() else f"CAST(julianday({last}) - julianday({first}) AS integer)"


def bytewise(column: str) -> str:
    """The column in an ORDER BY or a comparison that goes byte by byte, on SQLite as it always does."""
    return f'"{column}" COLLATE "C"' if speaks_postgres() else f'"{column}"'


async def found_by_words(
    index: SearchIndex, columns: Sequence[str], fragment: str | None, words: Sequence[tuple[str, str]], most: int
) -> QueryString | None:
    """A SELECT of the rows, in no order, that have all pairs of `fragment` and all (column, value) `words`; when they
    are more than `most`, None, or a SELECT of one more than `most`: to count them before they are fetched would cost
    PostgreSQL the same again. A superset: repeat the exact conditions.
    """
    some = ", ".join(f'"{index.table}"."{column}"' for column in columns)
    engine = current_engine()
    if speaks_postgres():
        match = f'FROM "{index.table}" WHERE {index.expression()} @@ CAST({{}} AS tsquery)'
        return QueryString(f"SELECT {some} {match} LIMIT {most + 1}", ts_query(fragment, words))
    match = f'SELECT rowid AS place FROM "{index.name}" WHERE "{index.name}" MATCH {{}} LIMIT {most + 1}'
    found = await engine.run_querystring(QueryString(match, fts5_query(fragment, words)))
    if len(found) > most:
        return None
    # CROSS JOIN: SQLite keeps this order of its loops.
    joined = f'"{index.table}" ON "{index.table}".rowid = found.value'
    places = json.dumps([row["place"] for row in found])
    return QueryString(f"SELECT {some} FROM json_each({{}}) AS found CROSS JOIN {joined}", places)


def _open_transaction() -> Any:
    transaction = current_engine().current_transaction.get()
    if transaction is None:
        raise RuntimeError("bulk writes need an open unit of work")
    return transaction


@lru_cache(maxsize=512)
def _spellings(table: type[Table], names: tuple[str, ...]) -> dict[int, Callable[[Any], Any]]:
    """By place, how SQLite is given the values of those columns that it has no type for."""
    made = {place: table._meta.get_column_by_name(name) for place, name in enumerate(names)}
    return {
        place: spelling
        for place, column in made.items()
        for kind, spelling in _SPELLINGS.items()
        if isinstance(column, kind)
    }


@lru_cache(maxsize=512)
def _into(table: type[Table], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table._meta.tablename}" ({columns})'


def _unnest(table: type[Table], names: tuple[str, ...]) -> str:
    return f"{_into(table, names)} SELECT * FROM unnest({_arrays(table, names)})"


@lru_cache(maxsize=512)
def _arrays(table: type[Table], names: tuple[str, ...]) -> str:
    casts = []
    for position, name in enumerate(names, start=1):
        kind = table._meta.get_column_by_name(name).column_type.split("(")[0]
        casts.append(f"${position}::{kind}[]")
    return ", ".join(casts)


def _chunks(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
