"""A whole installation of its own on this machine: web processes, a worker, a database; who of it is which process."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.postgres import server
from bench.watching import family, parent_of
from bench.wire_load import our_server, our_worker

STARTED_S = 60.0


@dataclass(frozen=True, slots=True)
class Store:
    """An empty place for data: its engine, its address, its folder, and the database's process where it has one."""

    engine: str
    url: str
    folder: Path
    database: int | None


@dataclass(frozen=True, slots=True)
class Site:
    """What runs: the port that is asked, how many processes serve there, and every process by its name."""

    port: int
    webs: int
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
    """`webs` web processes over this store, and a worker where the engine has one apart.

    The budgets of callers are on, as in the field.
    """
    with ExitStack() as stack:
        told = {"FIELDCHECK_RATE_LIMIT": "true", "FIELDCHECK_WEB_PROCESSES": str(webs)}
        port, process = stack.enter_context(our_server(store.folder, store.url, **told))
        processes = {"web": process} if webs == 1 else _apart(process, webs)
        if store.database is not None:
            processes["worker"] = stack.enter_context(our_worker(store.folder, store.url))
            processes["PostgreSQL"] = store.database
        yield Site(port, webs, processes)


def _apart(parent: int, webs: int) -> dict[str, int]:
    """The processes that serve, by name; the one that looks after them does nothing else."""
    until = time.monotonic() + STARTED_S
    while len(found := family(parent)[1:]) < webs:
        if time.monotonic() > until:
            raise RuntimeError("not all of them serve")
        time.sleep(0.05)
    return {f"web {number}": one for number, one in enumerate(sorted(found), start=1)}
