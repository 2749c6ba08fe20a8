"""Cursors and feeds (sync.md §4, cases 59–67): whatever happens to them, nothing is skipped, leaked or lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.keys import server_keys
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.tables import Entry, TeamMember
from mobile_contract.base import unb64url
from mobile_contract.client import Device, Session
from mobile_contract.client.state import Custody
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import FeedOp, PullAnswer, RemoveReason, feed_digest
from sync.histories import current_history, start_history
from sync.pull import feeds
from sync.pull import read_feed as pulling
from sync.pull import store as store_feeds
from sync.pull.sweep import sweep_feeds
from sync.tables import DeviceLog, FeedHead, FeedRow, LogTail
from tests.sync.world import NOW, Direct, World, build_world, note


async def pull(world: World, device: Device, cursor: str | None = None, limit: int = 100) -> PullAnswer:
    return await pulling.pull(world.cmd(Role.DEVICE), device_id=device.id, keys=world.keys, cursor=cursor, limit=limit)


async def pull_json(world: World, device: Device) -> pulling.Pulled:
    return await pulling.pull_json(world.cmd(Role.DEVICE), device_id=device.id, keys=world.keys, cursor=device.cursor)


async def give(device: Device, visit: UUID) -> None:
    async with unit_of_work():
        await feeds.give([device.id], visit, NOW)


async def agree(world: World, device: Device) -> bool:
    """Whether the tablet's read side is what stands in its feed, to the last number and entry."""
    state, rows = await store_feeds.changes_after(device.id, 0, 1000)
    standing = {row.topic: row.seq for row in rows if row.op is FeedOp.PUT}
    if device.store.topic_numbers() != standing:
        return False
    for topic in standing:
        if topic.startswith("entries:"):
            visit = feeds.visit_of(topic)
            stored = await Entry.select(Entry.hash).where(Entry.visit == visit, Entry.vseq.is_not_null())
            if {one.hash for one in device.replica.heard(visit)} != {row["hash"] for row in stored}:
                return False
    return state.digest == digest_of(standing)


def digest_of(standing: dict[str, int]) -> bytes:
    return unb64url(feed_digest(standing))


async def test_case_59_a_cursor_of_another_server_tenant_or_feed_is_refused_and_leaks_nothing(world: World):
    tablet, colleague = await world.tablet(), await world.tablet(1)
    elsewhere = await build_world("elsewhere")
    stranger = await elsewhere.tablet()
    other_server = replace(world, keys=server_keys(Ed25519PrivateKey.from_private_bytes(b"o" * 32)))
    own = (await pull(world, tablet)).to
    foreign = [
        (await pull(world, colleague)).to,
        (await pull(elsewhere, stranger)).to,
        (await pull(other_server, tablet)).to,
    ]
    for cursor in foreign:
        for reading in (pulling.pull_json, pulling.snapshot_json):
            name = "cursor" if reading is pulling.pull_json else "page"
            with pytest.raises(Invalid) as refused:
                await reading(world.cmd(Role.DEVICE), device_id=tablet.id, keys=world.keys, **{name: cursor})
            assert (refused.value.code.status, refused.value.code) == (400, ProblemCode.CURSOR_INVALID)
            assert not refused.value.facts
    await start_history(world.cmd(), "restored")
    with pytest.raises(Conflict) as changed:
        await pull(world, tablet, own)
    assert (changed.value.code.status, changed.value.code) == (409, ProblemCode.HISTORY_CHANGED)
    assert set(changed.value.facts) == {"history"}


async def lose_tail(kept: int, hash_: str) -> None:
    """The logs of a restored store are behind what it once gave receipts for."""
    await LogTail.delete(force=True)
    back = {DeviceLog.seq: kept, DeviceLog.top: kept, DeviceLog.hash: hash_}
    await DeviceLog.update(back, force=True)


async def test_case_60_a_cursor_from_before_a_restore_leads_to_a_snapshot_and_a_new_offer_of_the_log(world: World):
    tablet = await world.tablet()
    async with world.session(tablet) as session:
        batch = [note(tablet, world.visit, str(n)) for n in range(4)]
        await session.push()
        await session.pull()
        unsent = note(tablet, world.visit, "not sent")
        await lose_tail(2, batch[1].hash)
        await start_history(world.cmd(), "restored from backup")
        with pytest.raises(Conflict) as refused:
            await pull(world, tablet, tablet.cursor)
        assert (refused.value.code.status, refused.value.code) == (409, ProblemCode.HISTORY_CHANGED)
        assert [entry.hash for entry in tablet.outbox()] == [unsent.hash]
        await session.pull()
        assert [entry.hash for entry in tablet.outbox()] == [batch[2].hash, batch[3].hash, unsent.hash]
        await session.push()
        await session.pull()
    assert tablet.outbox() == []
    assert await agree(world, tablet)


