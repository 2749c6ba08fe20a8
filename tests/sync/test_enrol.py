"""Enrolment: a code opens once, the key is proven, and a lost answer costs nothing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.authority.tokens import read_token
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors.tables import Inspector
from inspection.visits.tables import Visit
from mobile_contract.base import b64url
from mobile_contract.client import Device
from mobile_contract.client.key import DeviceKey
from mobile_contract.enrol import EnrolAnswer, EnrolRequest, enrolment_message
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import FeedOp
from mobile_contract.push import Verdict
from mobile_contract.signed import DeviceJwk
from sync.devices import store as store_devices
from sync.devices.enrol import enrol_device
from sync.devices.invite import CODE_LIFE, code_hash, invite_device
from sync.devices.tokens import TOKEN_LIFE
from sync.pull import store as store_feeds
from sync.tables import EnrolmentCode
from tests.sync.world import World, at_once, build_world, note


async def enrol(world: World, request: EnrolRequest, after: timedelta = timedelta(0)) -> EnrolAnswer:
    cmd = world.cmd(Role.PUBLIC)
    return await enrol_device(at_once(cmd, cmd.now + after), request=request, keys=world.keys)


async def refusal(world: World, request: EnrolRequest, after: timedelta = timedelta(0)) -> ProblemCode:
    with pytest.raises(Refused) as refused:
        await enrol(world, request, after)
    return refused.value.code


async def test_a_code_and_a_proven_key_make_a_device_with_a_token(world: World):
    device = world.new_device()
    answer = await enrol(world, device.enrol_request(await world.code(1), "二号平板"))
    assert answer.inspector == world.inspectors[1]
    assert answer.kid == device.key.kid
    assert answer.logs == ()
    holder = await read_token(answer.token, world.now)
    assert holder is not None
    assert holder.device == answer.device
    assert await read_token(answer.token, world.now + TOKEN_LIFE + timedelta(seconds=1)) is None
    row = await store_devices.device(answer.device)
    assert row is not None
    assert (row.authority, row.name) == (world.authority, "二号平板")
    lines = await read(f"device:{answer.device}")
    assert [line.kind for line in lines] == [EventKind.DEVICE_ENROLLED]
    assert lines[0].actor_role == Role.DEVICE


async def test_a_code_enrols_one_key_only(world: World):
    code = await world.code()
    await enrol(world, world.new_device().enrol_request(code, "first"))
    second = world.new_device().enrol_request(code, "second")
    assert await refusal(world, second) is ProblemCode.ENROLMENT_CODE_INVALID


async def test_a_key_gets_the_number_back_that_it_had_before_the_store_was_restored(world: World):
    """Otherwise nothing that it signed under that number would ever be its own again."""
    tablet = world.new_device()
    older = {"device": str(UUID(int=7)), "inspector": str(world.inspectors[0]), "history": str(UUID(int=8))}
    for name, value in older.items():
        tablet.store.remember(name, value)
    entry = note(tablet, world.visit, "written before the restore")
    answer = await enrol(world, tablet.enrol_request(await world.code(), "一号平板"))
    assert answer.device == UUID(int=7)
    tablet.enrolled(answer)
    assert tablet.server_was_restored
    pushed = await world.push(tablet, entry)
    assert [told.verdict for told in pushed.verdicts] == [Verdict.ACCEPTED]


async def test_nobody_gets_a_number_that_is_another_devices_or_an_authoritys(world: World):
    other = await world.tablet()
    for taken in (other.id, world.authority):
        request = world.new_device().enrol_request(await world.code(1), "second")
        answer = await enrol(world, request.model_copy(update={"device": taken}))
        assert answer.device != taken


async def test_two_devices_with_one_code_at_the_same_moment_one_is_enrolled(world: World):
    code = await world.code()
    requests = [world.new_device().enrol_request(code, f"{n}") for n in range(3)]
    answers = await asyncio.gather(*(enrol(world, request) for request in requests), return_exceptions=True)
    assert sorted(isinstance(answer, EnrolAnswer) for answer in answers) == [False, False, True]
    assert len(await store_devices.devices(world.authority)) == 1


async def test_the_same_request_again_gives_the_same_device_a_new_token(world: World):
    device = world.new_device()
    request = device.enrol_request(await world.code(), "lost answer")
    first, again = await enrol(world, request), await enrol(world, request)
    assert again.device == first.device
    assert again.token != first.token
    assert [line.kind for line in await read(f"device:{first.device}")] == [EventKind.DEVICE_ENROLLED]


async def test_a_code_lives_ten_minutes(world: World):
    request = world.new_device().enrol_request(await world.code(), "slow")
    # The world's clock goes on by a second with every command.
    assert await refusal(world, request, CODE_LIFE - timedelta(seconds=1)) is ProblemCode.ENROLMENT_CODE_INVALID
    await enrol(world, request, CODE_LIFE - timedelta(seconds=3))


async def test_a_code_nobody_issued_opens_nothing(world: World):
    request = world.new_device().enrol_request("A" * 16, "guess")
    assert await refusal(world, request) is ProblemCode.ENROLMENT_CODE_INVALID


async def test_a_proof_is_of_this_key_for_this_code(world: World):
    device, other = world.new_device(), world.new_device()
    code = await world.code()
    good = device.enrol_request(code, "x")
    wrong = [
        good.model_copy(update={"key": other.key.jwk}),
        good.model_copy(update={"proof": device.enrol_request("B" * 16, "x").proof}),
        good.model_copy(update={"proof": b64url(bytes(64))}),
        good.model_copy(update={"key": DeviceJwk(x=b64url(b"\x01" * 32), y=b64url(b"\x02" * 32))}),
    ]
    for request in wrong:
        assert await refusal(world, request) is ProblemCode.ENROLMENT_PROOF_INVALID
    await enrol(world, good)


async def test_only_the_digest_of_a_code_is_kept(world: World):
    code = await world.code()
    rows = await EnrolmentCode.select()
    assert [row["code_hash"] for row in rows] == [code_hash(code)]
    assert code not in str(rows)
    assert all(code not in line.text.decode() for line in await read(f"authority:{world.authority}"))


async def test_only_an_inspector_in_service_of_this_authority_is_invited(world: World):
    elsewhere = await build_world("elsewhere")
    await Inspector.update({Inspector.active: False}).where(Inspector.id == world.inspectors[1])
    for stranger in (elsewhere.inspectors[0], world.inspectors[1], world.visit):
        with pytest.raises(NotFound) as refused:
            await invite_device(world.cmd(), inspector_id=stranger, authority_id=world.authority)
        assert refused.value.code is ProblemCode.INSPECTOR_UNKNOWN


async def test_a_key_belongs_to_one_inspector(world: World):
    device = world.new_device()
    await enrol(world, device.enrol_request(await world.code(0), "mine"))
    with pytest.raises(Conflict):
        await enrol(world, device.enrol_request(await world.code(1), "yours"))


async def test_a_wiped_tablet_with_its_old_key_goes_on_in_a_new_incarnation(world: World):
    tablet = await world.tablet()
    await world.push(tablet, note(tablet, world.visit))
    wiped = world.new_device()
    wiped.store.remember("key", tablet.key.secret().hex())
    wiped = Device(wiped.store, wiped._world)
    answer = await enrol(world, wiped.enrol_request(await world.code(), "wiped"))
    assert answer.device == tablet.id
    assert [(log.ep, log.seq) for log in answer.logs] == [(1, 1)]
    wiped.enrolled(answer)
    entry = note(wiped, world.visit)
    assert (entry.ep, entry.seq) == (2, 1)


async def test_a_new_tablet_finds_the_open_visits_of_its_inspector_and_no_sealed_one(world: World):
    sealed = await world.add_visit("sealed")
    done = await world.add_visit("approved")
    tablet = await world.tablet()
    _, rows = await store_feeds.changes_after(tablet.id, 0, 100)
    told = [(row.topic, row.op) for row in rows if not row.topic.startswith("checklist:")]
    assert told == [(f"{kind}:{world.visit}", FeedOp.PUT) for kind in ("visit", "entries")]
    assert all(str(visit) not in str(rows) for visit in (sealed, done))


async def test_a_visit_unsealed_while_a_tablet_enrols_is_never_missed(
    world: World, db: Engine, monkeypatch: pytest.MonkeyPatch
):
    visit = await world.add_visit("sealed")
    request = world.new_device().enrol_request(await world.code(), "at this very moment")
    told, waits = asyncio.Event(), asyncio.Event()
    lock = store_feeds.lock_audience

    async def locking(inspectors):
        if told.is_set():
            waits.set()
        await lock(inspectors)

    monkeypatch.setattr(store_feeds, "lock_audience", locking)

    async def enrolling() -> EnrolAnswer:
        await told.wait()
        return await enrol(world, request)

    enrolment = asyncio.create_task(enrolling())
    waiting = asyncio.create_task(waits.wait())
    async with unit_of_work():
        await Visit.update({Visit.state: "open", Visit.unsealed_at: world.now}).where(Visit.id == visit)
        await append(world.cmd().event(EventKind.VISIT_UNSEALED, f"visit:{visit}"))
        told.set()
        # SQLite's one writer makes the other wait at its BEGIN; elsewhere it comes as far as the lock, or through.
        if db.engine_type == "postgres":
            await asyncio.wait({enrolment, waiting}, return_when=asyncio.FIRST_COMPLETED)
    answer = await enrolment
    waiting.cancel()
    _, rows = await store_feeds.changes_after(answer.device, 0, 100)
    topics = {row.topic for row in rows if row.topic.startswith("visit:")}
    assert topics == {f"visit:{visit}", f"visit:{world.visit}"}


def test_the_message_that_is_signed_names_purpose_code_and_key():
    key = DeviceKey.of_entropy(b"x" * 48)
    assert enrolment_message("CODE", key.kid) == f"insp/enrol/v1\x00CODE.{key.kid}".encode()
