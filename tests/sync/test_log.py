"""What custody took gets its place in the log, once, whatever crashes; every head is consistent with those before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from inspection.kernel.command import Command
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from mobile_contract.base import b64url, unb64url
from mobile_contract.log import KeptHistory, LogHead
from mobile_contract.merkle import consistency_holds, inclusion_holds, leaf_hash, root_of
from sync.histories import current_history, start_history
from sync.log import sequence as sequencer
from sync.log import store, store_tree
from sync.log.heads import EVERY, newest_head, root_at, sign_head
from sync.log.proofs import prove_consistency, prove_inclusion, read_head
from sync.log.queue import queue
from sync.log.sequence import sequence
from tests.sync.world import KEYS, World


def entries(count: int, salt: str = "log") -> list[str]:
    """Hashes of entries that nobody wrote: the log looks at nothing else."""
    entropy = SeededEntropy(salt)
    return [b64url(entropy.bytes(32)) for _ in range(count)]


async def take(cmd: Command, hashes: Sequence[str]) -> None:
    """What custody does in its own transaction."""
    await in_unit(queue, hashes, cmd.now, cmd.new_id())


async def signed(world: World) -> LogHead:
    """A head over everything that waits; a minute later, so that one is due."""
    world.now += EVERY
    await sequence(world.cmd())
    head = await sign_head(world.cmd(), keys=KEYS)
    assert head is not None
    return LogHead.model_validate_json(head.text)


async def test_entries_get_dense_places_in_the_order_of_their_groups(world: World) -> None:
    told = entries(5)
    await take(world.cmd(), told[:3])
    await take(world.cmd(), told[3:])
    assert await sequence(world.cmd()) == 5
    assert [await store_tree.place_of(entry) for entry in told] == [0, 1, 2, 3, 4]
    assert await root_at(5) == root_of([leaf_hash(unb64url(entry)) for entry in told])
    assert await store.waiting() == (0, None)


async def test_an_entry_that_waits_twice_gets_one_place(world: World) -> None:
    told = entries(3)
    await take(world.cmd(), [*told, told[0]])
    await take(world.cmd(), told[1:])
    await sequence(world.cmd())
    await take(world.cmd(), told)
    assert await sequence(world.cmd()) == 0
    assert await store_tree.size() == 3
    assert await store.waiting() == (0, None)


async def test_what_custody_rolled_back_never_waits(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await queue(entries(2), world.now, world.cmd().new_id())
            raise ZeroDivisionError
    assert await sequence(world.cmd()) == 0


async def test_a_head_is_signed_only_when_the_tree_grew_and_at_most_once_a_minute(world: World) -> None:
    assert await sign_head(world.cmd(), keys=KEYS) is None
    assert await newest_head() is None
    await take(world.cmd(), entries(2))
    await sequence(world.cmd())
    first = await sign_head(world.cmd(), keys=KEYS)
    assert first is not None
    await take(world.cmd(), entries(2, "more"))
    await sequence(world.cmd())
    assert await sign_head(world.cmd(), keys=KEYS) is None
    world.now = first.signed_at + EVERY
    second = await sign_head(world.cmd(), keys=KEYS)
    assert second is not None
    assert (first.size, second.size) == (2, 4)
    world.now += EVERY
    assert await sign_head(world.cmd(), keys=KEYS) is None
    assert (await read_head()).signed == second.signed()


async def test_a_server_clock_that_was_set_back_stops_no_heads_and_no_head_tells_an_earlier_time(world: World) -> None:
    await take(world.cmd(), entries(1))
    first = await signed(world)
    world.now -= timedelta(days=1)
    await take(world.cmd(), entries(1, "later"))
    second = await signed(world)
    assert (second.size, second.at) == (2, first.at)


async def test_every_entry_and_every_earlier_head_is_provable_from_the_newest_head(world: World) -> None:
    told = entries(300)
    heads = []
    for start in range(0, 300, 75):
        await take(world.cmd(), told[start : start + 75])
        heads.append(await signed(world))
    newest = heads[-1]
    root = unb64url(newest.root)
    for place in (0, 74, 75, 255, 256, 299):
        proof = await prove_inclusion(told[place])
        path = [unb64url(node) for node in proof.path]
        assert (proof.place, proof.size) == (place, 300)
        assert inclusion_holds(leaf_hash(unb64url(told[place])), place, 300, path, root)
    for older in heads:
        told_path = (await prove_consistency(older.size, newest.size)).path
        path = [unb64url(node) for node in told_path]
        assert consistency_holds(older.size, newest.size, path, unb64url(older.root), root)


async def test_what_is_not_in_the_tree_of_that_size_is_not_proved(world: World) -> None:
    told = entries(4)
    await take(world.cmd(), told)
    await signed(world)
    with pytest.raises(NotFound):
        await prove_inclusion(entries(1, "elsewhere")[0])
    for size in (3, 5, 0, -1):
        with pytest.raises(NotFound):
            await prove_inclusion(told[3], size)
    for first, second in ((0, 5), (3, 2), (-1, 2)):
        with pytest.raises(NotFound):
            await prove_consistency(first, second)


async def test_a_new_history_signs_a_head_that_tells_how_much_of_the_tree_it_keeps(world: World) -> None:
    await take(world.cmd(), entries(3))
    old = await signed(world)
    await start_history(world.cmd(), "restored")
    await take(world.cmd(), entries(2, "after"))
    new = await signed(world)
    assert new.history != old.history
    assert (old.past, new.size) == ((), 5)
    assert new.past == (KeptHistory(history=old.history, kept=3),)
    path = [unb64url(node) for node in (await prove_consistency(3, 5)).path]
    assert consistency_holds(3, 5, path, unb64url(old.root), unb64url(new.root))


async def test_of_several_histories_each_keeps_what_the_smallest_tree_since_left(world: World) -> None:
    sizes = []
    histories = [await current_history(world.cmd())]
    for count in (2, 3):
        await take(world.cmd(), entries(count, f"history {count}"))
        sizes.append((await signed(world)).size)
        histories.append(await start_history(world.cmd(), "restored"))
    newest = await signed(world)
    assert sizes == [2, 5]
    assert [(old.history, old.kept) for old in newest.past] == [(histories[0], 2), (histories[1], 5)]


STATEMENTS = ("add_leaves", "put_tiles", "save_size")


@pytest.mark.parametrize("crashing", [*STATEMENTS, "drop_pending"])
async def test_a_sequencer_that_crashes_between_two_statements_changes_nothing_and_goes_on_later(
    world: World, monkeypatch: pytest.MonkeyPatch, crashing: str
) -> None:
    told = entries(300)
    await take(world.cmd(), told[:100])
    before = await signed(world)
    await take(world.cmd(), told[100:])

    async def crash(*_: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(store_tree if crashing in STATEMENTS else store, crashing, crash)
        with pytest.raises(ConnectionError):
            await sequence(world.cmd())
    assert await store_tree.size() == 100
    assert await root_at(100) == unb64url(before.root)
    after = await signed(world)
    assert after.size == 300
    assert unb64url(after.root) == root_of([leaf_hash(unb64url(entry)) for entry in told])


async def test_a_sequencer_that_crashes_between_the_tree_and_its_head_signs_the_head_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take(world.cmd(), entries(3))
    first = await signed(world)
    world.now += EVERY
    await take(world.cmd(), entries(3, "more"))
    await sequence(world.cmd())

    async def crash(*_: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_head", crash)
        with pytest.raises(ConnectionError):
            await sign_head(world.cmd(), keys=KEYS)
    # Whoever asks meanwhile gets the older head, and proofs against it.
    newest = await newest_head()
    assert newest is not None
    assert newest.size == first.size == 3
    assert await sequence(world.cmd()) == 0
    second = await sign_head(world.cmd(), keys=KEYS)
    assert second is not None
    assert second.size == 6
    assert second.root == await root_at(6)


async def test_large_queues_are_drained_in_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "GROUPS", 2)
    told = entries(9)
    for entry in told:
        await take(world.cmd(), [entry])
    assert await sequence(world.cmd()) == 9
    assert await root_at(9) == root_of([leaf_hash(unb64url(entry)) for entry in told])


async def test_two_entries_of_one_moment_keep_the_order_of_their_groups_ids(world: World) -> None:
    cmd = replace(world.cmd(), entropy=SeededEntropy("one moment"))
    first, second = entries(2)
    ids = sorted(cmd.new_id() for _ in range(2))
    await in_unit(queue, [second], cmd.now, ids[1])
    await in_unit(queue, [first], cmd.now, ids[0])
    await sequence(world.cmd())
    assert await store_tree.place_of(first) == 0
