"""Rows of any table, a window at a time by primary key: cheap however long the table is, and never more than asked."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from piccolo.columns import UUID, BigInt, Bytea, Column, Date, ForeignKey, Integer, Text, Varchar
from piccolo.table import Table

from inspection.kernel.ask import ask
from inspection.kernel.references import referred

LONGEST: Final = 200
"""Characters of a text that are read."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows are shown. `path`: the references that lead to the column with the owner, that column last."""

    path: Sequence[str]
    owner: uuid.UUID


@dataclass(frozen=True, slots=True)
class Window:
    """Rows in the order of the primary key; `last`: the key to go on behind, None at the end of the table."""

    rows: Sequence[Mapping[str, Any]]
    last: Any


def readable_columns(table: type[Table], masked: Collection[str]) -> tuple[str, ...]:
    """The columns that are read at all: neither masked ones nor bytes."""
    return tuple(
        column._meta.name
        for column in table._meta.columns
        if column._meta.name not in masked and not isinstance(column, Bytea)
    )


def key_of(table: type[Table], told: str) -> Any:
    """A primary key out of its text; None when it cannot be one."""
    column = table._meta.primary_key
    try:
        if isinstance(column, UUID | ForeignKey):
            return uuid.UUID(told)
        if isinstance(column, Integer | BigInt):
            return int(told)
        if isinstance(column, Date):
            return date.fromisoformat(told)
    except ValueError:
        return None
    return told or None


async def window(
    table: type[Table], columns: Sequence[str], owner: Owner | None, *, first: Any = None, after: Any = None, limit: int
) -> Window:
    """At most `limit` rows from the key `first` on, or behind the key `after`, without those of other owners.

    As many rows are read as are asked for, whoever they are of: a window may be empty and not be the last.
    """
    key = table._meta.primary_key._meta.name
    wanted = ", ".join(_read(table._meta.get_column_by_name(name)) for name in columns)
    joins, whose = _joined(table, owner)
    sql = f'SELECT t."{key}" AS "the key", {whose} AS "the owner", {wanted} FROM "{table._meta.tablename}" AS t {joins}'
    args: list[Any] = []
    if after is not None or first is not None:
        sql += f' WHERE t."{key}" {">" if after is not None else ">="} {{}}'
        args.append(after if after is not None else first)
    rows = await ask(f'{sql} ORDER BY t."{key}" LIMIT {{}}', *args, limit + 1)
    read = rows[:limit]
    mine = [row for row in read if owner is None or str(row["the owner"]) == str(owner.owner)]
    told = [{name: row[name] for name in columns} for row in mine]
    return Window(told, read[-1]["the key"] if len(rows) > limit else None)


def _read(column: Column) -> str:
    name = column._meta.name
    if isinstance(column, Text | Varchar) and not column._meta.primary_key:
        return f'substr(t."{name}", 1, {LONGEST + 1}) AS "{name}"'
    return f't."{name}" AS "{name}"'


def _joined(table: type[Table], owner: Owner | None) -> tuple[str, str]:
    """The joins that lead to the owner's column, and that column."""
    if owner is None:
        return "", "NULL"
    joins, at, alias = "", table, "t"
    for step, name in enumerate(owner.path[:-1]):
        reference = at._meta.get_column_by_name(name)
        if not isinstance(reference, ForeignKey):
            raise TypeError(f"{name} of {at._meta.tablename} refers to nothing")
        at = referred(reference)
        joins += f' LEFT JOIN "{at._meta.tablename}" AS o{step} ON o{step}."id" = {alias}."{name}"'
        alias = f"o{step}"
    return joins, f'{alias}."{owner.path[-1]}"'
