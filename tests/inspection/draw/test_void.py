"""Withdraw and draw again: allowed only with a reason and a second person, counted, and bound into the next attempt."""

import json

import pytest

from inspection.draw.ceremony import Ceremony, DrawState, VoidReason
from inspection.draw.plan_draw import plan_draw
from inspection.draw.told.disclose import attempts, bundle, open_ticket, public_view, sealed_matches
from inspection.draw.verify import verify_full
from inspection.draw.void_draw import ask_void, confirm_void
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import read
from inspection.planning.find import task
from inspection.planning.task_states import TaskState
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import Office, drawn, frozen, open_office, sealed, supervision

pytestmark = pytest.mark.usefixtures("db")
NOTE = "第3号加油站的数据有误"


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def voided(office: Office, draw_id) -> None:
    await ask_void(office.operator, draw_id=draw_id, reason=VoidReason.FRAME_WRONG, note=NOTE)
    await confirm_void(office.approver, draw_id=draw_id)


async def planned(office: Office) -> Ceremony:
    return await plan_draw(office.operator, task_ids=[office.task], contributors=[supervision()])


@pytest.mark.parametrize("stage", [planned, frozen, drawn, sealed])
async def test_a_void_is_counted_and_binds_the_next_attempt(office, stage) -> None:
    first = await stage(office)
    await voided(office, first.draw)
    last = (await read(f"draw:{first.draw}"))[-1]
    second = await sealed(office)
    assert second.attempt == 2
    assert [void.record for void in second.voids] == [last.hash]
    assert json.loads(second.params)["previous_void"] == last.hash.hex()
    assert second.fingerprint != first.fingerprint
    assert [c.draw for c in await attempts(office.task)] == [first.draw, second.draw]
    files = await bundle(office.supervisor, draw_id=second.draw, full=True)
    assert [check for check in verify_full(files) if not check.ok] == []
    told = await public_view(first.draw)
    assert told["state"] == "voided"
    assert [void["reason"] for void in told["voids"]] == ["frame-wrong"]


async def test_a_void_needs_a_second_person(office) -> None:
    first = await frozen(office)
    with pytest.raises(Conflict):
        await confirm_void(office.approver, draw_id=first.draw)
    await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.SYSTEM_FAULT, note=NOTE)
    with pytest.raises(Refused) as error:
        await confirm_void(office.operator, draw_id=first.draw)
    assert error.value.code is ProblemCode.SAME_PERSON
    assert (await confirm_void(office.approver, draw_id=first.draw)).state is DrawState.VOIDED


@pytest.mark.parametrize("note", ["", "  ", "x" * 2001])
async def test_a_void_needs_words(office, note) -> None:
    first = await frozen(office)
    with pytest.raises(Invalid):
        await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.SYSTEM_FAULT, note=note)


async def test_a_void_draw_goes_nowhere(office) -> None:
    first = await sealed(office)
    await voided(office, first.draw)
    with pytest.raises(Conflict):
        await sealed_matches(first.draw)
    with pytest.raises(Conflict):
        await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.SYSTEM_FAULT, note=NOTE)
    assert (await task(office.task)).state is TaskState.APPROVED


async def test_after_an_opening_there_is_no_void(office) -> None:
    done = await sealed(office)
    await open_ticket(office.operator, ticket_id=(await sealed_matches(done.draw))[0].ticket_id)
    with pytest.raises(Conflict) as error:
        await ask_void(office.operator, draw_id=done.draw, reason=VoidReason.LEAKED, note=NOTE)
    assert error.value.message_key == "draw.void_after_opening"


async def test_the_note_of_a_void_stays_inside(office) -> None:
    done = await sealed(office)
    await voided(office, done.draw)
    told = b"".join(line.text for line in await read(f"draw:{done.draw}")).decode()
    assert NOTE not in told + json.dumps(await public_view(done.draw), ensure_ascii=False)
