"""A report is drafted out of the figures, approved by somebody else as it was read, and filed; its clock tells."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from inspection.authority.tables import Authority
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.oversight.clocks import Matter, running_clocks
from inspection.oversight.overdue.listing import overdue
from inspection.oversight.reports import plots, store
from inspection.oversight.reports.draft import approve_report, draft_report, file_report, known_report
from inspection.oversight.reports.store import ReportRow
from inspection.oversight.reports.tables import Report
from inspection.oversight.reports.value import frozen, thawed
from inspection.planning.tables import AnnualPlan
from inspection.publicity.open_publications import open_publications, start_clocks
from mobile_contract.problems import ProblemCode
from tests.inspection.oversight.test_clocks import settled_world
from tests.inspection.publicity.world import World, build_world

SPRING = datetime(2026, 3, 30, 1, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
BODY = "joint-conference"


@pytest.fixture(autouse=True)
def plain_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have their own tests: here a stroke is enough of one."""

    async def stroke(specs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        return tuple(f"<svg><title>{number}</title></svg>" for number, _ in enumerate(specs))

    monkeypatch.setattr(plots, "drawn", stroke)


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    """An authority of 安岳 with a result that waits; founded on 2 March 2026."""
    world = await settled_world(cmd)
    await Authority.update({Authority.rule_set: "anyue-joint"}, force=True)
    await AnnualPlan.update({AnnualPlan.rule_set: "anyue-joint.2020"}, force=True)
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    await start_clocks(cmd, authority=world.authority)
    return world


def act(world: World, role: Role, who: str = "1", now: datetime = SPRING) -> Command:
    return Command(
        Actor(f"{role}:{who}", f"{role}{who}", role), now, SeededEntropy(f"{role}{who}{now}"), world.authority
    )


async def drafted(world: World, now: datetime = SPRING, period: str = "2026Q1") -> ReportRow:
    return await draft_report(act(world, Role.PLANNER, now=now), world.authority, period, remarks=" 一切正常 ")


async def clock(world: World, today: date) -> dict[str, tuple[str, Role, bool]]:
    page = await running_clocks(world.authority, today)
    return {one.subject: (one.to_do, one.whose, one.late) for one in page.clocks if one.matter is Matter.REPORT}


async def test_a_report_goes_from_draft_to_file_and_its_clock_with_it(world: World) -> None:
    assert (await clock(world, date(2026, 3, 30)))["2026Q1"] == ("due", Role.PLANNER, False)
    row = await drafted(world)
    assert (await clock(world, date(2026, 3, 30)))["2026Q1"] == ("draft", Role.APPROVER, False)
    await approve_report(act(world, Role.APPROVER), row.id, seen=row.digest)
    assert (await clock(world, date(2026, 4, 1)))["2026Q1"] == ("approved", Role.PLANNER, True)
    filed = await file_report(act(world, Role.LEGAL), row.id, body=BODY, reference="安市监函〔2026〕3号")
    assert [one.body for one in filed.filings] == [BODY]
    assert "2026Q1" not in await clock(world, date(2026, 4, 1))
    assert set(await clock(world, date(2026, 4, 1))) == {"2026", "2026Q2"}
    kinds = [line.kind for line in await read(f"report:{row.id}")]
    assert kinds == [EventKind.REPORT_DRAFTED, EventKind.REPORT_APPROVED, EventKind.REPORT_FILED]


async def test_what_is_frozen_stays_though_the_figures_move_on(world: World) -> None:
    first = await drafted(world)
    second = await drafted(world, APRIL)
    kept = await known_report(act(world, Role.SUPERVISOR), first.id)
    assert frozen(thawed(kept.value)) == (kept.value, first.digest)
    assert (first.version, second.version, second.number) == (1, 2, "sw-BG-2026Q1-2")
    assert first.digest != second.digest
    late = [(one.matter, one.due_on) for one in thawed(second.value).late]
    assert ("publication", "2026-03-30") in late
    assert thawed(first.value).late == ()
    assert thawed(first.value).remarks == "一切正常"
    pictures = [one for plot in thawed(first.value).plots for one in (plot.zh, plot.en)]
    assert len(set(pictures)) == len(pictures) == 14
    with pytest.raises(Exception, match="append-only"):
        await Report.update({Report.value: "{}"}).where(Report.id == first.id)


async def test_nobody_approves_his_own_nor_what_he_did_not_read_nor_an_older_version(world: World) -> None:
    old = await drafted(world)
    with pytest.raises(StaleScreen):
        await approve_report(act(world, Role.APPROVER), old.id, seen="0" * 64)
    with pytest.raises(Refused) as own:
        await approve_report(act(world, Role.PLANNER), old.id, seen=old.digest)
    assert own.value.code is ProblemCode.SAME_PERSON
    row = await drafted(world, APRIL)
    with pytest.raises(Conflict):
        await approve_report(act(world, Role.APPROVER), old.id, seen=old.digest)
    await approve_report(act(world, Role.APPROVER), row.id, seen=row.digest)
    with pytest.raises(Conflict):
        await approve_report(act(world, Role.APPROVER, "2"), row.id, seen=row.digest)


async def test_only_an_approved_report_is_filed_with_a_body_of_the_rule_set_and_once(world: World) -> None:
    row = await drafted(world)
    clerk = act(world, Role.LEGAL)
    with pytest.raises(Conflict):
        await file_report(clerk, row.id, body=BODY, reference="1号")
    await approve_report(act(world, Role.APPROVER), row.id, seen=row.digest)
    for body, reference in (("nobody", "1号"), (BODY, " "), (BODY, "长" * 201)):
        with pytest.raises(Invalid):
            await file_report(clerk, row.id, body=body, reference=reference)
    await file_report(clerk, row.id, body=BODY, reference="1号")
    with pytest.raises(Conflict):
        await file_report(clerk, row.id, body=BODY, reference="2号")
    assert [one.reference for one in (await known_report(clerk, row.id)).filings] == ["1号"]


async def test_a_period_has_a_name_and_has_begun(world: World) -> None:
    for wrong in ("2026Q5", "spring"):
        with pytest.raises(Invalid):
            await drafted(world, period=wrong)
    with pytest.raises(Conflict):
        await drafted(world, period="2026Q3")
    assert await store.reports(world.authority) == []


async def test_a_report_of_another_authority_does_not_exist(world: World, cmd: Command) -> None:
    row = await drafted(world)
    other = await build_world(cmd, "other")
    for ask in (known_report(act(other, Role.SUPERVISOR), row.id),):
        with pytest.raises(NotFound):
            await ask


async def test_what_was_not_done_by_its_day_is_listed_with_who_had_it_and_by_how_much(world: World) -> None:
    year, today = (date(2026, 1, 1), date(2026, 12, 31)), date(2026, 4, 10)
    assert [one.matter for one in await overdue(world.authority, *year, date(2026, 3, 30))] == []
    found = {one.matter: one for one in await overdue(world.authority, *year, today)}
    assert set(found) == {Matter.PUBLICATION, Matter.REPORT}
    late, report = found[Matter.PUBLICATION], found[Matter.REPORT]
    assert (late.due_on, late.days, late.working_days, late.done_on) == (date(2026, 3, 30), 11, 8, None)
    assert [one.id for one in late.people] == ["leader"]
    assert (report.subject, report.due_on, report.whose) == ("2026Q1", date(2026, 3, 31), Role.PLANNER)
    assert await overdue(world.authority, date(2026, 1, 1), date(2026, 3, 29), today) == []
    row = await drafted(world, APRIL)
    await approve_report(act(world, Role.APPROVER, now=APRIL), row.id, seen=row.digest)
    await file_report(act(world, Role.LEGAL, now=APRIL), row.id, body=BODY, reference="1号")
    done = {one.matter: one for one in await overdue(world.authority, *year, date(2026, 5, 1))}[Matter.REPORT]
    assert (done.done_on, done.days) == (date(2026, 4, 10), 10)
