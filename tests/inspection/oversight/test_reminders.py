"""Reminders: five and two working days before the day, on it, and when it is over; each stage once."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, read
from inspection.oversight.clocks import Matter
from inspection.oversight.reminders.note import remind_all
from inspection.oversight.reminders.read import my_reminders, see_reminder
from inspection.oversight.reminders.rules import Stage, stage_of
from inspection.oversight.reminders.store import open_reminders
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.open_publications import open_publications, start_clocks
from inspection.publicity.publish import publish_due
from inspection.visits.tables import Visit
from tests.conftest import MakeCommand
from tests.inspection.oversight.test_clocks import settled_world
from tests.inspection.publicity.world import World, build_world

CALENDAR = WorkCalendar({date(2026, 3, 6): False, date(2026, 3, 14): True}, frozenset({2026}))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
DUE = date(2026, 3, 30)
"""The results of the world are due on this Monday: the fifth working day before it is Monday the 23rd."""


def test_the_stages_follow_one_another_up_to_the_day_and_past_it() -> None:
    plain = WorkCalendar({}, frozenset({2026}))
    stages = {day: stage_of(DUE, date(2026, 3, day), plain) for day in range(20, 32)}
    assert stages[20] is stages[21] is stages[22] is None
    assert {stages[day] for day in (23, 24, 25)} == {Stage.FIVE}
    assert {stages[day] for day in (26, 27, 28, 29)} == {Stage.TWO}
    assert (stages[30], stages[31]) == (Stage.TODAY, Stage.LATE)


def test_a_holiday_moves_the_stages_forward() -> None:
    # Friday the 6th is none: the second working day before Monday the 9th is Wednesday the 4th.
    assert stage_of(date(2026, 3, 9), date(2026, 3, 3), CALENDAR) is Stage.FIVE
    assert stage_of(date(2026, 3, 9), date(2026, 3, 4), CALENDAR) is Stage.TWO


@given(due=DAYS, today=DAYS)
def test_a_stage_is_what_counting_working_days_one_by_one_says(due: date, today: date) -> None:
    between = [today + timedelta(days=n) for n in range((due - today).days)]
    left = sum(CALENDAR.is_working_day(day) for day in between)
    stage = stage_of(due, today, CALENDAR)
    if today > due:
        assert stage is Stage.LATE
    elif today == due:
        assert stage is Stage.TODAY
    else:
        within = {n: left < n or (left == n and CALENDAR.is_working_day(today)) for n in (2, 5)}
        assert stage is (Stage.TWO if within[2] else Stage.FIVE if within[5] else None)


@given(due=DAYS, first=DAYS, later=DAYS)
def test_stages_never_go_back(due: date, first: date, later: date) -> None:
    order = [None, *Stage]
    one, other = (order.index(stage_of(due, day, CALENDAR)) for day in sorted((first, later)))
    assert one <= other


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await settled_world(cmd)


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 1, 0, tzinfo=UTC)


MONDAY = at(23)


def who(world: World, role: Role, now: datetime = MONDAY, name: str = "某人") -> Command:
    return Command(Actor(f"{role}:1", name, role), now, SeededEntropy(f"{role}{now}"), world.authority)


async def waiting(world: World, cmd: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    await start_clocks(cmd, authority=world.authority)


async def test_each_stage_is_noted_once_to_whose_turn_it_is(world: World, cmd: Command) -> None:
    await waiting(world, cmd)
    noted = {day: await remind_all(who(world, Role.SYSTEM, at(day))) for day in (20, 22, 23, 24, 26, 27, 30, 31)}
    # The 22nd is a Sunday: nobody is reminded on it.
    assert noted == {20: 0, 22: 0, 23: 1, 24: 0, 26: 1, 27: 0, 30: 1, 31: 1}
    (shown,) = await my_reminders(who(world, Role.APPROVER), world.authority)
    assert (shown.reminder.stage, shown.reminder.matter, shown.reminder.due_on) == (Stage.LATE, Matter.PUBLICATION, DUE)
    assert await my_reminders(who(world, Role.PLANNER), world.authority) == []
    assert len(await my_reminders(who(world, Role.SUPERVISOR), world.authority)) == 1
    lines = [line for line in await read(f"authority:{world.authority}") if line.kind is EventKind.REMINDERS_NOTED]
    assert [one["stage"] for line in lines for one in line.payload["reminders"]] == ["five", "two", "today", "late"]  # type: ignore[union-attr,index,call-overload]


async def test_a_reminder_is_seen_by_each_for_himself_and_by_nobody_else(world: World, cmd: Command) -> None:
    await waiting(world, cmd)
    await remind_all(who(world, Role.SYSTEM))
    mine = who(world, Role.APPROVER)
    (shown,) = await my_reminders(mine, world.authority, unseen=True)
    for _ in range(2):
        assert (await see_reminder(mine, shown.reminder.id)).seen
    assert await my_reminders(mine, world.authority, unseen=True) == []
    assert [one.seen for one in await my_reminders(mine, world.authority)] == [True]
    assert len(await read(f"reminder:{shown.reminder.id}")) == 1
    other = await build_world(cmd, "other")
    for stranger in (who(world, Role.PLANNER), who(other, Role.APPROVER)):
        with pytest.raises(NotFound):
            await see_reminder(stranger, shown.reminder.id)


async def test_whose_turn_it_is_changes_and_what_is_done_reminds_nobody(
    world: World, cmd: Command, make_cmd: MakeCommand
) -> None:
    await waiting(world, cmd)
    await remind_all(who(world, Role.SYSTEM))
    visit = (await open_reminders(world.authority))[0]
    assert visit.whose is Role.APPROVER
    (row,) = await my_reminders(who(world, Role.APPROVER), world.authority)
    assert row.reminder.to_do == "not_approved"
    await approve_publication(
        make_cmd(Role.APPROVER, "分管负责人", authority=world.authority),
        visit_id=await only_visit(world),
        secrecy_reviewed=True,
    )
    await remind_all(who(world, Role.SYSTEM, at(24)))
    assert await my_reminders(who(world, Role.APPROVER), world.authority) == []
    (planner,) = await my_reminders(who(world, Role.PLANNER), world.authority)
    assert (planner.reminder.stage, planner.reminder.to_do) == (Stage.FIVE, "publish")
    await remind_all(who(world, Role.SYSTEM, at(26)))
    (planner,) = await my_reminders(who(world, Role.PLANNER, at(26)), world.authority)
    assert (planner.reminder.stage, planner.reminder.to_do) == (Stage.TWO, "publish")
    await publish_due(who(world, Role.PLANNER, at(26)), through=date(2026, 12, 31))
    await remind_all(who(world, Role.SYSTEM, at(27)))
    assert await open_reminders(world.authority) == []
    assert await my_reminders(who(world, Role.SUPERVISOR), world.authority) == []


async def only_visit(world: World) -> UUID:
    (row,) = await Visit.select(Visit.id).where(Visit.authority == world.authority)
    found: UUID = row["id"]
    return found
