"""A real installation before anything happens to it: a migrated database, a few teams, their visits and tablets."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from api.migrate import migrate
from api.schema import all_tables
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from mobile_contract.client import Device, DeviceStore, DeviceTime, Surroundings
from mobile_contract.signed import ServerJwk
from sync.devices.enrol import enrol_device
from sync.histories import current_history
from tests.sync.world import World, build_world

VISITS: Final = 3
_YEAR_MS: Final = 365 * 24 * 3600 * 1000
WALLS: Final = {"right": None, "1970": 0, "2099": 4_070_908_800_000}
"""What tablets' clocks say when they are switched on, in ms; None: the truth."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One tablet: its disk, its clock, and what it works on."""

    number: int
    path: Path
    surroundings: Surroundings
    visits: tuple[UUID, ...]

    def open(self) -> Device:
        """Start its app on its disk."""
        store = DeviceStore(self.path)
        # Its process dies again and again in here, its machine never: the disk need not be waited for.
        store._db.execute("PRAGMA synchronous = OFF")
        return Device(store, self.surroundings)


@dataclass(frozen=True, slots=True)
class Founded:
    """Whom there is. `audience`: by visit, the tablets of its team."""

    tablets: tuple[Enrolled, ...]
    audience: dict[UUID, tuple[UUID, ...]]
    keys: tuple[ServerJwk, ...]


def surroundings(random: Random, wall: int | None) -> Surroundings:
    """Clocks of a tablet that was switched on a moment ago, and its chance."""
    begin = time.monotonic()

    def tell() -> DeviceTime:
        passed = int((time.monotonic() - begin) * 1000)
        told = int(time.time() * 1000) if wall is None else wall + passed
        return DeviceTime(wall=told, mono=passed, boot="b1")

    return Surroundings(tell, random.randbytes)


async def found(database: str, data_dir: Path, disks: Path, *, teams: int, random: Random) -> Founded:
    """Migrate the database and write the rows; two tablets a team, their disks in `disks`."""
    keys = load_server_keys(data_dir / "keys")
    tablets: list[Enrolled] = []
    audience: dict[UUID, tuple[UUID, ...]] = {}
    await asyncio.to_thread(disks.mkdir, parents=True, exist_ok=True)
    async with running(open_engine(database), all_tables()):
        await migrate()
        for team in range(teams):
            world = await build_world(f"faults{team}")
            world.keys, world.now = keys, SystemClock().now()
            await current_history(world.cmd())
            await seed_calendar(world.cmd())
            visits = (world.visit, *[await world.add_visit() for _ in range(VISITS - 1)])
            pair = [await _tablet(world, disks, which, len(tablets) + which, visits, random) for which in (0, 1)]
            tablets += [one for one, _ in pair]
            audience |= dict.fromkeys(visits, tuple(device for _, device in pair))
    return Founded(tuple(tablets), audience, tuple(keys.told().keys))


async def _tablet(
    world: World, disks: Path, which: int, number: int, visits: tuple[UUID, ...], random: Random
) -> tuple[Enrolled, UUID]:
    wall = list(WALLS.values())[number % len(WALLS)]
    own = Random(random.getrandbits(64))
    made = Enrolled(number, disks / f"tablet{number}.sqlite3", surroundings(own, wall), visits)
    device = made.open()
    request = device.enrol_request(await world.code(which), f"tablet {number}")
    device.enrolled(await enrol_device(world.cmd(Role.PUBLIC), request=request, keys=world.keys))
    number_told = device.id
    device.store.close()
    return made, number_told