async def test_case_61_a_cursor_ahead_of_the_head_raises_an_alarm_and_the_history(world: World):
    tablet = await world.tablet()
    async with world.session(tablet) as session:
        batch = [note(tablet, world.visit, str(n)) for n in range(3)]
        await session.push()
        await session.pull()
        before = await current_history(world.cmd())
        unsent = note(tablet, world.visit, "not sent")
        # The store goes back, and nobody says so.
        await lose_tail(1, batch[0].hash)
        await FeedHead.update({FeedHead.n: 2, FeedHead.confirmed: 2}).where(FeedHead.device == tablet.id)
        await FeedRow.delete().where(FeedRow.device == tablet.id, FeedRow.seq > 2)
        with capture_logs() as logs:
            await session.pull()
        assert [line["event"] for line in logs if line["log_level"] == "error"] == ["the store went back"]
        after = await current_history(world.cmd())
        assert after != before
        assert [line.kind for line in await read(f"history:{after}")] == [EventKind.HISTORY_STARTED]
        assert [entry.hash for entry in tablet.outbox()] == [batch[1].hash, batch[2].hash, unsent.hash]
        await session.push()
    assert tablet.outbox() == []


async def test_case_62_a_late_duplicate_answer_is_ignored(world: World):
    tablet, partner = await world.tablet(), await world.tablet(1)
    await world.push(partner, *[note(partner, world.visit, str(n)) for n in range(3)])
    first = await pull(world, tablet)
    assert tablet.apply(first)
    await world.push(partner, note(partner, world.visit, "4"))
    async with unit_of_work():
        await feeds.remove([tablet.id], feeds.visit_topic(world.visit), RemoveReason.CLOSED, NOW)
    second = await pull(world, tablet, tablet.cursor)
    assert tablet.apply(second)
    stood = (tablet.cursor, tablet.store.topics(), tablet.store.topic_numbers(), tablet.replica.heard(world.visit))
    for late in (first, second, first):
        assert not tablet.apply(late)
        assert stood == (
            tablet.cursor,
            tablet.store.topics(),
            tablet.store.topic_numbers(),
            tablet.replica.heard(world.visit),
        )


async def test_case_63_of_two_commits_in_flight_while_a_pull_runs_none_is_skipped(world: World):
    tablet = await world.tablet()
    first, second = await world.add_visit(), await world.add_visit()
    tablet.apply(await pull(world, tablet))
    written, go = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with unit_of_work():
            await feeds.give([tablet.id], first, NOW)
            written.set()
            await go.wait()

    async def quick() -> None:
        await written.wait()
        await give(tablet, second)

    in_flight = [asyncio.create_task(slow()), asyncio.create_task(quick())]
    await written.wait()
    between = PullAnswer.model_validate_json((await pull_json(world, tablet)).json)
    # Whoever took no number yet waits for the one who did: what is seen is never ahead of what is not.
    assert (between.items, between.more, in_flight[1].done()) == ((), False, False)
    assert tablet.apply(between)
    go.set()
    await asyncio.gather(*in_flight)
    assert tablet.apply(await pull(world, tablet, tablet.cursor))
    assert {world.visit, first, second} == set(tablet.visits())
    visits = [await world.add_visit() for _ in range(10)]
    stop = asyncio.Event()

    async def reader() -> None:
        while not stop.is_set():
            tablet.apply(await pull(world, tablet, tablet.cursor, limit=3))

    reading = asyncio.create_task(reader())
    await asyncio.gather(*(give(tablet, visit) for visit in visits))
    stop.set()
    await reading
    while (page := await pull(world, tablet, tablet.cursor)).items:
        assert tablet.apply(page)
    assert set(visits) <= set(tablet.visits())
    assert await agree(world, tablet)


