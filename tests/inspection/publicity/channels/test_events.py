"""Other systems are told what happened: once each, in order, signed, of the closed list alone, again when they ask."""

import json
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.authority.found import found_authority
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from inspection.kernel.work.routes import JOB_ROUTES
from inspection.kernel.work.store import Job
from inspection.publicity.channels import store
from inspection.publicity.channels.deliver import CLAIM, Postman, deliver_waiting
from inspection.publicity.channels.events import TOLD_OF, EventName, name_of
from inspection.publicity.channels.reach import NOWHERE_PRIVATE, PublicOnly, reach_of
from inspection.publicity.channels.rules import ChannelKind, DeliveryState
from inspection.publicity.channels.set_channel import SetChannel, set_channel, turn_secret
from inspection.publicity.channels.shapes import genuine
from inspection.publicity.channels.tell import tell, tell_again
from tests.conftest import NOW, MakeCommand
from tests.inspection.archive.papers import SERVER
from tests.inspection.publicity.channels.receiver import Mood, Receiver, receiving
from tests.support.statements import compare_row_by_row

SITE = "https://example.test"
HERE = reach_of("127.0.0.0/8")


class Scene:
    """An authority at whose desk things happen."""

    def __init__(self, authority: UUID, make_cmd: MakeCommand) -> None:
        self.authority, self._make, self.now = authority, make_cmd, NOW

    def cmd(self) -> Command:
        return self._make(Role.ADMIN, now=self.now, authority=self.authority)

    async def listen(self, address: str, *events: EventName, code: str = "city") -> SetChannel:
        told = {"authority": self.authority, "code": code, "address": address, "keys": SERVER}
        return await set_channel(self.cmd(), kind=ChannelKind.EVENTS, all_so_far=False, events=events, **told)

    async def happens(self, kind: EventKind, stream: str, **payload: str | int) -> None:
        """A line of the journal, and what it asks for."""
        self.now += timedelta(seconds=1)
        (line,) = await in_unit(append, self.cmd().event(kind, stream, **payload))
        job = Job(UUID(int=1), "publicity.tell", "x", stream, line.seq, self.authority, line.payload, 1, self.now)
        for _ in range(2):  # a job may be done twice
            await in_unit(tell, self.cmd(), job)

    async def send(self, later: timedelta = timedelta(0), keys: ServerKeys = SERVER, at_once: int = 8) -> int:
        self.now += later
        return (await deliver_waiting(self.cmd, Postman(keys, SITE, reach=HERE, at_once=at_once))).delivered


async def founded(code: str, make_cmd: MakeCommand) -> Scene:
    told = {"code": code, "name": code, "short_name": code, "rule_set": "weihai-jingkai-commerce"}
    return Scene((await found_authority(make_cmd(), **told)).id, make_cmd)


@pytest.fixture
async def scene(db: Engine, make_cmd: MakeCommand) -> Scene:
    return await founded("one", make_cmd)


def test_everything_that_is_told_of_asks_for_its_telling_and_nothing_else_does() -> None:
    assert {kind for kind, jobs in JOB_ROUTES.items() if "publicity.tell" in jobs} == TOLD_OF
    assert {name_of(kind) for kind in TOLD_OF} == set(EventName)


async def test_an_event_is_told_once_signed_and_says_no_more_than_its_members(scene: Scene) -> None:
    async with receiving(Receiver()) as receiver:
        secret = (await scene.listen(receiver.address)).secret
        await scene.happens(EventKind.OBJECTION_DECIDED, "visit:1", number="1", state="upheld", reasons="of people")
        assert (await scene.send(), await scene.send(timedelta(days=1))) == (1, 0)
        now = int((scene.now - timedelta(days=1)).timestamp())
    (came,) = receiver.came
    assert genuine(secret, came.body, came.headers["fieldcheck-signature"], now=now)
    assert not genuine(secret, came.body + b" ", came.headers["fieldcheck-signature"], now=now)
    assert came.headers["content-type"].startswith("application/cloudevents+json")
    told = json.loads(came.body)
    assert (told["specversion"], told["type"], told["source"]) == ("1.0", "fieldcheck.objection.decided", SITE)
    assert told["id"] == came.headers["idempotency-key"] == "visit:1:1"
    assert told["data"].keys() == {"authority", "number", "state"}
    sent = [(one.state, one.event) for one in await store.deliveries(scene.authority)]
    assert sent == [(DeliveryState.DELIVERED, EventName.OBJECTION_DECIDED)]


