"""One small world, made once a test run and shared: a fleet's days are over, results published, dossiers sealed."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.output import Output
from api.simulation import service, story
from api.simulation.story import Plot, Told, tell
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from tests.support.routes import created

START = datetime(2026, 3, 2, tzinfo=UTC)
AFTER = datetime(2026, 3, 5, tzinfo=UTC)
"""An instant after the world's days."""
PASSWORD = "people of a small world"
ITEM = "SW01"


@dataclass(frozen=True)
class World:
    """Where the world is kept. `eve`: its database as it was before anything was published."""

    data_dir: Path
    eve: Path
    told: Told

    @property
    def settings(self) -> Settings:
        database = f"sqlite:///{self.data_dir / 'fieldcheck.sqlite3'}"
        return Settings(data_dir=self.data_dir, database_url=database, two_factor_roles=())


def published_world(folder: Path) -> World:
    """Every visit of one task made, so that its clock runs and the results are out."""
    settings = Settings(data_dir=folder / "data", database_url=f"sqlite:///{folder / 'data' / 'fieldcheck.sqlite3'}")
    settings.data_dir.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "create_app", created)
        patch.setattr(story, "_publish", _kept_before(story._publish, settings.data_dir, folder / "eve.sqlite3"))
        plot = Plot(14, 3, 1, START, PASSWORD, SeededEntropy("world"), (ITEM,))
        told = asyncio.run(tell(settings, plot, Output(as_json=True)))
    uninstall_projections()
    return World(settings.data_dir, folder / "eve.sqlite3", told)


def _kept_before(publish: Any, data_dir: Path, eve: Path) -> Any:
    async def keep(*args: Any) -> None:
        with closing(sqlite3.connect(data_dir / "fieldcheck.sqlite3")) as now, closing(sqlite3.connect(eve)) as kept:
            now.backup(kept)
        await publish(*args)

    return keep
