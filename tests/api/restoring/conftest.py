"""An installation with tablets at work, a backup in the middle of it, and the loss of everything that is not in it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from api.backups import place_of
from api.restoring.restore import Asked, Restored, restore
from api.simulation.service import Service, in_process
from inspection.kernel.backup import Backup, Wanted, make_backup
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from mobile_contract.client import Device, Session
from tests.conftest import NOW
from tests.support import postgres
from tests.support.schema import build_schema
from tests.sync.world import World, build_world, note


@dataclass
class Installation:
    """A data directory and a database, and the tablets that know it."""

    settings: Settings
    devices: list[Device] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    """Hash → line, of everything that the server acknowledged."""
    files: dict[str, bytes] = field(default_factory=dict)
    world: World | None = None
    service: Service | None = None
    lives: int = 0
    restores: int = 0

    @property
    def known(self) -> World:
        assert self.world is not None
        return self.world

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Service]:
        """The whole service, a later life of the same clock each time."""
        self.lives += 1
        start = self.known.now if self.world else NOW
        async with in_process(self.settings, start, SeededEntropy(f"life {self.lives}")) as service:
            self.service = service
            yield service

    @asynccontextmanager
    async def session(self, service: Service, device: Device) -> AsyncIterator[Session]:
        """A tablet's connection."""
        async with httpx.AsyncClient(transport=service.transport, base_url="http://127.0.0.1:8000") as http:
            yield Session(device, http)

    async def work(self, service: Service, device: Device, words: str) -> None:
        """One tablet notes something, takes a photograph, and hands both in; the server acknowledges all of it."""
        photo = f"photograph of {words}".encode() * 50
        digest = device.attach(photo, "image/jpeg")
        told = note(device, self.known.visit, words)
        shown = {"digest": digest, "bytes": len(photo), "mime": "image/jpeg"}
        shot = device.capture("photo.add", shown, visit=self.known.visit)
        async with self.session(service, device) as session:
            assert await session.push() >= 2
            assert await session.upload_files() == 1
            await session.pull()
        for entry in (told, shot):
            self.entries[entry.hash] = entry.line
        self.files[digest] = photo

    async def backup(self, folder: Path, **wanted: bool) -> Backup:
        """Back it up while it serves."""
        return await make_backup(place_of(self.settings, folder), f"b{self.lives}", NOW, Wanted(**wanted))

    async def restore(self, folder: Path, **asked: bool) -> Restored:
        """Bring it back."""
        self.restores += 1
        entropy = SeededEntropy(f"restore {self.restores}")
        return await restore(self.settings, folder, FixedClock(self.known.now), entropy, Asked(**asked))


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    """A migrated database to which nobody is connected: the others are copied from it."""
    name = f"fieldcheck_template_{os.getpid()}"
    with postgres.database(name) as dsn:
        asyncio.run(build_schema(dsn))
        yield name


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of this test's own: it will be lost."""
    if request.param == "sqlite":
        file = tmp_path / "data" / "fieldcheck.sqlite3"
        file.parent.mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    copied = request.getfixturevalue("template")
    with postgres.database(f"fieldcheck_lost_{os.getpid()}", template=copied) as dsn:
        yield dsn


@pytest.fixture
def installation(database: str, tmp_path: Path) -> Iterator[Installation]:
    settings = Settings(data_dir=tmp_path / "data", database_url=database, pg_bin=postgres.programs())
    yield Installation(settings)
    uninstall_projections()


async def founded(installation: Installation, service: Service, tablets: int = 2) -> None:
    """An authority with an open visit, and enrolled tablets."""
    installation.world = await build_world()
    for number in range(tablets):
        await enrolled(installation, service, number)


async def enrolled(installation: Installation, service: Service, number: int) -> Device:
    """One more tablet."""
    device = installation.known.new_device()
    async with installation.session(service, device) as session:
        await session.enrol(await installation.known.code(number), f"tablet {number}")
        await session.pull()
    installation.devices.append(device)
    return device
