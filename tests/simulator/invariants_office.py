"""Invariants of what the office itself writes, and of what it has erased."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from inspection.kernel.canonical import sha256_hex
from mobile_contract.client.wiping import acknowledgement
from sync.devices import store as store_devices
from tests.simulator.server import Kept, Picture
from tests.simulator.verdict import demand

if TYPE_CHECKING:
    from tests.simulator.world import World


async def check_office(world: World, picture: Picture) -> None:
    """Assert them on a healed world."""
    _decisions_hold(world, picture)
    _one_log(world, picture)
    _erased_stays_erased(world, picture)
    await _wipes_are_told(world)


def _decisions_hold(world: World, picture: Picture) -> None:
    gone = world.decided - picture.entries.keys()
    demand(not gone, "I1", "decided and gone", sorted(gone))


def _one_log(world: World, picture: Picture) -> None:
    """I17 of the authority's own log: dense, and each names the one before."""
    logs: dict[int, list[Kept]] = defaultdict(list)
    for entry in picture.entries.values():
        if entry.device == world.founding.authority.id:
            logs[entry.epoch].append(entry)
    for epoch, found in logs.items():
        found.sort(key=lambda one: one.seq)
        numbers = [one.seq for one in found]
        demand(numbers == list(range(1, len(found) + 1)), "I17", "the office's log", epoch, numbers)
        chain = [one.prev for one in found[1:]] == [one.hash for one in found[:-1]]
        demand(chain and found[0].prev is None, "I17", "the office's log is no chain", epoch)


def _erased_stays_erased(world: World, picture: Picture) -> None:
    """Whoever still holds the body and offers it again: it does not come back, and nothing else goes with it."""
    for hash_ in world.erased:
        kept = picture.entries.get(hash_)
        demand(kept is not None, "I1", "erased as a whole", hash_)
        demand(kept is not None and kept.body is None, "I3", "erased and back again", hash_)
    for hash_, entry in picture.entries.items():
        demand(entry.body is not None or hash_ in world.erased, "I3", "a body that nobody had erased", hash_)


async def _wipes_are_told(world: World) -> None:
    """I12: the office learns that a tablet is empty, if it still knows that it told it to; and learns it once: what a
    store that went back has forgotten of it nobody is there to repeat.
    """
    for tablet in world.tablets:
        if tablet.wiped and tablet.id in world.ordered:
            row = await store_devices.device(tablet.id)
            told = row is not None and row.wiped_at is not None
            demand(told or world.report.server_restores, "I12", "nobody heard of the wipe of", tablet.number)
            demand(acknowledgement(tablet.device) is None, "I12", "still to be told by", tablet.number)


def in_custody(picture: Picture, hash_: str, line: str) -> bool:
    """Whether an entry is in the store, as an entry or as a letter."""
    return hash_ in picture.entries or sha256_hex(line.encode()) in picture.letters
