"""Days of a small fleet, and what its tablets and its server hold afterwards."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.output import Output
from api.simulation import fleet, service, story
from api.simulation.check import Custody, compare
from api.simulation.fleet import FleetReport
from api.simulation.story import Plot, tell
from api.simulation.tablet import SimulatedTablet
from inspection.kernel.database import current_engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from inspection.visits.tables import Entry
from tests.support import postgres
from tests.support.routes import created
from tests.support.server_key import put_server_key
from tests.support.world import PASSWORD, START

TABLETS, DAYS = 6, 2
Tablets = Sequence[SimulatedTablet]
Stored = dict[str, tuple[bytes, bytes | None, bytes]]


@dataclass(frozen=True)
class Days:
    """What came of some days. `captured`: hashes on the tablets; `stored`: hash → header, body, signature."""

    report: FleetReport
    captured: list[str]
    stored: Stored


async def lived(
    settings: Settings, *, days: int = DAYS, at_the_end: Callable[[Tablets], Awaitable[None]] | None = None
) -> Days:
    """Live through days with six tablets on the seed 1; `at_the_end` acts before tablets and store are compared."""
    captured: list[str] = []
    stored: Stored = {}

    async def looked(tablets: Tablets) -> Custody:
        if at_the_end is not None:
            await at_the_end(tablets)
        captured.extend(entry.hash for tablet in tablets for entry in tablet.device.store.entries())
        rows = await Entry.raw("SELECT hash, header, body, signature FROM entry")
        stored.update({row["hash"]: (row["header"], row["body"], row["signature"]) for row in rows})
        return await compare(tablets)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "create_app", created)
        patch.setattr(fleet, "compare", looked)
        patch.setattr(story, "_publish", _emptied)
        plot = Plot(TABLETS, days, 1, START, PASSWORD, SeededEntropy("server:1"))
        told = await tell(settings, plot, Output(as_json=True))
    uninstall_projections()
    return Days(told.report, captured, stored)


async def _emptied(*_: object) -> None:
    """Instead of publishing: leave a database that other tests share as it was found."""
    if current_engine().engine_type == "postgres":
        await postgres.empty(current_engine())


def settings_in(folder: Path, database_url: str = "") -> Settings:
    """Everything in `folder`, but for a database that is elsewhere. The server's key, by which time anchors are made,
    is no part of the seed: it is the same one in every folder.
    """
    put_server_key(folder)
    return Settings(data_dir=folder, database_url=database_url or f"sqlite:///{folder / 'world.sqlite3'}")
