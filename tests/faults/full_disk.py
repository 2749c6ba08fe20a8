"""A disk that is full under load: a small file system of its own where the run may mount one, the shim elsewhere."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from media.limits import Limits
from tests.faults.shim import Page
from tests.faults.waiting import until
from tests.faults.world import World

FORESEEN: Final = {"507 storage-full", "503 busy"}
"""What a tablet may be told meanwhile."""
TURNED_AWAY: Final = 12
"""So many answers must say so before there is room again."""
FLOOR_MB: Final = Limits().free_floor >> 20
"""Below this much free space files are not taken in any more; entries are, to the last page."""
_BALLAST: Final = "ballast"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a file system there that has so much room above the floor; False, and nothing, where this user may not."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid():
        yield False
        return
    words = ["mount", "-t", "tmpfs", "-o", f"size={FLOOR_MB + megabytes}m,mode=755", "none", str(folder)]
    subprocess.run(words, check=True)
    try:
        yield True
    finally:
        # Lazily: a process that is being killed may still hold a file there.
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


@contextmanager
def filled(folder: Path, page: Page, *, mounted: bool) -> Iterator[None]:
    """No room in this folder inside the block."""
    ballast = folder / _BALLAST
    if not mounted:
        page.fill(str(folder))
        try:
            yield
        finally:
            page.heal()
        return
    try:
        with ballast.open("wb") as file:
            # Larger and larger, by smaller and smaller steps, until not one page fits.
            size, step = 0, 1 << 28
            while step >= 1 << 12:
                try:
                    os.posix_fallocate(file.fileno(), size, step)
                    size += step
                except OSError:
                    step //= 2
        yield
    finally:
        ballast.unlink(missing_ok=True)


async def run_out_of_room(world: World, folder: Path, *, mounted: bool, times: int = 1) -> None:
    """Everybody works, there is no room, everybody is told so, there is room, everybody works on by himself."""
    ledger = world.ledger
    async with world.fleet as fleet:
        await fleet.progress()
        for _ in range(times):
            before = _told(ledger.answers)

            async def turned_away(before: int = before) -> bool:
                fleet.check_alive()
                # A database that cannot even write its log ends, and is started as a supervisor does.
                await asyncio.to_thread(world.installation.revive)
                return _told(ledger.answers) >= before + TURNED_AWAY

            with filled(folder, world.installation.page, mounted=mounted):
                await until(turned_away)
                if world.installation.cluster is None:
                    await world.check()
            await world.installation.become_ready()
            await fleet.progress()
            await world.check()
    await world.settle()


def _told(answers: dict[str, int]) -> int:
    return sum(count for kind, count in answers.items() if kind in FORESEEN)
