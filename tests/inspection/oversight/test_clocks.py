"""One page of clocks: every matter of the house with its day, its state and whose it is; on both engines."""

from datetime import UTC, date, datetime

import pytest
from piccolo.columns import Column

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.oversight.clocks import Matter, running_clocks
from inspection.planning.plan_rules import PlanState
from inspection.planning.tables import AnnualPlan, Task
from inspection.planning.task_clocks import ClockKind
from inspection.planning.task_states import TaskState
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, TaskKind
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel
from inspection.publicity.open_publications import open_publications, start_clocks
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import FORMED, RULES, World, build_world
from tests.inspection.visits.late_filing.world import AD_HOC, Office
from tests.inspection.visits.outside_world import build

LAST = date(2026, 3, 30)  # 20 working days after 2 March 2026


async def settled_world(cmd: Command, code: str = "sw") -> World:
    """Whose plan is in force and whose task is over, so that only what a test is about runs."""
    world = await build_world(cmd, code)
    await AnnualPlan.update(state=PlanState.FILED.value, approved_at=FORMED, force=True)
    words: dict[str, str] = {
        "kind": TaskKind.RANDOM,
        "draw_mode": DrawMode.UNTARGETED,
        "match_kind": MatchKind.AUTOMATIC,
    }
    words |= {"match_mode": MatchMode.SCATTERED, "state": TaskState.CLOSED, "filter": "{}", "rule_set": RULES}
    told: dict[Column | str, str] = {name: str(word) for name, word in words.items()}
    await Task.update(told, force=True)
    return world


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await settled_world(cmd)


def test_every_clock_of_a_task_is_a_matter_of_the_page() -> None:
    assert {kind.value for kind in ClockKind} <= {matter.value for matter in Matter}


async def test_a_result_waits_for_its_approver_then_for_its_publisher_and_is_late_after_its_day(
    world: World, cmd: Command, make_cmd: MakeCommand
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    await start_clocks(cmd, authority=world.authority)
    (one,) = (await running_clocks(world.authority, LAST, within=0)).clocks
    assert (one.matter, one.due_on, one.days, one.late) == (Matter.PUBLICATION, LAST, 0, False)
    assert (one.to_do, one.whose) == ("not_approved", Role.APPROVER)
    await approve_publication(make_cmd(Role.APPROVER, "分管负责人"), visit_id=visit.id, secrecy_reviewed=True)
    found = (await running_clocks(world.authority, date(2026, 3, 31), within=0)).clocks
    (one,) = [each for each in found if each.matter is Matter.PUBLICATION]
    assert (one.days, one.late, one.to_do, one.whose) == (-1, True, "publish", Role.PLANNER)


async def test_an_objection_names_its_reviewer_and_what_is_late_stands_first(
    world: World, cmd: Command, make_cmd: MakeCommand
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    await start_clocks(cmd, authority=world.authority)
    party = make_cmd(Role.PUBLIC, "public", now=datetime(2026, 3, 10, 1, 0, tzinfo=UTC))
    await receive_objection(
        party, visit_id=visit.id, form="f", channel=Channel.DOOR, grounds="有异议", name="李店主", contact="010"
    )
    page = await running_clocks(world.authority, date(2026, 4, 1))
    found = page.clocks
    assert found[0].late
    assert [one.late for one in found] == sorted((one.late for one in found), reverse=True)
    (objection,) = [one for one in found if one.matter is Matter.OBJECTION]
    assert (objection.to_do, objection.whose, objection.person, objection.late) == ("take", Role.LEGAL, None, False)
    told = {one.matter: (one.running, one.late) for one in page.summaries}
    assert told[Matter.PUBLICATION] == (1, 1)
    assert told[Matter.OBJECTION] == (1, 0)
    assert told[Matter.FILING] == (0, 0)
    assert set(told) == set(Matter)


async def test_nothing_of_another_authority_is_on_the_page(world: World, cmd: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    other = await settled_world(cmd, "other")
    matters = {one.matter for one in (await running_clocks(other.authority, LAST)).clocks}
    assert Matter.PUBLICATION not in matters
    assert (await running_clocks(other.authority, LAST, within=0)).clocks == ()


async def test_a_visit_that_nobody_assigned_is_on_the_page_until_it_is_filed(db: Engine, cmd: Command) -> None:
    await seed_calendar(cmd)
    office = Office(await build())
    await office.went()
    authority = office.world.authority
    page = await running_clocks(authority, office.world.now.date())
    found = [one for one in page.clocks if one.matter is Matter.FILING]
    assert [(one.subject, one.late, one.whose) for one in found] == [(str(AD_HOC), False, Role.PLANNER)]
