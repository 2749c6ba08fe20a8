"""The whole log is recomputed, and whatever does not fit is named; what custody took is all there."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.kernel.keys import server_keys
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.timing import store as store_times
from mobile_contract.base import unb64url
from mobile_contract.client import Device
from mobile_contract.client.state import Captured
from sync.log import store, store_tree
from sync.log.heads import EVERY, sign_head
from sync.log.proofs import prove_consistency, prove_inclusion
from sync.log.sequence import sequence
from sync.log.store import TreeHeadRow
from sync.log.verify import LogReport, verify_log
from sync.tables import LogTile
from tests.sync.test_log import entries, take
from tests.sync.world import World, note


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def kept(world: World, device: Device, count: int = 3) -> list[Captured]:
    """Entries in custody, in the log, and under a signed head."""
    pushed = [note(device, world.visit) for _ in range(count)]
    await world.push(device, *pushed)
    await sequence(world.cmd())
    world.now += EVERY
    assert await sign_head(world.cmd(), keys=world.keys) is not None
    return pushed


async def report_of(world: World, **how: Any) -> LogReport:
    return await verify_log(world.cmd(), **{"keys": world.keys.known, **how})


def wrongs(report: LogReport) -> set[str]:
    return {key.removeprefix("sync.log_wrong.") for key, _ in report.wrong}


async def test_a_log_that_was_kept_is_good_whatever_the_servers_key_became(world: World, tablet: Device) -> None:
    pushed = await kept(world, tablet)
    world.keys = world.keys.followed_by(Ed25519PrivateKey.from_private_bytes(b"n" * 32), world.now)
    pushed += await kept(world, tablet, 4)
    counted: list[int] = []
    report = await report_of(world, advance=counted.append)
    assert report.good, report.wrong
    assert (report.leaves, report.heads, report.waiting, sum(counted)) == (7, 2, 0, 7)
    assert [await store_tree.place_of(entry.hash) for entry in pushed] == list(range(7))


async def test_a_head_by_a_key_that_is_not_ours_is_named(world: World, tablet: Device) -> None:
    await kept(world, tablet)
    stranger = server_keys(Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    assert wrongs(await report_of(world, keys=stranger.known)) == {"signature"}


async def test_a_leaf_that_was_changed_shows_in_every_head_above_it(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept(world, tablet)
    await kept(world, tablet)
    honest = store_tree.leaves

    async def changed(first: int, count: int) -> list[bytes]:
        told = await honest(first, count)
        return [told[0], bytes(32), *told[2:]]

    monkeypatch.setattr(store_tree, "leaves", changed)
    report = await report_of(world)
    assert [fact for key, fact in report.wrong if key.endswith(".head")] == ["3", "6"]
    assert wrongs(report) == {"head", "tiles"}


async def test_a_log_that_lost_its_end_is_named(world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept(world, tablet, 5)
    honest = store_tree.leaves

    async def cut(first: int, count: int) -> list[bytes]:
        return (await honest(first, count))[: max(3 - first, 0)]

    monkeypatch.setattr(store_tree, "leaves", cut)
    report = await report_of(world)
    assert ("sync.log_wrong.leaves_missing", "2") in report.wrong
    assert ("sync.log_wrong.head_beyond", "5") in report.wrong


async def test_an_entry_in_custody_that_no_queue_holds_is_named(world: World, tablet: Device) -> None:
    await kept(world, tablet)
    forgotten = note(tablet, world.visit)
    await world.push(tablet, forgotten)
    assert (await report_of(world)).good
    await store.drop_pending([row_id for row_id, _ in await store.pending(10)])
    assert (await report_of(world)).wrong == [("sync.log_wrong.entry_unlogged", forgotten.hash)]


async def test_what_waits_longer_than_was_promised_is_named(world: World, tablet: Device) -> None:
    await world.push(tablet, note(tablet, world.visit))
    report = await report_of(world)
    assert (report.good, report.waiting) == (True, 1)
    world.now += timedelta(minutes=11)
    assert wrongs(await report_of(world)) == {"late"}


async def test_a_leaf_whose_entry_is_gone_is_named(world: World) -> None:
    gone = entries(1)
    await take(world.cmd(), gone)
    await sequence(world.cmd())
    assert (await report_of(world)).wrong == [("sync.log_wrong.entry_gone", gone[0])]


async def test_several_sequencers_at_once_place_everything_once(world: World) -> None:
    told = entries(60)
    for start in range(0, 60, 4):
        await take(world.cmd(), told[start : start + 4])
    placed = await asyncio.gather(*(sequence(world.cmd()) for _ in range(4)))
    assert sum(placed) == await store_tree.size() == 60
    assert [await store_tree.place_of(entry) for entry in told] == list(range(60))
    assert [unb64url(entry) for entry in told] == await store_tree.leaves(0, 100)


async def test_several_processes_that_sign_at_once_sign_one_head(world: World) -> None:
    await take(world.cmd(), entries(3))
    await sequence(world.cmd())
    cmd = world.cmd()
    heads = await asyncio.gather(*(sign_head(replace(cmd, entropy=world.entropy), keys=world.keys) for _ in range(4)))
    assert len([head for head in heads if head is not None]) == 1


@pytest.mark.parametrize("count", [300, 3_000])
async def test_a_proof_reads_a_handful_of_rows_however_large_the_log_is(
    world: World, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Growth table of sync.md §3.4: a log proof is O(log n), counted in rows."""
    told = entries(count)
    await take(world.cmd(), told)
    await sequence(world.cmd())
    world.now += EVERY
    await sign_head(world.cmd(), keys=world.keys)
    rows: list[int] = []
    honest = store_tree.tiles

    async def counting(keys: Any) -> Any:
        found = await honest(keys)
        rows.append(len(found))
        return found

    monkeypatch.setattr(store_tree, "tiles", counting)
    await prove_inclusion(told[count // 3])
    await prove_consistency(count // 7, count)
    await take(world.cmd(), entries(1, "one more"))
    await sequence(world.cmd())
    # Levels of 256: two tiles a level for a proof, one to add a leaf.
    assert all(number <= most for number, most in zip(rows, (4, 4, 2), strict=True)), rows


async def test_the_neighbours_that_prove_something_for_a_visit_are_read_in_stretches() -> None:
    cases: Sequence[tuple[list[int], list[tuple[int, int]]]] = [
        ([], []),
        ([1], [(1, 11)]),
        ([50, 52, 40], [(30, 62)]),
        ([50, 71], [(40, 81)]),
        ([50, 72], [(40, 60), (62, 82)]),
    ]
    for numbers, stretches in cases:
        assert store_times.stretches(numbers, 10) == stretches


async def test_a_log_whose_tiles_are_torn_is_named(world: World, tablet: Device) -> None:
    await kept(world, tablet)
    await LogTile.delete(force=True)
    assert wrongs(await report_of(world)) == {"tiles"}


async def test_heads_of_one_size_are_read_together_wherever_a_page_ends(world: World) -> None:
    cmd = world.cmd()
    first, second = cmd.new_id(), cmd.new_id()
    for size, history in ((1, first), (2, first), (2, second), (3, second)):
        head = TreeHeadRow(size, bytes(32), history, cmd.now, "{}", "k", b"s")
        await in_unit(store.add_head, cmd.new_id(), head)
    assert [head.size for head in await store.heads_after(0, 2)] == [1, 2, 2]
    assert [head.size for head in await store.heads_after(2, 2)] == [3]
    assert await store.heads_after(3, 2) == []
