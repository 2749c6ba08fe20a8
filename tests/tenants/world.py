"""Two authorities in one installation: one has lived through a whole year, the other through some days of its own."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from api.output import Output
from api.simulation.service import in_process
from api.simulation.story import Plot, tell_in
from inspection.authority.store import authorities
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from tests.simulation.test_year import lived_through
from tests.support.once import once

FIRST_RULES, SECOND_RULES = "anyue-joint", "weihai-jingkai-commerce"
LATER = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)
"""After the first authority's year."""
AFTER = LATER + timedelta(days=4)
"""After the second one's days."""
PASSWORD = "people of two houses"
MARK = "⟐甲⟐"
"""What every name of the first authority ends with that may still be written."""
NAMES = (
    ("unit", ("name",)),
    ("account", ("name",)),
    ("inspector", ("name",)),
    ("inspection_object", ("name",)),
    ("device", ("name",)),
)


@dataclass(frozen=True)
class Tenants:
    """Where both work. `first`: whose secrets they are; `second`: who asks for them. `alone`: the database when there
    was nobody but the first.
    """

    data_dir: Path
    alone: Path
    first: UUID
    second: UUID

    @property
    def database(self) -> Path:
        return self.data_dir / "fieldcheck.sqlite3"


def two_tenants(factory: pytest.TempPathFactory, folder: Path) -> Tenants:
    """Both lives, one after the other, in one database with one server's key. The first is the year that
    `tests/simulation` looks at, lived once a test run for both.
    """
    data_dir = folder / "data"
    _, lived = once(factory, f"year-{FIRST_RULES}", lambda where: (lived_through(FIRST_RULES, where), where))
    uninstall_projections()
    shutil.copytree(lived / "data", data_dir)
    settings = Settings(data_dir=data_dir, database_url=f"sqlite:///{data_dir / 'fieldcheck.sqlite3'}")
    _mark(data_dir / "fieldcheck.sqlite3", folder / "alone.sqlite3")
    first, second = asyncio.run(_beside(settings))
    uninstall_projections()
    return Tenants(data_dir, folder / "alone.sqlite3", first, second)


def _mark(database: Path, alone: Path) -> None:
    """Let the first authority's names be told from any other's, and its people sign in by names of their own; keep a
    copy of it all.
    """
    with closing(sqlite3.connect(database)) as raw, raw:
        for table, columns in NAMES:
            told = ", ".join(f"{column} = {column} || '{MARK}'" for column in columns)
            raw.execute(f"UPDATE {table} SET {told}")
        raw.execute("UPDATE account SET username = 'first.' || username")
        raw.commit()
        with closing(sqlite3.connect(alone)) as copy:
            raw.backup(copy)


async def _beside(settings: Settings) -> tuple[UUID, UUID]:
    plot = Plot(6, 1, 2, LATER, PASSWORD, SeededEntropy("second"), ("SW01",), SECOND_RULES, undecided=1)
    async with in_process(settings, LATER, plot.server_entropy) as service:
        (first,) = [one.id for one in await authorities()]
        await tell_in(service, plot, Output())
        (second,) = [one.id for one in await authorities() if one.id != first]
    return first, second
