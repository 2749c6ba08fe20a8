"""Pull: every change once, nothing skipped, and a cursor that is only good here."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.tables import TeamMember, Visit
from mobile_contract.client import Device
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import EntryBlock, FeedOp, PullAnswer, RemoveReason, SnapshotAnswer, feed_digest
from sync import store
from sync.histories import current_history, follow_history, start_history
from sync.opaque import CURSOR_SECRET, Cursor, write_cursor
from sync.pull import feeds, page
from sync.pull import read_feed as pulling
from sync.pull import store as store_feeds
from sync.tables import FeedHead, FeedRow
from tests.sync.world import NOW, PINNED, World


async def pull(world: World, device: Device, cursor: str | None = None, limit: int = 100) -> PullAnswer:
    return await pulling.pull(world.cmd(Role.DEVICE), device_id=device.id, keys=world.keys, cursor=cursor, limit=limit)


async def snapshot(world: World, device: Device, page: str | None = None) -> SnapshotAnswer:
    return await pulling.snapshot(world.cmd(Role.DEVICE), device_id=device.id, keys=world.keys, page=page)


async def touch(device: Device, visit: UUID) -> None:
    async with unit_of_work():
        await feeds.put([device.id], feeds.visit_topic(visit), NOW)


async def give(device: Device, visit: UUID) -> None:
    async with unit_of_work():
        await feeds.give([device.id], visit, NOW)


async def feeds_of(device: Device, visits: Sequence[UUID]) -> None:
    for visit in visits[1:]:
        await give(device, visit)


def topics(visit: UUID) -> list[str]:
    return [feeds.checklist_topic(PINNED.code, PINNED.version), feeds.visit_topic(visit), feeds.entries_topic(visit)]


def cards(answer: PullAnswer | SnapshotAnswer) -> list[str]:
    return [item.topic for item in answer.items if item.card is not None]


async def tell(world: World, kind: EventKind, visit: UUID) -> None:
    async with unit_of_work():
        await append(world.cmd().event(kind, f"visit:{visit}"))


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def test_a_new_tablet_gets_its_open_visit_whole(world: World, tablet: Device):
    answer = await pull(world, tablet)
    assert (answer.from_, answer.head, answer.more) == (None, 3, False)
    pinned, card, entries = answer.items
    assert [item.topic for item in answer.items] == topics(world.visit)
    assert [(item.op, item.seq) for item in answer.items] == [(FeedOp.PUT, 1), (FeedOp.PUT, 2), (FeedOp.PUT, 3)]
    assert pinned.checklist is not None
    assert pinned.rev == pinned.checklist.digest == pinned.checklist.checklist.digest()
    assert card.card is not None
    assert card.rev == card.card.digest()
    assert {member.inspector for member in card.card.team} == set(world.inspectors)
    assert card.card.checklists == ((PINNED.code, PINNED.version, PINNED.digest()),)
    assert entries.entries == EntryBlock(visit=world.visit, after=0, through=0, entries=())
    again = await pull(world, tablet, answer.to)
    assert (again.from_, again.to, again.items, again.more) == (answer.to, answer.to, (), False)
    assert again.digest == answer.digest == feed_digest({item.topic: item.seq for item in answer.items})


async def test_a_topic_stands_once_in_a_feed_however_often_it_changes(world: World, tablet: Device):
    other = await world.add_visit()
    await give(tablet, other)
    for _ in range(30):
        await touch(tablet, world.visit)
    answer = await pull(world, tablet)
    assert [item.topic for item in answer.items] == [
        *(topic for topic in topics(world.visit) if not topic.startswith("visit:")),
        *topics(other)[1:],
        f"visit:{world.visit}",
    ]
    assert answer.items[-1].seq == answer.head == 35
    assert await FeedRow.count().where(FeedRow.device == tablet.id) == 5


async def test_pages_follow_each_other_and_a_row_that_moves_meanwhile_comes_later(world: World, tablet: Device):
    visits = [world.visit, *[await world.add_visit() for _ in range(4)]]
    await feeds_of(tablet, visits)
    seen: list[str] = []
    first = await pull(world, tablet, limit=2)
    seen += cards(first)
    await touch(tablet, visits[0])
    await touch(tablet, visits[3])
    cursor, more = first.to, first.more
    while more:
        answer = await pull(world, tablet, cursor, limit=2)
        seen += cards(answer)
        cursor, more = answer.to, answer.more
    expected = [visits[0], visits[1], visits[2], visits[4], visits[0], visits[3]]
    assert seen == [f"visit:{visit}" for visit in expected]


async def test_a_page_ends_before_it_grows_too_large(world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page, "MAX_PAGE_BYTES", 100)
    cursor, seen = None, []
    for count, more in ((1, True), (2, False)):  # entries that there are none of take no room
        answer = await pull(world, tablet, cursor)
        assert (len(answer.items), answer.more, answer.digest is None) == (count, more, more)
        seen += [item.topic for item in answer.items]
        cursor = answer.to
    assert seen == topics(world.visit)


async def test_simultaneous_changes_take_dense_numbers_and_none_is_missed(world: World, tablet: Device):
    visits = [await world.add_visit() for _ in range(12)]
    cursor, seen = None, []

    async def reader() -> None:
        nonlocal cursor
        for _ in range(12):
            answer = await pull(world, tablet, cursor)
            seen.extend(item.topic for item in answer.items)
            cursor = answer.to

    await asyncio.gather(reader(), *(give(tablet, visit) for visit in visits))
    await reader()
    assert {f"visit:{visit}" for visit in visits} <= set(seen)
    _, rows = await store_feeds.changes_after(tablet.id, 0, 100)
    assert [row.seq for row in rows] == list(range(1, 4 + 24))


async def test_a_change_that_is_rolled_back_takes_no_number(world: World, tablet: Device):
    async def fail() -> None:
        async with unit_of_work():
            await feeds.put([tablet.id], "visit:gone", NOW)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await store_feeds.feed_head(tablet.id) == 3


@pytest.mark.parametrize("cursor", ["", "nonsense", "A" * 75, "\x00", "é"])
async def test_a_cursor_that_is_none_is_invalid(world: World, tablet: Device, cursor: str):
    with pytest.raises(Invalid) as refused:
        await pull(world, tablet, cursor)
    assert refused.value.code is ProblemCode.CURSOR_INVALID


async def test_a_cursor_of_another_feed_is_invalid_and_tells_nothing(world: World, tablet: Device):
    colleague = await world.tablet(1)
    answer = await pull(world, colleague)
    with pytest.raises(Invalid) as refused:
        await pull(world, tablet, answer.to)
    assert refused.value.code is ProblemCode.CURSOR_INVALID
    assert not refused.value.facts


async def test_a_page_of_a_snapshot_is_no_cursor_and_a_cursor_no_page(world: World, tablet: Device):
    secret = world.keys.secret(CURSOR_SECRET)
    here = Cursor(await current_history(world.cmd()), tablet.id, 0)
    with pytest.raises(Invalid):
        await pull(world, tablet, write_cursor(here, secret, "page"))
    with pytest.raises(Invalid):
        await snapshot(world, tablet, write_cursor(here, secret))


async def test_a_cursor_ahead_of_the_feed_begins_a_new_history(world: World, tablet: Device):
    for _ in range(5):
        await touch(tablet, world.visit)
    ahead = (await pull(world, tablet)).to
    before = await current_history(world.cmd())
    # The store goes back: what a restored backup looks like from outside.
    await FeedHead.update({FeedHead.n: 2}).where(FeedHead.device == tablet.id)
    await FeedRow.update({FeedRow.seq: 2}).where(FeedRow.device == tablet.id)
    with pytest.raises(Conflict) as refused:
        await pull(world, tablet, ahead)
    assert refused.value.code is ProblemCode.CURSOR_AHEAD
    after = await current_history(world.cmd())
    assert after != before
    assert [line.kind for line in await read(f"history:{after}")] == [EventKind.HISTORY_STARTED]
    with pytest.raises(Conflict) as refused:
        await pull(world, tablet, ahead)
    assert refused.value.code is ProblemCode.HISTORY_CHANGED


async def test_a_restore_noticed_twice_at_once_begins_one_history(world: World):
    before = await current_history(world.cmd())
    started = await asyncio.gather(*(follow_history(world.cmd(), "restored", before) for _ in range(3)))
    # And whoever comes after them with what he knew before.
    started.append(await follow_history(world.cmd(), "restored", before))
    newest = await store.newest_history()
    assert newest is not None
    assert {*started} == {newest[0]} != {before}


async def test_several_that_meet_an_empty_store_begin_one_history(world: World):
    assert len({*await asyncio.gather(*(current_history(world.cmd()) for _ in range(4)))}) == 1


async def test_after_a_restore_a_snapshot_leads_on(world: World, tablet: Device):
    old = (await pull(world, tablet)).to
    await start_history(world.cmd(), "restored from backup")
    with pytest.raises(Conflict) as refused:
        await pull(world, tablet, old)
    assert refused.value.code is ProblemCode.HISTORY_CHANGED
    page = await snapshot(world, tablet)
    assert {item.topic for item in page.items} == set(topics(world.visit))
    assert page.next is None
    await touch(tablet, world.visit)
    assert len((await pull(world, tablet, page.cursor)).items) == 1


async def test_a_snapshot_has_every_topic_once_and_the_cursor_of_its_beginning(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pulling, "PAGE_ROWS", 2)
    visits = [world.visit, *[await world.add_visit() for _ in range(4)]]
    await feeds_of(tablet, visits)
    async with unit_of_work():
        await feeds.take([tablet.id], visits[4], RemoveReason.CLOSED, NOW)
    pages = [await snapshot(world, tablet)]
    await touch(tablet, visits[1])
    while (following := pages[-1].next) is not None:
        pages.append(await snapshot(world, tablet, following))
    told = [item.topic for page in pages for item in page.items]
    assert told == sorted({topic for visit in visits[:4] for topic in topics(visit)})
    assert len({page.cursor for page in pages}) == 1
    changes = await pull(world, tablet, pages[0].cursor)
    assert [item.topic for item in changes.items] == [f"visit:{visits[1]}"]


async def test_a_device_that_was_revoked_or_never_enrolled_reads_nothing(world: World, tablet: Device):
    await world.revoke(tablet)
    with pytest.raises(Refused) as refused:
        await pull(world, tablet)
    assert refused.value.code is ProblemCode.DEVICE_REVOKED
    with pytest.raises(NotFound):
        await pulling.pull(world.cmd(), device_id=world.visit, keys=world.keys, cursor=None)


async def test_unsealing_tells_the_whole_team_in_the_same_commit(world: World, tablet: Device):
    colleague = await world.tablet(1)
    visit = await world.add_visit("sealed")
    await tell(world, EventKind.LEADER_NAMED, visit)
    assert len((await pull(world, tablet)).items) == 3
    await Visit.update({Visit.state: "open", Visit.unsealed_at: NOW}).where(Visit.id == visit)

    async def fail() -> None:
        async with unit_of_work():
            await append(world.cmd().event(EventKind.VISIT_UNSEALED, f"visit:{visit}"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert len((await pull(world, tablet)).items) == 3
    await tell(world, EventKind.VISIT_UNSEALED, visit)
    for device in (tablet, colleague):
        assert cards(await pull(world, device))[-1] == f"visit:{visit}"


async def test_who_leaves_the_team_loses_the_topic_and_who_joins_gets_it(world: World, tablet: Device):
    colleague = await world.tablet(1)
    cursor = (await pull(world, tablet)).to
    await TeamMember.update({TeamMember.left_at: NOW}).where(
        TeamMember.visit == world.visit, TeamMember.inspector == world.inspectors[0]
    )
    await tell(world, EventKind.LEADER_NAMED, world.visit)
    gone = (await pull(world, tablet, cursor)).items
    assert {(item.topic, item.reason, item.card, item.entries) for item in gone} == {
        (topics(world.visit)[0], RemoveReason.CLOSED, None, None),
        (topics(world.visit)[1], RemoveReason.REASSIGNED, None, None),
        (topics(world.visit)[2], RemoveReason.REASSIGNED, None, None),
    }
    assert (await pull(world, colleague)).items[-1].op is FeedOp.PUT


async def test_a_published_visit_leaves_the_tablets(world: World, tablet: Device):
    await tell(world, EventKind.PUBLICATION_PUBLISHED, world.visit)
    gone = (await pull(world, tablet)).items
    assert {(item.op, item.topic) for item in gone} == {(FeedOp.REMOVE, topic) for topic in topics(world.visit)}
    assert {item.reason for item in gone if item.topic != topics(world.visit)[0]} == {RemoveReason.PUBLISHED}


async def test_a_checklist_stays_as_long_as_one_visit_needs_it(world: World, tablet: Device):
    other = await world.add_visit()
    await give(tablet, other)
    async with unit_of_work():
        await feeds.take([tablet.id], world.visit, RemoveReason.CLOSED, NOW)
    assert await standing(tablet) == set(topics(other))
    async with unit_of_work():
        await feeds.take([tablet.id], other, RemoveReason.CLOSED, NOW)
    assert await standing(tablet) == set()
    await give(tablet, other)
    assert await standing(tablet) == set(topics(other))


async def standing(device: Device) -> set[str]:
    _, rows = await store_feeds.changes_after(device.id, 0, 100)
    return {row.topic for row in rows if row.op is FeedOp.PUT}
