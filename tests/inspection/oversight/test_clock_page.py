"""A page of the clocks says what all of them together say: the same clocks, in the same order, counted alike."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from inspection.authority.tables import Unit
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid
from inspection.oversight.clock_filters import ClockFilter, chosen, key_of
from inspection.oversight.clock_page import ClockPage, clock_page
from inspection.oversight.clocks import Matter, RunningClock, running_clocks, summaries
from inspection.planning.tables import Task
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, TaskKind
from inspection.publicity.penalties.tables import Penalty
from inspection.publicity.tables import Publication
from inspection.visits.review.tables import LegalDue, LegalReview
from inspection.visits.tables import VisitTask
from tests.inspection.oversight.test_clocks import settled_world
from tests.inspection.publicity.world import FORMED, RULES, World, insert

TODAY = date(2026, 4, 1)
JOINT, FILED = "anyue-joint.2020", "xinglongtai-market.2019"
DUE = (-3, -3, 0, 4, None)
"""Days from today; two results are due on one day."""
HELD: tuple[dict[str, Any], ...] = (
    {"state": "open"},
    {"state": "open", "started_on": None},
    {"state": "approved", "approved_by": "chief"},
    {"state": "approved", "approved_by": "leader"},
    {"state": "withheld", "approved_by": "chief", "withheld_ground": "privacy"},
    {"state": "withheld", "approved_by": "chief", "withheld_ground": "privacy", "withheld_until": TODAY},
    {"state": "withheld", "withheld_ground": "privacy", "withheld_until": TODAY + timedelta(days=1)},
    {"state": "withheld", "approved_by": "chief", "withheld_ground": "privacy", "withheld_until": date(2027, 1, 1)},
)
PUBLIC = {"clock": "result_formed", "due_provisional": False, "late": False, "object_search": "", "created_at": FORMED}


def on(days: int | None) -> date | None:
    return TODAY + timedelta(days=days) if days is not None else None


async def add_result(world: World, place: int, held: dict[str, Any], days: int | None) -> None:
    visit = await world.add_visit(object_name=f"店{place}")
    told = {"started_on": date(2026, 3, 2), **held} | {"withheld_reason": "r", "withheld_by": "x"}
    of = {"authority": world.authority, "visit": visit.id, "outcome": visit.outcome, "task": world.task}
    await insert(Publication, object_name=f"店{place}", due_on=on(days), **of, **PUBLIC, **told)
    if place % 4 == 0:
        # What was corrected stands in the place of the first, by which its publication goes on.
        corrected = place % 12 == 0
        outcome = await world.add_outcome(visit.id, "[]", replaces=visit.outcome) if corrected else visit.outcome
        await insert(
            LegalDue, because="[]", asked_at=FORMED, outcome=outcome, visit=visit.id, authority=world.authority
        )
        if place % 8 == 0:
            await insert(LegalReview, outcome=outcome, agreed=place % 16 == 0)


async def add_task(world: World, place: int, **told: Any) -> UUID:
    words = {"kind": TaskKind.RANDOM.value, "draw_mode": DrawMode.UNTARGETED.value, "filter": "{}", "rule_set": RULES}
    words |= {"match_kind": MatchKind.AUTOMATIC.value, "match_mode": MatchMode.SCATTERED.value, "state": "drawn"}
    number = {"number": f"抽查{place}号", "name": f"抽查{place}", "authority": world.authority, "item": world.item}
    return await insert(Task, **words | number | told)


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    """Results in every state, tasks with every clock, and a unit to which some of them belong."""
    world = await settled_world(cmd)
    for place, (held, days) in enumerate(product(HELD, DUE)):
        await add_result(world, place, held, days)
    by = {"authority": world.authority, "object": (await world.add_visit()).object, "entered_by": "chief"}
    penalty = await insert(Penalty, rule_set=RULES, number="罚1号", **by)
    told = {"authority": world.authority, "penalty": penalty, "state": "approved", "approved_by": "chief"}
    await insert(Publication, object_name="店", due_on=TODAY, started_on=TODAY, **told, **PUBLIC)
    for place, (days, state) in enumerate(product((-2, 0, 9), ("drawn", "returned", "cancelled", "preset"))):
        await add_task(world, place, ends_on=on(days), state=state)
    ends = {"ends_on": TODAY, "drawn_at": FORMED}
    await add_task(world, 20, rule_set=JOINT, draw_mode=DrawMode.CROSS_DEPARTMENT.value, **ends)
    await add_task(world, 21, rule_set=FILED, **ends)
    await add_task(world, 22, rule_set=FILED, completed_at=FORMED, state="completed", **ends)
    await add_task(world, 23, approve_by=TODAY, kind=TaskKind.EMERGENCY.value, **ends)
    return world


async def read_whole(world: World, asked: ClockFilter, limit: int) -> tuple[list[RunningClock], ClockPage]:
    """All pages, one after the other, and the first of them."""
    first = page = await clock_page(world.authority, TODAY, asked, limit=limit)
    found = list(page.clocks)
    while page.after is not None:
        page = await clock_page(world.authority, TODAY, asked, after=page.after, limit=limit)
        assert page.clocks
        found += page.clocks
        assert page.summaries == first.summaries
    return found, first


async def test_its_pages_hold_what_all_clocks_together_hold_whatever_is_asked_for(world: World) -> None:
    unit = await insert(Unit, authority=world.authority, name="科")
    await Task.update(unit=unit).where(Task.number.is_in(["抽查0号", "抽查4号", "抽查20号"]))
    (of_unit,) = (await Task.select(Task.id).where(Task.number == "抽查0号").output(as_list=True)) or [None]
    visits = await Publication.select(Publication.visit).where(Publication.visit.is_not_null()).output(as_list=True)
    for visit in sorted(visits)[::3]:
        await insert(VisitTask, visit=visit, task=of_unit, item=world.item, checklist=world.checklist, draw=world.draw)
    every = (await running_clocks(world.authority, TODAY)).clocks
    assert {Matter.PUBLICATION, Matter.WINDOW, Matter.APPROVAL, Matter.JOINT_START, Matter.LIST_FILING} <= {
        one.matter for one in every
    }
    roles = (None, Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEGAL, Role.LEADER)
    matters = (None, Matter.PUBLICATION, Matter.WINDOW, Matter.PLAN, Matter.LIST_FILING)
    asked = [ClockFilter(whose=whose) for whose in roles] + [ClockFilter(matter=one, late=True) for one in matters]
    asked += [ClockFilter(matter=one, unit=unit) for one in matters] + [
        ClockFilter(person="王"),
        ClockFilter(person=""),
    ]
    asked += [ClockFilter(whose=whose, late=True, unit=unit) for whose in roles]
    for one in asked:
        wanted = await chosen(every, one)
        found, first = await read_whole(world, one, limit=7)
        assert [key_of(clock) for clock in found] == [key_of(clock) for clock in wanted], one
        assert found == wanted
        assert first.summaries == summaries(wanted)
        assert (first.running, first.late) == (len(wanted), sum(clock.late for clock in wanted))


async def test_a_page_goes_on_behind_a_clock_that_runs_no_more(world: World) -> None:
    whole, first = await read_whole(world, ClockFilter(), limit=5)
    gone = first.clocks[-1]
    assert gone.matter is Matter.PUBLICATION
    await Publication.update(state="published").where(Publication.id == UUID(gone.subject))
    page = await clock_page(world.authority, TODAY, ClockFilter(), after=first.after, limit=5)
    assert list(page.clocks) == whole[5:10]


@pytest.mark.parametrize("after", ["", "yesterday", "2026-04-01:nothing:1", "2026-04-01:publication:1", "2026-04-01"])
async def test_a_place_that_no_page_gave_is_refused(db: Engine, cmd: Command, after: str) -> None:
    with pytest.raises(Invalid):
        await clock_page(UUID(int=1), TODAY, ClockFilter(), after=after)
