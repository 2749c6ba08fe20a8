"""A world that many tests begin with is made once a process and engine; to the others it is given back as it was.

It is given back only to an empty database, or to one that has just got another kept world, with every source of ids
and randomness as far as it was when the world was made. Anywhere else it is made anew, so that no test depends on
which one came before it.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from api.schema import all_tables
from inspection.kernel.command import Command
from inspection.kernel.database import Engine, current_engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.sqlite import KeptSQLiteEngine
from tests.support import postgres

T = TypeVar("T")
Make = Callable[..., Awaitable[T]]
Counts = tuple[int, ...]
Restore = Callable[[], Awaitable[None]]
MOST = 32
"""Worlds a process keeps; the one that was not asked for the longest goes."""


@dataclass(frozen=True)
class _World:
    key: Hashable
    value: Any
    entropies: Sequence[SeededEntropy]
    """As `value` holds them."""
    counts: Counts
    restore: Restore


_worlds: dict[Hashable, _World] = {}
_latest: list[tuple[Engine, _World]] = []
"""The world that was made or given back last, and where."""


async def kept(name: Hashable, make: Callable[[], Awaitable[T]], *entropies: SeededEntropy) -> T:
    """What `make` gives, with all rows that it writes. `entropies`: what ids come from, inside the value or not."""
    base = _base(await counts())
    if base is None:
        return await make()
    drawn_from = tuple((one._seed, one._counter, frozenset(one._branches.items())) for one in entropies)
    key = (current_engine().engine_type, name, drawn_from, base)
    if (world := _worlds.pop(key, None)) is None:
        value = await make()
        _remember(_World(key, *deepcopy((value, entropies)), await counts(), await _keep()))
        return value
    await world.restore()
    _remember(world)
    for source, then in zip(entropies, world.entropies, strict=True):
        source._counter, source._branches = then._counter, then._branches.copy()
    # The copy draws from this test's sources, as what `make` gave did.
    given: T = deepcopy(world.value, {id(then): now for then, now in zip(world.entropies, entropies, strict=True)})
    return given


def keeps(make: Make[T]) -> Make[T]:
    """Of a function of a command and of facts: what it gives is kept for others that ask for the same."""

    @wraps(make)
    async def given(cmd: Command, *more: Hashable, **facts: Hashable) -> T:
        assert isinstance(cmd.entropy, SeededEntropy)
        told = (cmd.actor, cmd.now, cmd.authority, more, tuple(sorted(facts.items())))
        return await kept((make.__module__, make.__qualname__, *told), lambda: make(cmd, *more, **facts), cmd.entropy)

    return given


def _base(counts: Counts) -> Hashable | None:
    """What the database holds, if that is known by as much as a name."""
    if not any(counts):
        return "nothing"
    return next((world.key for where, world in _latest if where is current_engine() and world.counts == counts), None)


def _remember(world: _World) -> None:
    _worlds[world.key] = world
    _latest[:] = [(current_engine(), world)]
    while len(_worlds) > MOST:
        del _worlds[next(iter(_worlds))]


_COUNTS = ", ".join(
    f'(SELECT count(*) FROM "{name}") AS "{name}"' for name in (table._meta.tablename for table in all_tables())
)


async def counts() -> Counts:
    """How many rows every table has that tests write to."""
    engine = current_engine()
    if isinstance(engine, KeptSQLiteEngine):
        (row,) = await engine.writer.fetch(f"SELECT {_COUNTS}")
        return tuple(row.values())
    return await postgres.warm(engine).counts()


async def _keep() -> Restore:
    """Keep a copy of all rows; what puts them back."""
    engine = current_engine()
    if not isinstance(engine, KeptSQLiteEngine):
        copies = await postgres.warm(engine).keep()
        return lambda: _rows_back(copies)
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    await engine.writer._thread.run(lambda: engine.writer.raw.backup(copy))
    return lambda: _pages_back(copy)


async def _pages_back(copy: sqlite3.Connection) -> None:
    engine = current_engine()
    assert isinstance(engine, KeptSQLiteEngine)
    await engine.writer._thread.run(lambda: copy.backup(engine.writer.raw))


async def _rows_back(copies: postgres.Copies) -> None:
    engine = current_engine()
    assert not isinstance(engine, KeptSQLiteEngine)
    await postgres.warm(engine).put_back(copies)
