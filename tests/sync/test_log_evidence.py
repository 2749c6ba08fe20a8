"""What the log proves of the entries of a visit: one head, the same whenever it is asked, and the first stamps."""

import base64
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from inspection.archive.sources import LogProofs
from inspection.kernel.timestamping import stamp_request, stamped_at
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import unb64url
from mobile_contract.log import LogHead
from mobile_contract.merkle import consistency_holds, inclusion_holds, leaf_hash
from sync.histories import start_history
from sync.log import store
from sync.log.evidence import log_proofs
from sync.log.store import StampRow
from sync.tables import LogTile
from tests.sync.authority import Authority, make_authority
from tests.sync.test_log import entries, signed, take
from tests.sync.world import World


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa"))


def root_of(told: LogProofs) -> bytes:
    assert told.head is not None
    head = LogHead.model_validate_json(told.head.p)
    assert head.size == told.size
    return unb64url(head.root)


def holds(told: LogProofs) -> bool:
    root = root_of(told)
    return all(
        inclusion_holds(leaf_hash(unb64url(entry)), one.place, told.size, [unb64url(n) for n in one.path], root)
        for entry, one in told.places.items()
    )


async def test_every_entry_is_proved_or_said_to_wait(world: World) -> None:
    known = entries(300)
    assert await log_proofs(known[:3]) == LogProofs(None, 0, {}, tuple(sorted(known[:3])), ())
    await take(world.cmd(), known[:290])
    await signed(world)
    await take(world.cmd(), known[290:])
    mine = random.Random(1).sample(known, 40)
    told = await log_proofs(mine)
    assert told.places.keys() | set(told.waiting) == set(mine)
    assert set(told.waiting) == set(mine) & set(known[290:])
    assert holds(told)


async def test_the_proofs_stay_the_same_while_the_tree_grows(world: World) -> None:
    mine = entries(3, "mine")
    await take(world.cmd(), mine)
    first = await signed(world)
    told = await log_proofs(mine)
    for salt in ("a", "b"):
        await take(world.cmd(), entries(5, salt))
        await signed(world)
    assert await log_proofs(mine) == told
    assert told.size == first.size


async def test_a_head_of_a_tree_that_was_lost_proves_nothing(world: World) -> None:
    """A restored server signs other heads of the same sizes: the proofs are under one that is of the tree as it is."""
    mine = entries(2, "mine")
    await take(world.cmd(), mine)
    head = await signed(world)
    lost = await store.head_of(head.size)
    assert lost is not None
    history = await start_history(world.cmd(), "restored")
    foreign = replace(lost, root=bytes(32), history=history, signed_at=lost.signed_at + timedelta(days=1))
    await in_unit(store.add_head, world.cmd().new_id(), foreign)
    told = await log_proofs(mine)
    assert told.size == head.size
    assert holds(told)


async def test_a_torn_log_proves_nothing_and_is_told_as_torn(world: World) -> None:
    mine = entries(3, "mine")
    await take(world.cmd(), mine)
    await signed(world)
    await in_unit(LogTile.raw, "UPDATE log_tile SET hashes = {}", b"")
    assert await log_proofs(mine) == LogProofs(None, 0, {}, tuple(sorted(mine)), (), torn=True)


async def stamp(world: World, authority: Authority, size: int) -> StampRow:
    """The stamp of the head of this size, on a day of its own."""
    head = await store.head_of(size)
    assert head is not None
    token = authority.answer(stamp_request(head.text).as_bytes())
    row = StampRow(world.now.date(), size, "http://stamps", token, stamped_at(token, head.text, ()))
    world.now += timedelta(days=1)
    assert await in_unit(store.add_stamp, world.cmd().new_id(), row)
    return row


async def test_each_entry_has_the_first_stamp_above_it_and_every_stamp_is_of_the_same_tree(
    world: World, authority: Authority
) -> None:
    mine = entries(6, "mine")
    sizes = []
    for n in range(3):
        await take(world.cmd(), [*entries(2, f"other {n}"), *mine[2 * n : 2 * n + 2]])
        sizes.append((await signed(world)).size)
    await stamp(world, authority, sizes[0])
    assert [one.covers for one in (await log_proofs(mine)).stamps] == [2]
    last = await stamp(world, authority, sizes[2])
    told = await log_proofs(mine)
    assert [(one.size, one.covers) for one in told.stamps] == [(sizes[0], 2), (sizes[2], 6)]
    assert base64.b64decode(told.stamps[1].response) == last.token
    for one in told.stamps:
        head = LogHead.model_validate_json(one.head.p)
        small, large = sorted([(head.size, unb64url(head.root)), (told.size, root_of(told))])
        path = [unb64url(node) for node in one.path]
        assert consistency_holds(small[0], large[0], path, small[1], large[1])
