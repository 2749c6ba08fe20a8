"""Tablets witness the log over the protocol: what contradicts it is flagged, journalled, shouted; nothing is lost."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.routes import JOB_DELAYS, JOB_ROUTES
from inspection.kernel.work.worker import Worker
from inspection.visits.entries.store import entries_by_hash
from mobile_contract.base import b64url
from mobile_contract.client import Device
from mobile_contract.client.device import UntrustedAnswerError
from mobile_contract.client.state import Captured
from mobile_contract.client.witness import SeenHead
from mobile_contract.envelope import parse_entry, parse_line
from mobile_contract.merkle import EMPTY_ROOT
from mobile_contract.push import Reason, Receipt
from sync.histories import current_history
from sync.log.heads import EVERY, sign_head
from sync.log.queue import queue
from sync.log.sequence import sequence
from sync.push.audit import AUDIT, JOB
from tests.sync.world import World, note

MADE_UP = b64url(b"\x01" * 32)


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def grow(world: World, entries: list[Captured]) -> tuple[int, str]:
    """Entries get their places and a signed head; size and root."""
    cmd = world.cmd()
    await in_unit(queue, [entry.hash for entry in entries], cmd.now, cmd.new_id())
    await sequence(world.cmd())
    world.now += EVERY
    head = await sign_head(world.cmd(), keys=world.keys)
    assert head is not None
    return head.size, b64url(head.root)


async def audited(world: World) -> None:
    async def nothing(*_: object) -> None:
        """Other rooms' work."""

    other = {name for names in JOB_ROUTES.values() for name in names} - {JOB}
    later = FixedClock(world.now + JOB_DELAYS[JOB])
    await Worker({JOB: AUDIT, **dict.fromkeys(other, nothing)}, later, SeededEntropy("audit")).drain()


async def contradicted(world: World, device: Device) -> list[dict[str, object]]:
    lines = await read(f"device:{device.id}")
    told = [line.payload["heads"] for line in lines if line.kind is EventKind.LOG_CONTRADICTED]
    return [dict(head) for heads in told for head in heads]


def header_of(entry: Captured) -> dict[str, object]:
    return json.loads(parse_line(entry.line.encode()).p)


async def test_a_header_names_the_newest_head_of_a_checked_log(world: World, tablet: Device) -> None:
    size, root = await grow(world, [note(tablet, world.visit)])
    async with world.session(tablet) as session:
        assert await session.watch_log()
        entry = note(tablet, world.visit)
        assert header_of(entry)["sth"] == [size, root]
        assert await session.push() == 2
    await audited(world)
    assert await contradicted(world, tablet) == []
    assert Reason.LOG_WITNESS not in (await entries_by_hash([entry.hash]))[entry.hash].reasons


async def test_the_log_stays_consistent_for_a_tablet_while_it_grows(world: World, tablet: Device) -> None:
    async with world.session(tablet) as session:
        assert await session.watch_log()
        for count in (1, 3, 2):
            await grow(world, [note(tablet, world.visit) for _ in range(count)])
            assert await session.watch_log()
    assert tablet.witness.alarms() == ()


@pytest.mark.parametrize(
    ("size", "root", "how"),
    [
        (2, b64url(b"\x01" * 32), "other-root"),
        (9, b64url(b"\x01" * 32), "beyond"),
        (0, b64url(bytes(32)), "other-root"),
    ],
)
async def test_a_head_that_this_server_never_signed_is_told_and_the_entry_kept(
    world: World, tablet: Device, size: int, root: str, how: str
) -> None:
    await grow(world, [note(tablet, world.visit) for _ in range(3)])
    history = await current_history(world.cmd())
    tablet.store.remember("log_told", SeenHead(size=size, root=root, history=history).model_dump_json())
    suspect = note(tablet, world.visit)
    async with world.session(tablet) as session:
        assert await session.push() == 4
    await audited(world)
    [told] = await contradicted(world, tablet)
    assert told == {"size": size, "root": root, "how": how, "entries": [suspect.hash]}
    stored = (await entries_by_hash([suspect.hash]))[suspect.hash]
    assert Reason.LOG_WITNESS in stored.reasons
    assert parse_entry(parse_line(suspect.line.encode())).p == stored.header


async def test_the_empty_tree_contradicts_nothing(world: World, tablet: Device) -> None:
    history = await current_history(world.cmd())
    empty = SeenHead(size=0, root=b64url(EMPTY_ROOT), history=history)
    tablet.store.remember("log_told", empty.model_dump_json())
    await world.push(tablet, note(tablet, world.visit))
    await audited(world)
    assert await contradicted(world, tablet) == []


async def test_a_server_key_changed_between_push_and_receipt_check_costs_nothing(world: World, tablet: Device) -> None:
    """Both ways: a receipt of the old key that is read after the change, and one of the new key by an old tablet."""
    async with world.session(tablet) as session:
        await session.pull()
    before = await world.push(tablet, note(tablet, world.visit))
    world.keys = world.keys.followed_by(Ed25519PrivateKey.from_private_bytes(b"n" * 32), world.now)
    after = await world.push(tablet, note(tablet, world.visit))
    assert before.receipt.k != after.receipt.k
    with pytest.raises(UntrustedAnswerError):
        tablet.settle(tablet.outbox(), after)
    assert tablet.settle(tablet.outbox()[:1], before) == 1
    async with world.session(tablet) as session:
        assert await session.push() == 1
        await session.fetch_anchor()
        # A cursor of the old key is none of ours any more: the read side is rebuilt, the own log stays.
        await session.pull()
        assert world.visit in tablet.visits()
        await grow(world, tablet.store.entries())
        assert await session.watch_log()
    assert tablet.outbox() == []
    known = {key.kid for key in world.keys.known}
    assert {before.receipt.k, after.receipt.k} <= known


async def test_a_key_that_no_trusted_key_named_is_not_believed(world: World, tablet: Device) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    world.keys = type(world.keys)(stranger, world.keys.kid, world.keys.public_jwk)
    note(tablet, world.visit)
    async with world.session(tablet) as session:
        with pytest.raises(UntrustedAnswerError):
            await session.push()
    assert len(tablet.outbox()) == 1


async def test_a_receipt_names_a_head_that_the_tablet_then_witnesses(world: World, tablet: Device) -> None:
    size, root = await grow(world, [note(tablet, world.visit)])
    answer = await world.push(tablet, *tablet.outbox())
    receipt = Receipt.model_validate_json(answer.receipt.p)
    assert receipt.sth == (size, root)
    assert receipt.merge_by is not None
    assert receipt.merge_by - receipt.received_at == timedelta(minutes=10)
    tablet.settle(tablet.outbox(), answer)
    assert header_of(note(tablet, world.visit))["sth"] == [size, root]
