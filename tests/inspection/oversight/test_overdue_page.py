"""Of very much that was not done by its day the latest is told, and how much there is; and it is all of one list."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.oversight.clocks import Matter
from inspection.oversight.overdue.listing import overdue, overdue_page
from inspection.publicity.tables import Publication
from tests.inspection.oversight.test_clock_page import PUBLIC, add_task
from tests.inspection.oversight.test_clocks import settled_world
from tests.inspection.publicity.world import World, insert

TODAY = date(2026, 4, 20)
FIRST, LAST = date(2026, 3, 1), date(2026, 4, 30)


async def add_result(world: World, place: int, due: date, **told: Any) -> None:
    visit = await world.add_visit(object_name=f"店{place}")
    of = {"authority": world.authority, "visit": visit.id, "outcome": visit.outcome, "task": world.task}
    await insert(Publication, object_name=f"店{place}", due_on=due, **of, **PUBLIC | told)


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    """Results that are out in time, out late and not out, due before, in and behind the span; and a late task."""
    world = await settled_world(cmd)
    dues = (date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 20), date(2026, 4, 30))
    for place, (due, days) in enumerate(product(dues, (None, -1, 1, 9))):
        # Seven in the evening of one day is three in the morning of the next in Beijing.
        at = datetime(due.year, due.month, due.day, 19, tzinfo=UTC) + timedelta(days=days - 1) if days else None
        out = {"state": "published", "published_at": at, "late": bool(days and days > 0)}
        await add_result(world, place, due, **(out if at else {"state": "approved"}))
    await add_result(world, 90, date(2026, 3, 2), state="withheld")
    await add_result(world, 91, date(2026, 3, 2), state="withdrawn")
    await add_task(world, 1, ends_on=date(2026, 3, 10))
    await add_task(world, 2, ends_on=date(2026, 3, 10), completed_at=datetime(2026, 3, 10, 20, tzinfo=UTC))
    return world


async def test_it_is_what_is_late_of_everything_due_in_the_span(world: World) -> None:
    found = await overdue(world.authority, FIRST, LAST, TODAY)
    assert {one.due_on for one in found} == {date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 31), *_due_since()}
    by_state = {(one.due_on, one.done_on) for one in found if one.matter is Matter.PUBLICATION}
    late = {(day, day + timedelta(days=days)) for day in _in_span() for days in (1, 9)}
    assert by_state == late | {(date(2026, 3, 2), None), (date(2026, 3, 31), None)}
    assert [one.days for one in found] == sorted((one.days for one in found), reverse=True)
    tasks = [(one.name, one.done_on, one.days) for one in found if one.matter is Matter.WINDOW]
    assert tasks == [("抽查1号 抽查1", None, 41), ("抽查2号 抽查2", date(2026, 3, 11), 1)]


@pytest.mark.parametrize("most", [1, 3, 5, 100])
async def test_a_page_is_the_first_of_them_and_counts_them_all(world: World, most: int) -> None:
    whole = await overdue(world.authority, FIRST, LAST, TODAY)
    page = await overdue_page(world.authority, FIRST, LAST, TODAY, most)
    assert (list(page.found), page.count) == (whole[:most], len(whole))


def _in_span() -> tuple[date, ...]:
    return (date(2026, 3, 2), date(2026, 3, 31), *_due_since())


def _due_since() -> tuple[date, ...]:
    """Due today or later: late only what is said to have gone out later still."""
    return (date(2026, 4, 20), date(2026, 4, 30))
