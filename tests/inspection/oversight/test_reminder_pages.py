"""What somebody is reminded of, a page at a time: of each clock the newest reminder, what he has not seen yet first."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import Invalid
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.clocks import Matter
from inspection.oversight.reminders.read import (
    ReminderShown,
    addressed,
    count_reminders,
    first_reminders,
    my_reminders,
    reminder_page,
    see_reminder,
)
from inspection.oversight.reminders.rules import Stage
from inspection.oversight.reminders.store import ReminderRow, add, end, open_reminders
from tests.conftest import NOW
from tests.inspection.publicity.world import World, build_world

TODAY = date(2026, 3, 2)
PERSONS = (None, "王五", "李四")
READERS = ((Role.PLANNER, "王五"), (Role.PLANNER, "李四"), (Role.APPROVER, "王五"), (Role.SUPERVISOR, "赵六"))


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    """Reminders of three clocks a day, in up to three stages, for two roles and their people; some run no more."""
    world = await build_world(cmd)
    rows: list[ReminderRow] = []
    for place, (days, matter, stages) in enumerate(product((-2, 0, 3), (Matter.WINDOW, Matter.FILING), (1, 2, 3))):
        for stage in list(Stage)[:stages]:
            rows.append(
                ReminderRow(
                    id=UUID(int=len(rows) + 1),
                    authority=world.authority,
                    matter=matter,
                    subject=str(UUID(int=place)),
                    name=f"事项{place}",
                    to_do="file",
                    whose=Role.APPROVER if place % 5 == 0 else Role.PLANNER,
                    person=PERSONS[place % 3],
                    due_on=TODAY + timedelta(days=days),
                    provisional=False,
                    stage=stage,
                    # Two stages noted on one day: the later id is the newer one.
                    noted_on=TODAY - timedelta(days=5 if stage is Stage.FIVE else 2),
                )
            )
    async with unit_of_work():
        await add(rows)
        await end([row.id for row in rows if row.subject == str(UUID(int=7))], TODAY)
    return world


def reader(world: World, role: Role, name: str) -> Command:
    return Command(Actor(f"{role}:{name}", name, role), NOW, SeededEntropy(name), world.authority)


async def newest_of_each_clock(world: World, cmd: Command) -> list[ReminderRow]:
    """Counted one by one."""
    held: dict[object, ReminderRow] = {}
    for row in sorted(await open_reminders(world.authority), key=lambda one: (one.noted_on, one.id)):
        if addressed(cmd.actor, row):
            held[row.clock] = row
    return sorted(held.values(), key=lambda one: (one.due_on, one.matter.value, one.subject))


async def pages(world: World, cmd: Command, limit: int) -> list[ReminderShown]:
    page = await reminder_page(cmd, world.authority, limit=limit)
    found = list(page.reminders)
    while page.after is not None:
        page = await reminder_page(cmd, world.authority, after=page.after, limit=limit)
        assert page.reminders
        found += page.reminders
    return found


@pytest.mark.parametrize(("role", "name"), READERS)
async def test_pages_hold_each_clock_once_those_not_seen_first(world: World, role: Role, name: str) -> None:
    cmd = reader(world, role, name)
    rows = await newest_of_each_clock(world, cmd)
    assert rows
    assert [one.reminder for one in await my_reminders(cmd, world.authority)] == rows
    for row in rows[::2]:
        await see_reminder(cmd, row.id)
    wanted = [*(row for row in rows if row not in rows[::2]), *rows[::2]]
    for limit in (1, 2, 50):
        found = await pages(world, cmd, limit)
        assert [one.reminder for one in found] == wanted
        assert [one.seen for one in found] == [row in rows[::2] for row in wanted]
    unseen = await my_reminders(cmd, world.authority, unseen=True)
    assert [one.reminder for one in unseen] == [row for row in rows if row not in rows[::2]]
    assert await first_reminders(cmd, world.authority, 2) == (await my_reminders(cmd, world.authority))[:2]


@pytest.mark.parametrize(("role", "name"), READERS)
async def test_they_are_counted_up_to_a_bound_and_what_is_late_first(world: World, role: Role, name: str) -> None:
    cmd = reader(world, role, name)
    rows = await newest_of_each_clock(world, cmd)
    late = sum(row.due_on < TODAY for row in rows)
    assert await count_reminders(cmd, world.authority, most=100) == (len(rows), late)
    assert await count_reminders(cmd, world.authority, most=late or 1) == (late or 1, late)
    await see_reminder(cmd, rows[0].id)
    unseen = await count_reminders(cmd, world.authority, most=100, unseen=True)
    assert unseen == (len(rows) - 1, late - (rows[0].due_on < TODAY))


@pytest.mark.parametrize("after", ["", "2:2026-03-02:plan:1", "0:soon:plan:1", "0::plan:1", "1:2026-03-02:nothing:1"])
async def test_a_place_that_no_page_gave_is_refused(db: Engine, cmd: Command, after: str) -> None:
    with pytest.raises(Invalid):
        await reminder_page(cmd, UUID(int=1), after=after)