class Restless(Direct):
    """A feed that never rests: behind every page, a visit that was on it moves."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.url.path == "/v1/sync/pull":
            page = PullAnswer.model_validate_json(answer.content)
            for item in page.items[:2]:
                if item.card is not None:
                    async with unit_of_work():
                        await feeds.put([self.device], item.topic, NOW)
        return answer

    device: UUID


async def test_case_64_a_row_that_moves_during_paging_comes_later_and_the_pull_has_an_end(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    tablet = await world.tablet()
    for _ in range(5):
        await give(tablet, await world.add_visit())
    monkeypatch.setattr(pulling, "PAGE_ROWS", 2)
    transport = Restless(world)
    transport.device = tablet.id
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as http:
        await Session(tablet, http).pull()
    # Thirteen rows, two a page, and a page that shows that what follows came later.
    assert transport.seen.count("GET /v1/sync/pull") <= 9
    assert len(tablet.visits()) == 6
    assert not await agree(world, tablet)
    async with world.session(tablet) as session:
        await session.pull()
    assert await agree(world, tablet)


@pytest.mark.parametrize("told", [True, False])
async def test_case_65_rights_withdrawn_between_two_pages_omit_the_topic_and_a_removal_follows(
    world: World, told: bool
):
    tablet = await world.tablet()
    lost = await world.add_visit()
    await give(tablet, lost)
    partner = await world.tablet(1)
    await world.push(partner, note(partner, lost, "of a partner"))
    first = await pull(world, tablet, limit=2)
    assert tablet.apply(first)
    assert first.more
    await TeamMember.update({TeamMember.left_at: NOW, TeamMember.left_reason: "recusal"}).where(
        TeamMember.visit == lost, TeamMember.inspector == world.inspectors[0]
    )
    if told:
        async with unit_of_work():
            await append(world.cmd().event(EventKind.VISIT_TEAM_CHANGED, f"visit:{lost}"))
    items = []
    while True:
        page = await pull(world, tablet, tablet.cursor)
        items += page.items
        assert tablet.apply(page)
        if not page.more:
            break
    of_lost = [item for item in items if str(lost) in item.topic]
    assert {(item.op, item.reason, item.card, item.entries) for item in of_lost} == {
        (FeedOp.REMOVE, RemoveReason.RECUSED, None, None)
    }
    assert {item.topic for item in of_lost} == {feeds.visit_topic(lost), feeds.entries_topic(lost)}
    assert tablet.replica.heard(lost) == []
    assert await agree(world, tablet)


async def test_case_66_items_that_were_applied_before_a_crash_are_applied_again_and_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    tablet, partner = await world.tablet(), await world.tablet(1)
    await world.push(partner, *[note(partner, world.visit, str(n)) for n in range(3)])
    page = await pull(world, tablet)
    remember = tablet.store.remember

    def crash(name: str, value: str | None) -> None:
        if name == "cursor":
            raise MemoryError
        remember(name, value)

    with monkeypatch.context() as patch:
        patch.setattr(tablet.store, "remember", crash)
        with pytest.raises(MemoryError):
            tablet.apply(page)
    assert (tablet.cursor, tablet.store.topics(), tablet.replica.heard(world.visit)) == (None, {}, [])
    assert tablet.apply(page)
    kept = (tablet.store.topics(), tablet.store.topic_numbers(), tablet.replica.heard(world.visit))
    # A client that kept the items and lost the cursor gets the same items, and ends where it was.
    tablet.store.remember("cursor", None)
    again = await pull(world, tablet, None)
    assert again.items == page.items
    assert tablet.apply(again)
    assert (tablet.store.topics(), tablet.store.topic_numbers(), tablet.replica.heard(world.visit)) == kept
    assert await agree(world, tablet)


async def test_case_67_a_tablet_that_was_away_for_fourteen_months_reads_anew_and_hands_in_everything(world: World):
    tablet, partner = await world.tablet(), await world.tablet(1)
    gone, kept = world.visit, await world.add_visit()
    for device in (tablet, partner):
        await give(device, kept)
    tablet.apply(await pull(world, tablet))
    tablet.apply(await pull(world, tablet, tablet.cursor))
    old = [note(tablet, visit, f"{n}") for visit in (gone, kept) for n in range(3)]
    async with unit_of_work():
        await feeds.take([tablet.id], gone, RemoveReason.PUBLISHED, NOW)
    world.now += timedelta(days=425)
    assert await sweep_feeds(world.cmd()) == 2
    assert await sweep_feeds(world.cmd()) == 0
    await world.push(partner, note(partner, kept, "meanwhile"))
    with pytest.raises(Conflict) as refused:
        await pull(world, tablet, tablet.cursor)
    assert refused.value.code is ProblemCode.HISTORY_CHANGED
    assert len(tablet.outbox()) == len(old)
    page = await pulling.snapshot(world.cmd(Role.DEVICE), device_id=tablet.id, keys=world.keys, page=None)
    tablet.apply_snapshot([page])
    assert list(tablet.visits()) == [kept]
    batch = tablet.outbox()
    assert tablet.settle(batch, await world.push(tablet, *batch)) == len(old)
    assert tablet.apply(await pull(world, tablet, tablet.cursor))
    assert tablet.outbox() == []
    assert {entry.hash for entry in tablet.store.entries(Custody.SERVER)} == {entry.hash for entry in old}
    assert {entry.hash for entry in old} <= {row["hash"] for row in await Entry.select(Entry.hash)}
    assert await agree(world, tablet)
