"""Yesterday's backup comes back under tablets that have worked on since: by the commands, which begin a new history, or
as a whole machine that is put back, and nobody says so, neither to the server nor to the tablets.
"""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.faults.installation import DATABASE, WEB, WORKER
from tests.faults.world import World

_MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Yesterday:
    """How the machine stood."""

    folder: Path

    @classmethod
    async def of(cls, world: World) -> "Yesterday":
        """Keep it; everything of it was stopped for as long as that takes, as a snapshot of a machine does."""
        installation = world.installation
        kept = cls(installation.folder / "yesterday")
        kept.folder.mkdir()
        _end(world)
        await asyncio.to_thread(kept._keep, world)
        await installation.become_ready()
        return kept

    def _keep(self, world: World) -> None:
        installation = world.installation
        shutil.copytree(installation.data_dir / _MEDIA, self.folder / _MEDIA)
        if installation.cluster is None:
            with closing(sqlite3.connect(_file(world))) as now, closing(sqlite3.connect(self.folder / "file")) as copy:
                now.backup(copy)
        else:
            shutil.copytree(installation.cluster.data, self.folder / DATABASE)

    async def put_back(self, world: World) -> int:
        """Let the machine be what it was then; how many acknowledged entries it does not have any more."""
        _end(world)
        await asyncio.to_thread(self._put_back, world)
        if world.installation.cluster is not None:
            world.installation.cluster.start()
        lost = await world.note_went_back()
        await world.installation.become_ready()
        return lost

    def _put_back(self, world: World) -> None:
        installation = world.installation
        media = installation.data_dir / _MEDIA
        shutil.rmtree(media)
        shutil.copytree(self.folder / _MEDIA, media)
        if installation.cluster is None:
            file = _file(world)
            for old in file.parent.glob(f"{file.name}*"):
                old.unlink()
            shutil.copy(self.folder / "file", file)
        else:
            owner = installation.cluster.data.owner()
            shutil.rmtree(installation.cluster.data)
            shutil.copytree(self.folder / DATABASE, installation.cluster.data)
            for path in (installation.cluster.data, *installation.cluster.data.rglob("*")):
                shutil.chown(path, owner)


def _end(world: World) -> None:
    for name in world.installation.victims:
        world.installation.kill(name)


def _file(world: World) -> Path:
    return Path(world.installation.database.removeprefix("sqlite:///"))


async def put_back_under_load(world: World) -> int:
    """Work, keep, work on, put back, work on: how many acknowledged entries the store had lost, all there again."""
    async with world.fleet as fleet:
        await fleet.progress(2)
        yesterday = await Yesterday.of(world)
        await fleet.progress(4, pulls=1)
        lost = await yesterday.put_back(world)
        await fleet.progress(2)
    await world.settle()
    return lost


async def brought_back_under_load(world: World) -> int:
    """The same with `fieldcheck backup`, taken while everybody works, and `fieldcheck restore`."""
    installation = world.installation
    folder = installation.folder / "backups"
    async with world.fleet as fleet:
        await fleet.progress(2)
        said = await asyncio.to_thread(installation.type, "backup", "--to", str(folder))
        made = await asyncio.to_thread(_within, folder)
        assert len(made) == 1, said
        await fleet.progress(4)
        for name in (WEB, WORKER):
            if name in installation.running:
                installation.kill(name)
        said = await asyncio.to_thread(installation.type, "restore", str(made[0]), "--replace")
        assert await world.histories() == 2, said
        lost = await world.note_went_back()
        await installation.become_ready()
        await fleet.progress(2)
    await world.settle()
    return lost


def _within(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.is_dir()]
