"""Counts the statements that a verb sends to the database, whichever engine it is (BEGIN and COMMIT are none), and has
PostgreSQL go about them in another way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import asyncpg

from inspection.kernel.ask import ask
from inspection.kernel.database import speaks_postgres
from inspection.kernel.sqlite import KeptConnection


@contextmanager
def statements() -> Iterator[list[str]]:
    """The texts of all statements that are sent while the block runs, in order."""
    seen: list[str] = []
    patches = [mock.patch.object(KeptConnection, name, _noted(KeptConnection, name, seen)) for name in _SQLITE]
    patches += [
        mock.patch.object(asyncpg.Connection, name, _noted(asyncpg.Connection, name, seen)) for name in _ASYNCPG
    ]
    for patch in patches:
        patch.start()
    try:
        yield seen
    finally:
        for patch in patches:
            patch.stop()


def writes(seen: list[str]) -> list[str]:
    """Those of the statements that change something."""
    return [sql for sql in seen if not sql.lstrip().upper().startswith("SELECT")]


_SQLITE = ("fetch", "execute_many", "execute_values")
_ASYNCPG = ("_execute", "_executemany", "copy_records_to_table")


def _noted(owner: type, name: str, seen: list[str]) -> Any:
    original = getattr(owner, name)

    async def noting(self: Any, sql: str, *args: Any, **kwargs: Any) -> Any:
        seen.append(sql)
        return await original(self, sql, *args, **kwargs)

    return noting


async def compare_row_by_row() -> None:
    """For the rest of the open unit of work: PostgreSQL joins by nested loops and keeps nothing of their inner side, so
    that a condition with a query in it is asked anew for each row. SQLite asks it once.
    """
    if speaks_postgres():
        for way in ("hashjoin", "mergejoin", "hashagg", "material", "memoize", "sort"):
            await ask(f"SET LOCAL enable_{way} = off")
