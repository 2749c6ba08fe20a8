"""Bring every row of a SQLite file into PostgreSQL, and compare what has arrived. Some hundred rows at a time."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import index
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from piccolo.table import Table

from inspection.kernel.database import current_engine
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode

PAGE: Final = 500
_ROUND: Final = 1 << 256


@dataclass(slots=True)
class Tally:
    """How many rows a table has, and what they are: the sum of their SHA-256, which no order changes."""

    rows: int = 0
    digest: int = 0

    def add(self, plain: Sequence[Any]) -> None:
        """One more row, each of its values a text, a number, bytes, a truth value or None."""
        self.rows += 1
        one = hashlib.sha256(repr(tuple(plain)).encode("utf-8", "surrogatepass")).digest()
        self.digest = (self.digest + int.from_bytes(one, "big")) % _ROUND


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type of columns. `read`: of what SQLite keeps, the value that PostgreSQL is given; `plain`: of either engine's
    value, what both tell alike.
    """

    read: Callable[[Any], Any]
    plain: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A table and its columns, with the kind of each."""

    table: str
    columns: tuple[str, ...]
    kinds: tuple[_Kind, ...]

    @property
    def sql(self) -> str:
        """The question for all rows, on either engine."""
        named = ", ".join(f'"{one}"' for one in self.columns)
        return f'SELECT {named} FROM "{self.table}"'

    def plain(self, row: Iterable[Any]) -> list[Any]:
        """A row as both engines tell it alike."""
        return [None if one is None else kind.plain(one) for kind, one in zip(self.kinds, row, strict=True)]


async def filled_table(connection: "asyncpg.Connection[Any]") -> str | None:
    """A table of this database that has rows, the list of migrations apart; None: it is empty."""
    rows = await connection.fetch(
        "SELECT relname, quote_ident(relname) AS quoted FROM pg_class WHERE relkind IN ('r', 'p') "
        "AND relnamespace = current_schema()::regnamespace AND relname <> 'migration' ORDER BY relname"
    )
    for row in rows:
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {row['quoted']})"):
            return str(row["relname"])
    return None


async def move_rows(source: Path, tables: Sequence[type[Table]]) -> dict[str, Tally]:
    """Copy the rows of the file `source`, which nobody changes meanwhile, into the bound PostgreSQL; by table, what was
    copied. `tables`: those that others refer to first. Inside a unit of work; other writers wait until it ends.

    Raises:
        Conflict: `kernel.move_row`: PostgreSQL does not take a table's rows.
    """
    shapes = [_shape(one) for one in tables]
    connection = _connection()
    # All of this is one transaction, whatever a server allows a single statement of other people.
    await connection.execute("SELECT set_config('statement_timeout', '0', true)")
    locked = ", ".join(f'"{one.table}"' for one in shapes)
    await connection.execute(f"LOCK TABLE {locked} IN SHARE ROW EXCLUSIVE MODE")
    with closing(_opened(source)) as read:
        read.execute("BEGIN")
        return {one.table: await _copied(read, connection, one) for one in shapes}


async def compare_rows(tables: Sequence[type[Table]], sent: dict[str, Tally]) -> None:
    """Read every row back, and look whether it is what was sent. Inside the same unit of work.

    Raises:
        Conflict: `kernel.move_differs`.
    """
    for one in map(_shape, tables):
        told, here = sent[one.table], await _arrived(one)
        if told != here:
            raise Conflict(
                ProblemCode.CONFLICT, "kernel.move_differs", table=one.table, sent=told.rows, arrived=here.rows
            )


async def learn_sizes(tables: Sequence[type[Table]]) -> None:
    """Have PostgreSQL look at tables that were just filled: until then it plans as if they had a few rows."""
    named = ", ".join(f'"{one._meta.tablename}"' for one in tables)
    await _connection().execute(f"ANALYZE {named}")


def _opened(source: Path) -> sqlite3.Connection:
    uri = f"{source.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)


async def _copied(read: sqlite3.Connection, connection: Any, shape: _Shape) -> Tally:
    tally = Tally()
    try:
        # One COPY a table: references within it, and to tables before it, are looked at when it has all its rows.
        await connection.copy_records_to_table(
            shape.table, records=_sent(read, shape, tally), columns=list(shape.columns)
        )
    except (asyncpg.PostgresError, ValueError, TypeError) as error:
        raise Conflict(
            ProblemCode.CONFLICT, "kernel.move_row", table=shape.table, n=tally.rows, reason=str(error)
        ) from error
    return tally


def _sent(read: sqlite3.Connection, shape: _Shape, tally: Tally) -> Iterator[tuple[Any, ...]]:
    cursor = read.execute(shape.sql)
    while page := cursor.fetchmany(PAGE):
        for kept in page:
            row = tuple(None if one is None else kind.read(one) for kind, one in zip(shape.kinds, kept, strict=True))
            tally.add(shape.plain(row))
            yield row


async def _arrived(shape: _Shape) -> Tally:
    tally = Tally()
    cursor = await _connection().cursor(shape.sql)
    while page := await cursor.fetch(PAGE):
        for row in page:
            tally.add(shape.plain(row.values()))
    return tally


def _connection() -> Any:
    transaction = current_engine().current_transaction.get()
    if transaction is None:
        raise RuntimeError("a move needs an open unit of work")
    return transaction.connection


def _shape(table: type[Table]) -> _Shape:
    columns = table._meta.columns
    kinds = tuple(_KINDS[one.column_type.split("(", maxsplit=1)[0]] for one in columns)
    return _Shape(table._meta.tablename, tuple(one._meta.db_column_name for one in columns), kinds)


@lru_cache(maxsize=8192)
def _uuid(kept: str) -> UUID:
    return UUID(kept)


def _instant(kept: str) -> datetime:
    at = datetime.fromisoformat(kept)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _truth(kept: int) -> bool:
    if kept not in {0, 1}:
        raise ValueError("neither true nor false")
    return bool(kept)


def _text(kept: Any) -> str:
    if type(kept) is not str:
        raise TypeError(f"{type(kept).__name__} in the place of a text")
    return kept


def _bytes(kept: Any) -> bytes:
    if type(kept) is not bytes:
        raise TypeError(f"{type(kept).__name__} in the place of bytes")
    return kept


def _same(value: Any) -> Any:
    return value


_NUMBER: Final = _Kind(index, _same)
_WORDS: Final = _Kind(_text, _same)

# SQLite keeps whatever it is given; these are read as what their columns say, or not at all.
_KINDS: Final = {
    "BIGINT": _NUMBER,
    "BOOLEAN": _Kind(_truth, _same),
    "BYTEA": _Kind(_bytes, _same),
    "DATE": _Kind(date.fromisoformat, date.isoformat),
    "INTEGER": _NUMBER,
    "TEXT": _WORDS,
    "TIMESTAMPTZ": _Kind(_instant, lambda at: at.astimezone(UTC).isoformat()),
    "UUID": _Kind(_uuid, str),
    "VARCHAR": _WORDS,
}
