"""A whole installation of its own on this machine: web processes, a worker, a database; who of it is which process."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.postgres import server
from bench.watching import parent_of
from bench.wire_load import our_server, our_worker

ENGINES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True, slots=True)
class Store:
    """An empty place for data: its engine, its address, its folder, and the database's process where it has one."""

    engine: str
    url: str
    folder: Path
    database: int | None


@dataclass(frozen=True, slots=True)
class Site:
    """What runs: the ports of the web processes, and every process by its name."""

    ports: tuple[int, ...]
    processes: Mapping[str, int]


@contextmanager
def empty(engine: str) -> Iterator[Store]:
    """A store that is thrown away when the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)))
        if engine == "SQLite":
            yield Store(engine, f"sqlite:///{folder / 'fieldcheck.sqlite3'}", folder, None)
            return
        dsn = stack.enter_context(server())
        yield Store(engine, dsn, folder, asyncio.run(_postmaster(dsn)))


async def _postmaster(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    found = parent_of(int(await connection.fetchval("SELECT pg_backend_pid()")))
    await connection.close()
    return found


@contextmanager
def serving(store: Store, webs: int = 1) -> Iterator[Site]:
    """`webs` web processes over this store, each on a port of its own, and a worker where the engine has one apart.

    The budgets of callers are on, as in the field.
    """
    with ExitStack() as stack:
        limited = {"FIELDCHECK_RATE_LIMIT": "true"}
        found = [stack.enter_context(our_server(store.folder, store.url, **limited)) for _ in range(webs)]
        processes = {f"web {n}" if webs > 1 else "web": process for n, (_, process) in enumerate(found, start=1)}
        if store.database is not None:
            processes["worker"] = stack.enter_context(our_worker(store.folder, store.url))
            processes["PostgreSQL"] = store.database
        yield Site(tuple(port for port, _ in found), processes)
