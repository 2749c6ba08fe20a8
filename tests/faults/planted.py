"""Bugs on purpose: whoever checks must be able to fail."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tests.faults.store import file_of

EARLY: Final = "early"
LATE_S: Final = 60.0
"""Later than the kill comes, however busy the machine is."""


def acknowledge_early() -> None:
    """In a server's own process: a push is answered, and committed a little later."""
    from inspection.kernel.unit_of_work import in_unit_at_once
    from sync.push import receive

    class _Undo(Exception):
        pass

    later: set[asyncio.Task[None]] = set()

    async def early(work: Callable[..., Any], *args: Any) -> Any:
        told: list[Any] = []

        async def undone() -> None:
            told.append(await work(*args))
            raise _Undo

        try:
            await in_unit_at_once(undone)
        except _Undo:
            later.add(asyncio.create_task(committed(work, *args)))
        return told[0]

    async def committed(work: Callable[..., Any], *args: Any) -> None:
        await asyncio.sleep(LATE_S)
        await in_unit_at_once(work, *args)

    receive.in_unit_at_once = early


PLANTS: Final = {EARLY: acknowledge_early}

DAMAGES: Final = {
    "an entry is gone": ("DELETE FROM entry WHERE hash = :accepted", "I1: "),
    "a byte of a header is another": (
        "UPDATE entry SET header = CAST(replace(header, '\"v\":1', '\"v\":2') AS BLOB) WHERE hash = :accepted",
        "I3: the header",
    ),
    "a body is emptied": ("UPDATE entry SET body = NULL WHERE hash = :accepted", "I3: the body"),
    "a verdict is another": ("UPDATE entry SET verdict = 'held' WHERE hash = :accepted", "the verdict on"),
    "an entry is in another visit": ("UPDATE entry SET visit = :other WHERE hash = :accepted", "I5: "),
    "two entries change places": (
        "UPDATE entry SET vseq = 3 - vseq WHERE visit = :visit AND vseq IN (1, 2)",
        "I5: ",
    ),
    "a number is skipped": ("UPDATE visit_counter SET n = n + 1 WHERE visit = :visit", "I2: "),
    "a feed was not told": ("UPDATE feed_row SET vseq = vseq - 1 WHERE topic = 'entries:' || :visit", "I13: "),
    "an entry has no leaf": ("DELETE FROM log_leaf WHERE place = (SELECT max(place) FROM log_leaf)", "I23: "),
    "two leaves change places": (
        "UPDATE log_leaf SET place = CASE place WHEN 0 THEN -1 - :leaves ELSE -1 END WHERE place IN (0, :leaves)",
        "the tree head of",
    ),
    "a refused line is gone": ("DELETE FROM dead_letter", "I1: the refused line"),
    "a receipt is gone": ("DELETE FROM receipt WHERE id = (SELECT min(id) FROM receipt)", "receipt "),
    "a file is not known any more": ("DELETE FROM blob WHERE digest = :file", "file "),
}
"""What may befall a SQLite file, and how what is found begins."""


def damage(database: Path, sql: str, **facts: str | int) -> None:
    """Do it past everything that guards the file."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%UNIQUE%'"
        ).fetchall():
            connection.execute(f'DROP INDEX "{name}"')
        if connection.execute(sql, facts).rowcount < 1:
            raise AssertionError(f"nothing was damaged by: {sql}")
        connection.execute("UPDATE log_leaf SET place = -1 - place WHERE place < 0")
        connection.commit()


def flip(data_dir: Path, digest: str) -> None:
    """One bit of a stored file."""
    path = file_of(data_dir, digest)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
