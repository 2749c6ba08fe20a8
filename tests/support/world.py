"""One small world, made once a test run and shared: a fleet's days are over, results published, dossiers sealed."""

import asyncio
import atexit
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from api.output import Output
from api.simulation import story
from api.simulation.story import Plot, Told, tell
from inspection.authority import passwords
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings

START = datetime(2026, 3, 2, tzinfo=UTC)
AFTER = datetime(2026, 3, 4, tzinfo=UTC)
"""An instant after the world's days."""
PASSWORD = "people of a small world"
ITEM = "SW01"
GROUP = "world"
"""The xdist group of every test that uses the world: it is made in one process only."""


@dataclass(frozen=True)
class World:
    """Where the world is kept. `eve`: its database as it was before anything was published."""

    data_dir: Path
    eve: Path
    told: Told

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, database_url=f"sqlite:///{self.data_dir / 'fieldcheck.sqlite3'}")


@cache
def published_world() -> World:
    """Every visit of one task made, so that its clock runs and the results are out."""
    folder = Path(tempfile.mkdtemp(prefix=f"fieldcheck-world-{os.getpid()}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(data_dir=folder / "data", database_url=f"sqlite:///{folder / 'data' / 'fieldcheck.sqlite3'}")
    settings.data_dir.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(story, "_publish", _kept_before(story._publish, settings.data_dir, folder / "eve.sqlite3"))
        plot = Plot(14, 2, 1, START, PASSWORD, SeededEntropy("world"), (ITEM,))
        told = asyncio.run(tell(settings, plot, Output(as_json=True)))
    uninstall_projections()
    return World(settings.data_dir, folder / "eve.sqlite3", told)


def _kept_before(publish: Any, data_dir: Path, eve: Path) -> Any:
    async def keep(*args: Any) -> None:
        with closing(sqlite3.connect(data_dir / "fieldcheck.sqlite3")) as now, closing(sqlite3.connect(eve)) as kept:
            now.backup(kept)
        await publish(*args)

    return keep
