"""What lists and pages of a draw read, on both engines: by pages, and never a name."""

import json

import pytest

from inspection.draw import store
from inspection.draw.ceremony import DrawState, VoidReason
from inspection.draw.contribute import contribute
from inspection.draw.store_listing import draw_lines, looked, ticket_page, tickets_told
from inspection.draw.told.desk_view import NEXT, Step, contributing, desk_view, history, waits_for
from inspection.draw.told.disclose import public_view
from inspection.draw.void_draw import ask_void, confirm_void
from inspection.kernel.journal import EventKind
from tests.inspection.draw.office import DICE, Office, frozen, open_office, sealed

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def test_a_list_has_the_newest_draw_first_and_goes_on_behind_the_last_one(office: Office) -> None:
    first = (await frozen(office)).draw
    await ask_void(office.operator, draw_id=first, reason=VoidReason.SYSTEM_FAULT, note="断电")
    (asked,) = await draw_lines(office.authority)
    assert (asked.void_asked, asked.state, asked.sequence) == (True, DrawState.FROZEN, 1)
    await confirm_void(office.approver, draw_id=first)
    second = (await frozen(office)).draw
    assert [one.id for one in await draw_lines(office.authority)] == [second, first]
    (newest,) = await draw_lines(office.authority, limit=1)
    assert [one.id for one in await draw_lines(office.authority, before=newest.id)] == [first]
    assert [one.id for one in await draw_lines(office.authority, states={DrawState.VOIDED})] == [first]
    assert [one.tasks for one in await draw_lines(office.authority, task=office.task)] == [(office.task,)] * 2
    assert await draw_lines(office.authority, task=second) == []
    assert await draw_lines(second) == []


async def test_a_page_of_a_draw_tells_what_is_public_and_its_tickets_come_by_pages(office: Office) -> None:
    draw = (await sealed(office)).draw
    whole, here = await public_view(draw), await desk_view(draw)
    alike = here.keys() - {"tickets", "of_authority"}
    assert {name: here[name] for name in alike} == {name: whole[name] for name in alike}
    first = await ticket_page(draw, limit=4)
    rest = await ticket_page(draw, after=(first[-1].cell, first[-1].rank))
    told = [(one.cell, one.rank, one.value.hex()) for one in (*first, *rest)]
    assert told == [(one["cell"], one["rank"], one["ticket"]) for one in whole["tickets"]]
    assert await tickets_told(draw) == (len(told), 0)
    assert await looked(draw) is None


async def test_the_history_names_who_did_what_and_gives_no_value_away(office: Office) -> None:
    row = await store.draw_row((await sealed(office)).draw)
    steps = await history(row)
    assert [one.kind for one in steps][:2] == [EventKind.DRAW_PLANNED, EventKind.DRAW_FROZEN]
    assert {one.who for one in steps if one.kind is EventKind.DRAW_SEALED} == {"分管负责人"}
    typed = [one for one in steps if one.kind is EventKind.DRAW_DICE_TYPED]
    assert typed
    assert DICE.decode() not in json.dumps([dict(one.facts) for one in typed])


async def test_a_contribution_that_waits_for_the_second_person_is_not_told(office: Office) -> None:
    draw = (await frozen(office)).draw
    await contribute(office.operator, draw_id=draw, name="现场掷骰", value=DICE)
    (dice,) = [one for one in await contributing(draw) if one.record.name == "现场掷骰"]
    assert (dice.begun_by, dice.record.value) == ("经办人", None)


@pytest.mark.parametrize("state", DrawState)
def test_a_draw_waits_for_its_next_step_and_first_for_the_word_on_a_void(state: DrawState) -> None:
    assert waits_for(state, void_asked=False) is NEXT.get(state)
    open_to_void = state in NEXT and state is not DrawState.OPENING
    assert (waits_for(state, void_asked=True) is Step.VOID) is open_to_void
