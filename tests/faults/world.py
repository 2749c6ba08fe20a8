"""One run: an installation, its tablets, the ledger of what they were promised, and the one who checks it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from mobile_contract.envelope import EntryLine
from tests.faults.check import Checked, Checker, tell
from tests.faults.cluster import Cluster
from tests.faults.fleet import Fleet
from tests.faults.founding import Founded, found
from tests.faults.installation import Installation
from tests.faults.ledger import Ledger
from tests.faults.line import Line
from tests.faults.shim import Page
from tests.faults.stem import Stem
from tests.faults.store import look
from tests.faults.waiting import until

ENGINES: Final = ("sqlite", "postgres")
MEMORY: Final = Path("/dev/shm")  # noqa: S108  the memory file system of Linux
ROOM: Final = 1024**3
MERGED_S: Final = 60.0
"""How long the log may take to place what waits; it promises ten minutes."""


def place(*, in_memory: bool) -> Path:
    """A fresh folder that other users may enter, on the disk or in memory."""
    fits = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    made = Path(tempfile.mkdtemp(prefix="fieldcheck-faults-", dir=MEMORY if fits else None))
    made.chmod(0o755)
    return made


@dataclass
class World:
    """What a fault happens to."""

    installation: Installation
    founded: Founded
    ledger: Ledger
    checker: Checker
    fleet: Fleet
    random: Random
    line: Line | None = None
    """Between the servers and a database whose address may move."""
    seen: set[str] = field(default_factory=set)
    """Files that were read back once: they are read again at the end."""

    async def check(self, *, thoroughly: bool = False) -> Checked:
        """Every promise against the store; of the files those that are new since the last time, or all."""
        files = None if thoroughly else self.ledger.files - self.seen
        self.seen |= self.ledger.files
        return await self.checker.check(files=files)

    async def settle(self) -> Checked:
        """Let everything come to rest: outboxes, feeds, log; then check it all, and every tablet's own copy.

        Call it when the tablets no longer write.
        """
        await self.fleet.finish()
        await self.merged()
        checked = await self.check(thoroughly=True)
        await self.converged()
        return checked

    async def merged(self) -> None:
        """Wait until nothing waits for a leaf any more (I23)."""

        async def nothing_waits() -> bool:
            await asyncio.to_thread(self.installation.revive)
            return not (await look(self.checker.database)).waiting

        await until(nothing_waits, within_s=MERGED_S)

    async def histories(self) -> int:
        """How many histories the store has lived through."""
        return len((await look(self.checker.database)).histories)

    async def note_went_back(self) -> int:
        """The store was put back, or lost its tail, and takes nothing yet: how many acknowledged entries are gone."""
        stood = await look(self.checker.database)
        self.ledger.store_went_back(stood.letters)
        return len(self.ledger.entries.keys() - stood.entries.keys())

    async def converged(self) -> None:
        """I7, I13: what each tablet was told of its visits is what the store has."""
        found = await look(self.checker.database)
        stored: dict[UUID, dict[str, tuple[int | None, bytes]]] = {visit: {} for visit in self.founded.audience}
        for hash_, row in found.entries.items():
            if row.visit in stored and row.vseq is not None:
                stored[row.visit][hash_] = (row.vseq, row.header)
        problems = []
        for tablet in self.fleet.tablets:
            for visit in tablet.enrolled.visits:
                heard = {
                    one.hash: (one.vseq, EntryLine.model_validate_json(one.line).p.encode())
                    for one in tablet.device.replica.heard(visit)
                }
                if heard != stored[visit]:
                    told = f"{len(heard)} of {len(stored[visit])}"
                    problems.append(f"I7: tablet {tablet.enrolled.number} knows {told} entries of {visit}")
        tell(problems)


@asynccontextmanager
async def world(
    engine: str,
    stem: Stem,
    *,
    seed: object,
    teams: int = 2,
    in_memory: bool = True,
    data: Path | None = None,
    cluster_at: Path | None = None,
    moving: bool = False,
    plant: str = "",
    host: str = "127.0.0.1",
    moved: Callable[[], None] = lambda: None,
    settings: Mapping[str, str] | None = None,
    **how: float,
) -> AsyncIterator[World]:
    """A running installation with its tablets enrolled and switched off; all of it is gone at the end.

    `data`, `cluster_at`: where the data directory and the database lie, if they must be on a certain file system.
    `plant`: a bug that the servers have. `moving`: the servers are told an address of the database that may move.
    `host`: where they listen; `moved` is called before anybody speaks to them, and may lead this process into another
    network. `how`: see `fleet.Tablet`.
    """
    random = Random(f"{seed}")
    async with AsyncExitStack() as stack:
        folder = place(in_memory=in_memory)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        page = Page(folder / "page")
        stack.callback(page.close)
        cluster, line, address = None, None, ""
        if engine == "postgres":
            cluster = Cluster(cluster_at or folder / "postgres", page=page)
            stack.callback(cluster.kill)
            blank = stem.blanks.get(engine)
            await (asyncio.to_thread(cluster.begin_with, blank) if blank else asyncio.to_thread(cluster.make))
            cluster.start()
            if moving:
                line = await stack.enter_async_context(_line_to(cluster).open())
                address = cluster.dsn.replace(f":{cluster.port}/", f":{line.port}/")
        installation = Installation(stem, folder, page, cluster, address, data, settings or {}, plant=plant, host=host)
        if cluster is None and engine in stem.blanks:
            shutil.copy(stem.blanks[engine], installation.database.removeprefix("sqlite:///"))
        at = cluster.near if cluster is not None else installation.database
        founded = await found(at, installation.data_dir, folder / "tablets", teams=teams, random=random)
        ledger = Ledger(founded.keys)
        checker = Checker(ledger, at, installation.data_dir, founded.audience)
        fleet = Fleet.of(founded, lambda: installation.address, ledger, random, **how)
        stack.callback(fleet.close)
        for name in installation.victims:
            stack.callback(lambda name=name: name in installation.running and installation.kill(name))
        moved()
        installation.start()
        await installation.become_ready()
        yield World(installation, founded, ledger, checker, fleet, random, line)


def _line_to(cluster: Cluster) -> Line:
    return Line(lambda: ("127.0.0.1", cluster.port))
