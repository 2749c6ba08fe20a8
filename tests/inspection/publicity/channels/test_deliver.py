"""Results reach their receivers once and in order, whatever fails on the way; on both engines, over a real socket."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.channels import deliver, store
from inspection.publicity.channels.deliver import Postman, ask_again, deliver_waiting
from inspection.publicity.channels.post import post
from inspection.publicity.channels.reach import reach_of
from inspection.publicity.channels.rules import ChannelKind, DeliveryState
from inspection.publicity.channels.set_channel import retire_channel, set_channel
from inspection.publicity.channels.shapes import genuine
from inspection.publicity.channels.store_outbox import Place, count_up_to, outbox
from inspection.publicity.channels.try_channel import try_channel
from inspection.publicity.correct import correct_publication
from inspection.publicity.publish import publish_due
from tests.conftest import MakeCommand
from tests.inspection.archive.papers import SERVER
from tests.inspection.publicity.channels.receiver import Came, Mood, Receiver, receiving
from tests.inspection.publicity.test_publish import IN_TIME, LAST
from tests.inspection.publicity.world import VisitMade, World, build_world

SITE = "https://example.test"
HERE = reach_of("127.0.0.0/8")


class Desk:
    """A world whose results go out, and a clock that is set by hand."""

    def __init__(self, world: World, make_cmd: MakeCommand) -> None:
        self.world = world
        self.now = IN_TIME
        self._make = make_cmd

    def cmd(self, role: Role = Role.PLANNER, name: str = "经办人") -> Command:
        return self._make(role, name, now=self.now)

    async def channel(
        self, receiver: Receiver, *, kind: ChannelKind = ChannelKind.WEBHOOK, so_far: bool = False
    ) -> bytes:
        """Send results to this receiver; its secret."""
        done = await set_channel(
            self.cmd(Role.ADMIN),
            authority=self.world.authority,
            code="city",
            kind=kind,
            address=receiver.address,
            keys=SERVER,
            all_so_far=so_far,
        )
        return done.secret

    async def publish(self, visit: VisitMade) -> UUID:
        """Publish the result of a visit; the publication."""
        await approve_publication(self._make(Role.APPROVER, "分管负责人"), visit_id=visit.id, secrecy_reviewed=True)
        (done,) = (await publish_due(self.cmd(), through=LAST)).published
        await self.posted(done.publication, 1)
        return done.publication

    async def correct(self, visit: VisitMade, publication: UUID) -> None:
        """Publish a second version."""
        await self.world.add_outcome(visit.id, '["rectified"]', replaces=visit.outcome, by="leader:复核人")
        approver = self._make(Role.APPROVER, "分管负责人", now=self.now)
        done = await correct_publication(approver, publication_id=publication, reason="复核更正")
        await self.posted(publication, done.version)

    async def posted(self, publication: UUID, version: int) -> None:
        self.now += timedelta(seconds=1)
        told: dict[str, JSON] = {"publication": str(publication), "version": version}
        job = Job(UUID(int=1), "publicity.post", "x", "x", 1, self.world.authority, told, 1, self.now)
        for _ in range(2):  # a job may be done twice
            await in_unit(post, self.cmd(), job)

    async def round(self, later: timedelta = timedelta(0)) -> tuple[int, int, int]:
        """Send what is due `later`: delivered, failed, given up."""
        self.now += later
        done = await deliver_waiting(self.cmd, Postman(SERVER, SITE, reach=HERE))
        return done.delivered, done.failed, done.dead

    async def states(self) -> list[DeliveryState]:
        """Of all deliveries, the newest first."""
        return [one.state for one in await store.deliveries(self.world.authority)]


@pytest.fixture
async def desk(db: Engine, cmd: Command, make_cmd: MakeCommand) -> Desk:
    world = await build_world(cmd)
    await world.complete_task()
    return Desk(world, make_cmd)


def failing(*moods: Mood) -> Callable[[Came], Mood]:
    """These moods one after the other, then none."""
    left = list(moods)
    return lambda _: left.pop(0) if left else Mood.TAKE


async def test_a_published_result_arrives_once_signed_and_is_written_down(desk: Desk) -> None:
    async with receiving(Receiver()) as receiver:
        secret = await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        assert await desk.round() == (1, 0, 0)
        now = int(desk.now.timestamp())
        assert await desk.round(timedelta(days=1)) == (0, 0, 0)
    (came,) = receiver.came
    assert genuine(secret, came.body, came.headers["fieldcheck-signature"], now=now)
    (one,) = await store.deliveries(desk.world.authority)
    assert (one.state, one.attempts, one.status, one.number) == (DeliveryState.DELIVERED, 1, 200, "sw-2026-000001")
    lines = [line.kind for line in await read(f"channel:{one.channel}")]
    assert lines == [EventKind.CHANNEL_SET, EventKind.DELIVERY_MADE]


@pytest.mark.parametrize(
    "mood", [Mood.AWAY, Mood.BROKEN, Mood.HANG_UP, Mood.TAKE_AND_FORGET_TO_SAY, Mood.TAKE_AND_FAIL, Mood.PATIENCE]
)
async def test_what_fails_is_sent_again_under_the_same_key_and_kept_once(desk: Desk, mood: Mood) -> None:
    async with receiving(Receiver(failing(mood, mood))) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        assert await desk.round() == (0, 1, 0)
        assert await desk.round(timedelta(seconds=1)) == (0, 0, 0)  # not before its time
        assert await desk.round(timedelta(hours=6)) == (0, 1, 0)
        assert await desk.round(timedelta(hours=6)) == (1, 0, 0)
    assert {came.headers["idempotency-key"] for came in receiver.came} == {"sw-2026-000001.1"} == set(receiver.kept)


async def test_what_a_receiver_refuses_for_good_is_a_dead_letter_and_can_be_asked_for_again(desk: Desk) -> None:
    async with receiving(Receiver(failing(Mood.REFUSE))) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        assert await desk.round() == (0, 0, 1)
        (dead,) = await store.deliveries(desk.world.authority, state=DeliveryState.DEAD)
        assert (dead.status, dead.error) == (422, "ok")
        again = await ask_again(desk.cmd(), authority=desk.world.authority, delivery_id=dead.id)
        assert again.state is DeliveryState.WAITING
        with pytest.raises(Conflict):
            await ask_again(desk.cmd(), authority=desk.world.authority, delivery_id=dead.id)
        assert await desk.round() == (1, 0, 0)
    with pytest.raises(NotFound):
        await ask_again(desk.cmd(), authority=UUID(int=5), delivery_id=dead.id)


async def test_a_dead_letter_that_two_ask_for_at_once_is_asked_for_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving(Receiver(failing(Mood.REFUSE))) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        await desk.round()
    (dead,) = await store.deliveries(desk.world.authority)

    async def meanwhile(delivery: UUID) -> bool:
        await store.revive(delivery, desk.now)  # the other's, committed between this one's look and its write
        return False

    monkeypatch.setattr(store, "has_newer", meanwhile)
    with pytest.raises(Conflict):
        await ask_again(desk.cmd(), authority=desk.world.authority, delivery_id=dead.id)
    assert EventKind.DELIVERY_ASKED_AGAIN not in [line.kind for line in await read(f"channel:{dead.channel}")]


def breaking(patch: pytest.MonkeyPatch, step: str, error: type[BaseException]) -> None:
    """The first parcel runs into this; in the step `_send`, or `_record`."""
    real, left = getattr(deliver, step), [error("nobody \0foresaw it")]

    async def once(*args: object) -> object:
        if left:
            raise left.pop()
        return await real(*args)

    patch.setattr(deliver, step, once)


@pytest.mark.parametrize(
    ("step", "tried_after"), [("_send", timedelta(seconds=10)), ("_record", deliver.CLAIM + timedelta(seconds=1))]
)
async def test_what_nobody_foresaw_costs_one_parcel_a_try_and_its_neighbours_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, tried_after: timedelta
) -> None:
    async with receiving(Receiver()) as receiver:
        await desk.channel(receiver)
        for _ in range(2):
            await desk.publish(await desk.world.add_visit())
        breaking(monkeypatch, step, LookupError)
        with capture_logs() as lines:
            assert await desk.round() == (1, 1, 0)
        assert [one["error"] for one in lines if one["log_level"] == "error"] == ["LookupError"]
        (waits,) = await store.deliveries(desk.world.authority, state=DeliveryState.WAITING)
        assert waits.error == ("LookupError: nobody foresaw it" if step == "_send" else None)
        assert await desk.round(tried_after - timedelta(seconds=2)) == (0, 0, 0)
        assert await desk.round(timedelta(seconds=2)) == (1, 0, 0)
    assert len(receiver.kept) == 2


async def test_who_is_cancelled_while_he_sends_ends_the_round(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(Receiver()) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        breaking(monkeypatch, "_send", asyncio.CancelledError)
        with pytest.raises(asyncio.CancelledError):
            await desk.round()
    assert await desk.states() == [DeliveryState.WAITING]


async def test_a_correction_waits_for_its_first_version_and_other_objects_for_nobody(desk: Desk) -> None:
    first = await desk.world.add_visit()
    async with receiving(Receiver(failing(Mood.AWAY))) as receiver:
        await desk.channel(receiver)
        publication = await desk.publish(first)
        assert await desk.round() == (0, 1, 0)
        await desk.correct(first, publication)
        await desk.publish(await desk.world.add_visit())
        assert await desk.round(timedelta(seconds=1)) == (1, 0, 0)
        assert list(receiver.kept) == ["sw-2026-000002.1"]
        assert await desk.round(timedelta(hours=1)) == (2, 0, 0)
    assert list(receiver.kept)[1:] == ["sw-2026-000001.1", "sw-2026-000001.2"]


async def test_a_dead_letter_does_not_come_after_the_version_that_replaced_it(desk: Desk) -> None:
    visit = await desk.world.add_visit()
    async with receiving(Receiver(failing(Mood.REFUSE))) as receiver:
        await desk.channel(receiver)
        publication = await desk.publish(visit)
        await desk.round()
        await desk.correct(visit, publication)
        assert await desk.round(timedelta(hours=1)) == (1, 0, 0)
        (dead,) = await store.deliveries(desk.world.authority, state=DeliveryState.DEAD)
        told = await ask_again(desk.cmd(), authority=desk.world.authority, delivery_id=dead.id)
        assert told.state is DeliveryState.SUPERSEDED
        assert await desk.round(timedelta(days=1)) == (0, 0, 0)
    assert list(receiver.kept) == ["sw-2026-000001.2"]


async def test_a_receiver_that_is_away_for_three_days_is_told_of_no_more(desk: Desk) -> None:
    async with receiving(Receiver(lambda _: Mood.AWAY)) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        rounds = [await desk.round(timedelta(hours=7)) for _ in range(13)]
    assert rounds[-3:].count((0, 0, 1)) == 1
    assert await desk.states() == [DeliveryState.DEAD]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_fails_everything_arrives_once_and_each_object_in_order(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    failures = [Mood.AWAY, Mood.BROKEN, Mood.HANG_UP, Mood.TAKE_AND_FORGET_TO_SAY, Mood.TAKE_AND_FAIL]
    moods = [*failures, *[Mood.TAKE] * len(failures)]
    visits = [await desk.world.add_visit() for _ in range(4)]
    async with receiving(Receiver(lambda _: chance.choice(moods))) as receiver:
        await desk.channel(receiver)
        publications = [await desk.publish(visit) for visit in visits]
        for visit, publication in chance.sample(list(zip(visits, publications, strict=True)), 2):
            await desk.correct(visit, publication)
        for _ in range(20):
            await desk.round(timedelta(hours=3))
            if set(await desk.states()) == {DeliveryState.DELIVERED}:
                break
    assert await desk.states() == [DeliveryState.DELIVERED] * 6
    told = {f"{one.number}.{one.version}" for one in await store.deliveries(desk.world.authority)}
    assert set(receiver.kept) == told
    places = {key: place for place, key in enumerate(receiver.kept)}
    assert all(places[f"{key[:-2]}.1"] < place for key, place in places.items() if key.endswith(".2"))


async def test_a_process_that_dies_while_sending_lets_its_parcels_go(desk: Desk) -> None:
    async with receiving(Receiver()) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        taken = await in_unit(store.claim, desk.now, desk.now + timedelta(minutes=5), 8)
        assert len(taken) == 1
        assert await desk.round(timedelta(minutes=1)) == (0, 0, 0)
        assert await desk.round(timedelta(minutes=5)) == (1, 0, 0)


async def test_a_new_receiver_may_be_sent_what_is_out_already(desk: Desk) -> None:
    visit = await desk.world.add_visit()
    publication = await desk.publish(visit)
    await desk.correct(visit, publication)
    async with receiving(Receiver()) as receiver:
        await desk.channel(receiver, kind=ChannelKind.GSXT, so_far=True)
        assert await desk.round() == (2, 0, 0)
    assert list(receiver.kept) == ["sw-2026-000001.1", "sw-2026-000001.2"]


async def test_nothing_goes_to_a_receiver_that_is_used_no_longer(desk: Desk) -> None:
    async with receiving(Receiver()) as receiver:
        await desk.channel(receiver)
        await desk.publish(await desk.world.add_visit())
        await retire_channel(desk.cmd(Role.ADMIN), authority=desk.world.authority, code="city")
        assert await desk.round(timedelta(days=1)) == (0, 0, 0)
        assert await store.channels(desk.world.authority) == []
    with pytest.raises(NotFound):
        await retire_channel(desk.cmd(Role.ADMIN), authority=desk.world.authority, code="city")


@pytest.mark.parametrize(
    "address",
    [
        *("", "ftp://a.test/x", "http://a.test/x", "https://", "https://u:p@a.test/", "https://a.test/#x"),
        *("https://a.test/ x", "https://a.test:99999/", "https://[::1", "https://a.test/" + "x" * 500),
    ],
)
async def test_an_address_that_others_could_read_along_or_that_is_none_is_refused(desk: Desk, address: str) -> None:
    with pytest.raises(Invalid):
        await desk.channel(Receiver(address=address))


async def test_secrets_differ_by_receiver_and_instant_clocks_are_utc(desk: Desk) -> None:
    first = await desk.channel(Receiver(address="https://a.test/"))
    second = await desk.channel(Receiver(address="https://a.test/"))
    assert first != second
    (row,) = await store.channels(desk.world.authority)
    assert row.made_at == desk.now == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


async def test_a_receiver_is_tried_with_something_that_is_no_result(desk: Desk) -> None:
    admin = desk.cmd(Role.ADMIN)
    told = {"authority": desk.world.authority, "code": "city"}
    async with receiving(Receiver()) as receiver:
        secret = await desk.channel(receiver)
        answer = await try_channel(admin, Postman(SERVER, SITE, reach=HERE), **told)
    assert (answer.status, answer.error) == (200, "")
    (came,) = receiver.came
    assert genuine(secret, came.body, came.headers["fieldcheck-signature"], now=int(desk.now.timestamp()))
    assert b'"test":true' in came.body
    assert (await try_channel(admin, Postman(SERVER, SITE, reach=HERE), **told)).status is None
    assert await store.deliveries(desk.world.authority) == []
    (channel,) = await store.channels(desk.world.authority)
    lines = [line for line in await read(f"channel:{channel.id}") if line.kind == EventKind.CHANNEL_TRIED]
    assert [line.payload["status"] for line in lines] == [200, None]
    with pytest.raises(NotFound):
        await try_channel(admin, Postman(SERVER, SITE, reach=HERE), authority=UUID(int=1), code="city")


async def test_the_outbox_is_read_page_by_page_across_receivers_and_states(desk: Desk) -> None:
    async with receiving(Receiver(failing(Mood.REFUSE))) as receiver:
        await desk.channel(receiver)
        for _ in range(2):
            await desk.publish(await desk.world.add_visit())
            await desk.round()
        await desk.channel(receiver, so_far=True)
    whole = await store.deliveries(desk.world.authority)
    assert {one.state for one in whole} == {DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.WAITING}
    read_so_far: list[UUID] = []
    before = None
    while page := await outbox(desk.world.authority, before=before, limit=3):
        read_so_far += [one.id for one in page]
        before = Place(page[-1].asked_at, page[-1].id)
    assert read_so_far == [one.id for one in whole]
    (dead,) = await outbox(desk.world.authority, state=DeliveryState.DEAD)
    assert dead.status == 422
    assert await outbox(UUID(int=1)) == []
    assert await count_up_to(desk.world.authority, DeliveryState.WAITING) == 2
    assert await count_up_to(desk.world.authority, DeliveryState.WAITING, most=1) == 2