async def test_a_receiver_is_told_of_what_it_asked_for_in_the_order_in_which_it_happened(scene: Scene) -> None:
    async with receiving(Receiver()) as receiver:
        await scene.listen(receiver.address, EventName.RESULT_PUBLISHED, EventName.RESULT_WITHDRAWN)
        await scene.happens(EventKind.DOSSIER_SEALED, "visit:1", sha256="0" * 64)
        await scene.happens(EventKind.PUBLICATION_PUBLISHED, "visit:1", number="sw-1", version=1)
        await scene.happens(EventKind.PUBLICATION_WITHDRAWN, "visit:1", number="sw-1", version=2)
        assert await scene.send() == 2
    assert list(receiver.kept) == ["visit:1:2", "visit:1:3"]


async def test_what_happened_since_an_instant_is_told_again_under_the_ids_it_had(scene: Scene) -> None:
    async with receiving(Receiver()) as receiver:
        await scene.happens(EventKind.TASK_COMPLETED, "task:1")  # before anybody listened
        await scene.listen(receiver.address)
        await scene.happens(EventKind.TASK_COMPLETED, "task:2")
        since = scene.now
        await scene.happens(EventKind.TASK_COMPLETED, "task:3")
        assert await scene.send() == 2
        again = {"authority": scene.authority, "code": "city"}
        assert await tell_again(scene.cmd(), **again, since=since) == 2
        assert await tell_again(scene.cmd(), **again, since=NOW) == 3
        assert await scene.send() == 3
    keys = [one.headers["idempotency-key"] for one in receiver.came]
    assert sorted(keys[:2]) == ["task:2:1", "task:3:1"]  # two things: in no order between them
    assert sorted(keys[2:]) == ["task:1:1", "task:2:1", "task:3:1"]


async def test_a_renewed_secret_signs_beside_the_earlier_one_for_a_day(scene: Scene) -> None:
    async with receiving(Receiver()) as receiver:
        first = (await scene.listen(receiver.address)).secret
        second = (await turn_secret(scene.cmd(), authority=scene.authority, code="city", keys=SERVER)).secret
        for number, later in enumerate((timedelta(0), timedelta(hours=25))):
            scene.now += later
            await scene.happens(EventKind.TASK_COMPLETED, f"task:{number}")
            await scene.send()
            header, body = receiver.came[-1].headers["fieldcheck-signature"], receiver.came[-1].body
            now = int(scene.now.timestamp())
            assert genuine(second, body, header, now=now)
            assert genuine(first, body, header, now=now) is (number == 0)
    assert first != second


async def test_what_happened_to_one_thing_is_told_again_in_the_order_in_which_it_happened(scene: Scene) -> None:
    async with receiving(Receiver()) as receiver:
        await scene.happens(EventKind.PUBLICATION_PUBLISHED, "visit:1", version=1)  # before anybody listened
        await scene.listen(receiver.address)
        await scene.happens(EventKind.PUBLICATION_CORRECTED, "visit:1", version=2)
        await scene.send()
        await scene.happens(EventKind.PUBLICATION_WITHDRAWN, "visit:1", version=3)  # waits still
        assert await tell_again(scene.cmd(), authority=scene.authority, code="city", since=NOW) == 3
        assert await scene.send() == 3
    assert [one.headers["idempotency-key"] for one in receiver.came[1:]] == ["visit:1:1", "visit:1:2", "visit:1:3"]


async def test_a_change_of_the_servers_keys_leaves_every_receiver_its_secret(scene: Scene) -> None:
    async with receiving(Receiver()) as receiver:
        first = (await scene.listen(receiver.address)).secret
        scene.now += timedelta(hours=1)
        keys = SERVER.followed_by(Ed25519PrivateKey.generate(), scene.now)
        told = {"authority": scene.authority, "code": "city", "keys": keys}
        secrets = [first]
        for number in range(3):
            await scene.happens(EventKind.TASK_COMPLETED, f"task:{number}")
            assert await scene.send(keys=keys) == 1
            header, body = receiver.came[-1].headers["fieldcheck-signature"], receiver.came[-1].body
            assert all(genuine(one, body, header, now=int(scene.now.timestamp())) for one in secrets[-2:])
            scene.now += timedelta(hours=1)
            secrets.append((await turn_secret(scene.cmd(), **told)).secret)
    assert len(set(secrets)) == 4


