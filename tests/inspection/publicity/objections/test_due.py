"""What is to be done about objections: by when, by whom, and counted again when a calendar is announced."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from inspection.kernel.calendar.store import replace_year
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.due_list import DueItem, due_list
from inspection.publicity.jobs import count_again
from inspection.publicity.objections import store
from inspection.publicity.objections.due import DueObjection, ToDo, due_objections
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.recount import count_objections_again
from inspection.publicity.objections.rows import Channel, ObjectionState
from inspection.publicity.objections.take import withdraw_objection
from inspection.publicity.open_publications import open_publications
from tests.conftest import MakeCommand
from tests.inspection.publicity.objections.test_receive import come_in
from tests.inspection.publicity.test_jobs import job
from tests.inspection.publicity.world import World, build_world

DECEMBER = datetime(2026, 12, 14, 2, 0, tzinfo=UTC)


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await build_world(cmd)


@pytest.fixture
def party(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.PUBLIC, "public", now=DECEMBER)


async def announce(cmd: Command, *holidays: date) -> None:
    async with unit_of_work():
        await replace_year(2027, dict.fromkeys(holidays, (False, "元旦")), "test", cmd.now)


async def test_the_due_day_is_counted_again_when_the_calendar_is_announced_and_only_once(
    world: World, party: Command, cmd: Command
) -> None:
    visit = await world.add_visit()
    row = await come_in(party, visit.id)
    assert (row.due_on, row.due_provisional) == (date(2027, 1, 11), True)
    assert await count_objections_again(cmd) == 0
    await announce(cmd, date(2027, 1, 1))
    for _ in range(2):
        await count_again(cmd, job("publicity.count", "calendar", None))
    counted = await known_objection(row.id)
    assert (counted.due_on, counted.due_provisional) == (date(2027, 1, 12), False)
    (line,) = await read_kind(f"visit:{visit.id}", EventKind.OBJECTION_DUE_SET)
    assert (line.payload["due_on"], line.payload["provisional"]) == ("2027-01-12", False)


async def test_the_day_stays_and_is_no_longer_provisional_when_the_calendar_says_the_same(
    world: World, party: Command, cmd: Command
) -> None:
    row = await come_in(party, (await world.add_visit()).id)
    await announce(cmd)
    assert await count_objections_again(cmd, authority=UUID(int=7)) == 0
    assert await count_objections_again(cmd, authority=world.authority) == 1
    counted = await known_objection(row.id)
    assert (counted.due_on, counted.due_provisional) == (row.due_on, False)


async def test_what_is_withdrawn_is_not_counted_again(world: World, party: Command, cmd: Command) -> None:
    row = await come_in(party, (await world.add_visit()).id)
    await withdraw_objection(party, objection_id=row.id, channel=Channel.DOOR)
    await announce(cmd, date(2027, 1, 1))
    assert await count_objections_again(cmd) == 0


async def test_results_and_objections_stand_in_one_list_the_most_urgent_first(
    world: World, party: Command, cmd: Command
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    late = await come_in(party, visit.id)
    early = await come_in(replace(party, now=datetime(2026, 2, 13, 2, 0, tzinfo=UTC)), visit.id, "f-2")
    found = await due_list(authority=world.authority, on=date(2026, 3, 30))
    assert [one.due_on for one in found] == [date(2026, 3, 19), date(2026, 3, 30), date(2027, 1, 11)]
    first, result, last = found
    assert isinstance(result, DueItem)
    assert isinstance(first, DueObjection)
    assert isinstance(last, DueObjection)
    assert (first.objection, first.overdue, first.days_left) == (early.id, True, -11)
    assert (last.objection, last.overdue, last.provisional) == (late.id, False, True)
    assert await due_list(authority=UUID(int=7), on=date(2026, 3, 30)) == ()


@pytest.mark.parametrize(
    ("state", "more", "to_do"),
    [
        (ObjectionState.RECEIVED, {}, ToDo.TAKE),
        (ObjectionState.IN_REVIEW, {"reviewer": "x", "reviewer_name": "法制员"}, ToDo.DECIDE),
        (ObjectionState.UPHELD, {"decided_at": DECEMBER}, ToDo.TELL),
        (ObjectionState.CORRECTED, {"decided_at": DECEMBER}, ToDo.TELL),
        (ObjectionState.UPHELD, {"decided_at": DECEMBER, "told_at": DECEMBER, "told_how": "door"}, None),
        (ObjectionState.CORRECTED, {"decided_at": DECEMBER, "told_at": DECEMBER, "told_how": "door"}, None),
        (ObjectionState.WITHDRAWN, {}, None),
    ],
)
async def test_each_state_has_its_next_step_and_what_is_settled_is_not_in_the_list(
    world: World, party: Command, state: ObjectionState, more: dict[str, object], to_do: ToDo | None
) -> None:
    row = await come_in(party, (await world.add_visit()).id)
    async with unit_of_work():
        await store.change(row.id, state=state.value, **more)
    found = await due_objections(authority=world.authority, on=date(2027, 1, 12))
    assert [(one.to_do, one.overdue, one.reviewer_name) for one in found] == (
        [(to_do, True, more.get("reviewer_name"))] if to_do else []
    )
