"""Insert-or-change of many rows in one statement, the same on every engine."""

from collections.abc import Mapping, Sequence
from typing import Any

from piccolo.table import Table

from inspection.kernel.database import current_engine, speaks_postgres
from inspection.kernel.sql import SQLITE_PARAMETERS, Row


async def upsert(
    table: type[Table],
    rows: Sequence[Row],
    keys: Sequence[str],
    changes: Mapping[str, str],
    returning: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Insert `rows` (all with the same keys = column names); where one with the same `keys` stands, change it instead.

    `changes`: by column, the SQL that becomes of it, in which `excluded` is the row given and the table's name the row
    that stands. Rows are locked in the order given. Returns the columns `returning` of every row as it stands now, in
    no order. Call inside a unit of work.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    transaction = current_engine().current_transaction.get()
    if transaction is None:
        raise RuntimeError("an upsert needs an open unit of work")
    columns = ", ".join(f'"{name}"' for name in names)
    sets = ", ".join(f'"{name}" = {sql}' for name, sql in changes.items())
    tail = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
    if returning:
        tail += f" RETURNING {', '.join(returning)}"
    into = f'INSERT INTO "{table._meta.tablename}" ({columns}) '
    found: list[dict[str, Any]] = []
    if speaks_postgres():
        arrays = (f"${place}::{_kind(table, name)}[]" for place, name in enumerate(names, start=1))
        sql = f"{into}SELECT * FROM unnest({', '.join(arrays)}){tail}"
        values = ([row[name] for row in rows] for name in names)
        return [dict(row) for row in await transaction.connection.fetch(sql, *values)]
    size = SQLITE_PARAMETERS // len(names)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(part))
        flat = [row[name] for row in part for name in names]
        found += await transaction.connection.fetch(f"{into}VALUES {marks}{tail}", flat)
    return found


def _kind(table: type[Table], name: str) -> str:
    kind: str = table._meta.get_column_by_name(name).column_type
    return kind.split("(", maxsplit=1)[0]
