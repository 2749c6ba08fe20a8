"""A disk that says it could not keep what it was given: fsync and fdatasync fail with EIO at chosen calls.

After a failed sync nobody knows which bytes are on the disk, and the next sync may well succeed although they are not
(the pages were given up). So two things are shown: while syncs fail nothing is acknowledged; and what a failed sync
left in doubt is never acknowledged later, which is shown by a power cut in which those bytes are really lost.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from tests.faults.installation import DATABASE, WEB
from tests.faults.ledger import Ledger
from tests.faults.shim import Lost
from tests.faults.waiting import until
from tests.faults.world import World

FOR_EVER: Final = 1 << 40
FAILURES: Final = 10
FORESEEN: Final = {"503 busy", "507 storage-full"}


async def nothing_is_acknowledged(world: World, where: str, promises: Callable[[Ledger], Collection[object]]) -> int:
    """While all syncs of files with `where` in their path fail, there are no new `promises`; how many syncs failed.

    At the end of it everybody is at work again; nothing is started anew but a database that ended.
    """
    page, ledger = world.installation.page, world.ledger
    async with world.fleet as fleet:
        await fleet.progress()
        page.fail_syncs(where, 1, FOR_EVER)
        await _until_failed(world, fleet_size := len(fleet.tablets))
        # What was acknowledged before has arrived when everybody was turned away once.
        turned = {one.enrolled.number: one.troubles.total() for one in fleet.tablets}
        await until(lambda: all(one.troubles.total() > turned[one.enrolled.number] for one in fleet.tablets))
        known = set(promises(ledger))
        await _until_failed(world, page.read("failed") + FAILURES)
        failed = page.read("failed")
        page.heal()
        acknowledged = len(set(promises(ledger)) - known)
        assert acknowledged == 0, f"{acknowledged} were acknowledged while every sync of {where} failed"
        assert failed >= fleet_size
        await world.installation.become_ready()
        await fleet.progress()
        await world.check()
    await world.settle()
    return failed


async def some_fail(world: World, where: str, *, first: int, count: int) -> None:
    """Some syncs fail, everybody goes on; then the power goes, and what was in doubt is really lost."""
    installation, page = world.installation, world.installation.page
    async with world.fleet as fleet:
        await fleet.progress()
        page.fail_syncs(where, first, count)
        await _until_failed(world, count)
        fleet.check_alive()
        page.heal()
        await installation.become_ready()
        await fleet.progress(3)
    lost = page.lost()
    for name in (WEB,) if installation.cluster is None else (WEB, DATABASE):
        installation.kill(name)
    forget(installation.data_dir / "media", lost)
    await installation.become_ready()
    await world.check(thoroughly=True)
    await world.settle()


def forget(folder: Path, lost: Iterable[Lost]) -> int:
    """Let files that are in doubt hold nothing but zeros, under whatever name they have by now; how many there were."""
    doubtful = {one.inode: one for one in lost if one.start < one.stop}
    found = 0
    for path in folder.rglob("*"):
        one = doubtful.get(path.stat().st_ino) if path.is_file() else None
        if one is not None:
            with path.open("r+b") as file:
                file.seek(one.start)
                file.write(bytes(max(0, min(one.stop, path.stat().st_size) - one.start)))
            found += 1
    return found


async def _until_failed(world: World, count: int) -> None:
    async def failed() -> bool:
        # A database that cannot sync its log ends, and is started again as a supervisor does.
        await asyncio.to_thread(world.installation.revive)
        return world.installation.page.read("failed") >= count

    await until(failed)