async def test_a_secret_that_was_given_by_a_process_with_the_old_keys_still_signs(scene: Scene) -> None:
    keys = SERVER.followed_by(Ed25519PrivateKey.generate(), scene.now)
    scene.now += timedelta(hours=1)
    async with receiving(Receiver()) as receiver:
        secrets = [(await scene.listen(receiver.address)).secret]
        told = {"authority": scene.authority, "code": "city", "keys": SERVER}
        for number in range(2):
            await scene.happens(EventKind.TASK_COMPLETED, f"task:{number}")
            # By now all were started again.
            assert await scene.send(timedelta(days=2), keys) == 1
            header, body = receiver.came[-1].headers["fieldcheck-signature"], receiver.came[-1].body
            assert genuine(secrets[-1], body, header, now=int(scene.now.timestamp()))
            secrets.append((await turn_secret(scene.cmd(), **told)).secret)


async def test_a_receiver_that_takes_nothing_keeps_no_other_waiting(scene: Scene) -> None:
    async with receiving(Receiver(lambda _: Mood.HANG_UP)) as silent, receiving(Receiver()) as other:
        await scene.listen(silent.address, code="silent")
        for number in range(3):
            await scene.happens(EventKind.TASK_COMPLETED, f"task:{number}")
        await scene.listen(other.address, code="other")
        await scene.happens(EventKind.TASK_COMPLETED, "task:9")
        assert await scene.send(at_once=1) == 1
        assert (len(silent.came), len(other.came)) == (1, 1)
        await scene.happens(EventKind.TASK_COMPLETED, "task:9")
        # By now what waits for the silent one is given up, one by one.
        assert await scene.send(timedelta(days=4), at_once=1) == 1
    assert (len(silent.came), len(other.came)) == (2, 2)


async def test_no_more_is_claimed_than_was_asked_for_however_the_database_goes_about_it(scene: Scene) -> None:
    await scene.listen("http://127.0.0.1:9/")
    for number in range(6):
        await scene.happens(EventKind.TASK_COMPLETED, f"task:{number}")
    async with unit_of_work():
        await compare_row_by_row()
        assert len(await store.claim(scene.now, scene.now + CLAIM, 2)) == 2


async def test_nobody_listens_to_what_happens_at_another_authority(scene: Scene, make_cmd: MakeCommand) -> None:
    other = await founded("other", make_cmd)
    async with receiving(Receiver()) as receiver:
        await scene.listen(receiver.address)
        await other.happens(EventKind.TASK_COMPLETED, "task:9")
        assert await scene.send() == 0
    with pytest.raises(NotFound):
        await tell_again(other.cmd(), authority=other.authority, code="city", since=NOW)
    with pytest.raises(NotFound):
        await turn_secret(other.cmd(), authority=other.authority, code="city", keys=SERVER)


async def test_a_receiver_of_results_is_told_of_no_events(scene: Scene) -> None:
    told = {"authority": scene.authority, "code": "web", "address": "https://a.test/", "keys": SERVER}
    with pytest.raises(Invalid):
        await set_channel(
            scene.cmd(), kind=ChannelKind.WEBSITE, all_so_far=False, events=[EventName.TASK_COMPLETED], **told
        )
    await set_channel(scene.cmd(), kind=ChannelKind.WEBSITE, all_so_far=False, **told)
    with pytest.raises(Invalid):
        await tell_again(scene.cmd(), authority=scene.authority, code="web", since=NOW)
    await scene.happens(EventKind.TASK_COMPLETED, "task:1")
    assert await store.deliveries(scene.authority) == []


async def test_nothing_is_sent_to_a_name_that_leads_to_this_machine() -> None:
    async with receiving(Receiver()) as receiver:
        for host in ("127.0.0.1", "localhost"):
            async with httpx.AsyncClient(transport=PublicOnly(NOWHERE_PRIVATE)) as http:
                with pytest.raises(httpx.ConnectError):
                    await http.post(receiver.address.replace("127.0.0.1", host), content=b"x")
    assert receiver.came == []
