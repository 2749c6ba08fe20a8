"""The same inspector, the same door, nothing found, again and again: counted by the rule, explained before the next."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, read
from inspection.policy.model import RuleSet
from inspection.visits.repeats.explain import MAX_REASON, explain_run
from inspection.visits.repeats.rules import Been, months_before, run_before, runs
from inspection.visits.repeats.tables import RunExplanation
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.outcomes import OutcomeCode
from mobile_contract.problems import ProblemCode
from tests.inspection.visits.world import World, build_world
from tests.support.rulesets import BY_CODE, each_rule_set

RULE = BY_CODE["weihai-jingkai-commerce"].warnings  # three in a row within twelve months
WHO, DOOR, START = UUID(int=7), "9137", date(2025, 3, 2)
VISITS = st.lists(st.tuples(st.integers(0, 700), st.booleans()), max_size=12)


def been(*told: tuple[int, bool]) -> list[Been]:
    """Visits so many days after the first day, and whether nothing was found."""
    return [Been(UUID(int=n), START + timedelta(days=day), clean) for n, (day, clean) in enumerate(told, 1)]


def test_three_in_a_row_within_a_year_are_a_run_and_a_finding_breaks_it() -> None:
    (run,) = runs(WHO, DOOR, been((0, True), (100, True), (200, True)), RULE)
    assert (run.through, run.first, run.last) == (UUID(int=3), START, START + timedelta(days=200))
    assert runs(WHO, DOOR, been((0, True), (100, False), (200, True), (300, True)), RULE) == []
    assert runs(WHO, DOOR, been((0, True), (100, True)), RULE) == []


def test_a_run_lies_within_twelve_months_to_the_day() -> None:
    within, beyond = (date(2026, 3, 2) - START).days, (date(2026, 3, 3) - START).days
    assert runs(WHO, DOOR, been((0, True), (100, True), (within, True)), RULE)
    assert runs(WHO, DOOR, been((0, True), (100, True), (beyond, True)), RULE) == []
    held = been((0, True), (100, True), (200, True))
    assert run_before(WHO, DOOR, held, date(2026, 3, 2), RULE)
    assert run_before(WHO, DOOR, held, date(2026, 3, 3), RULE) is None


def test_a_month_without_that_day_ends_on_its_last() -> None:
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)


@each_rule_set
def test_how_many_in_a_row_is_the_rule_sets_word(rules: RuleSet) -> None:
    rule = rules.warnings
    held = been(*((day, True) for day in range(rule.clean_in_a_row)))
    assert len(runs(WHO, DOOR, held, rule)) == 1
    assert runs(WHO, DOOR, held[1:], rule) == []


@given(told=VISITS)
def test_runs_are_those_that_a_plain_look_at_every_stretch_finds(told: list[tuple[int, bool]]) -> None:
    held = been(*told)
    ordered = sorted(held, key=lambda one: (one.on, str(one.visit)))
    plain = [
        part[-1].visit
        for part in (ordered[n : n + 3] for n in range(len(ordered) - 2))
        if all(one.clean for one in part) and part[0].on >= months_before(part[-1].on, 12)
    ]
    assert [run.through for run in runs(WHO, DOOR, held, RULE)] == plain


@given(told=VISITS, more=st.integers(0, 700))
def test_what_comes_before_a_visit_is_the_newest_run_or_none(told: list[tuple[int, bool]], more: int) -> None:
    day, held = START + timedelta(days=more), been(*told)
    before = run_before(WHO, DOOR, held, day, RULE)
    upto = sorted((one for one in held if one.on <= day), key=lambda one: (one.on, str(one.visit)))
    if before is None:
        last = upto[-3:]
        assert len(last) < 3 or not all(one.clean for one in last) or last[0].on < months_before(day, 12)
    else:
        assert before.through == upto[-1].visit
        assert before.visits == tuple(one.visit for one in upto[-3:])


@pytest.fixture
async def world(db: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    return await build_world(monkeypatch)


async def approved(world: World, *, problem: bool = False, team: tuple[int, int] = (0, 1), door: int = 0) -> UUID:
    """A visit of this team at this door, recorded and approved by the section head."""
    visit = await world.open_visit(objects=(door,), team=team)
    await settled(world, visit, team, problem=problem)
    return visit


async def settled(world: World, visit: UUID, team: tuple[int, int], *, problem: bool = False) -> None:
    await recorded(world, visit, team)
    choices = []
    if problem:
        (task,) = [one.task for one in world.draws.values()][-1:]
        choices = [Choice(task, (OutcomeCode.RECTIFIED,), "当场改正")]
    await approve_visit(world.head, visit_id=visit, seen=await world.seen(visit), choices=choices)


async def recorded(world: World, visit: UUID, team: tuple[int, int]) -> None:
    tablets = [world.tablet(who, visit) for who in team]
    for one in tablets:
        one.answer("f1", "yes")
        one.answer("f2", "yes")
    first, second = tablets
    first.answer("f3", "not_applicable")
    first.sign(*first.entries)
    first.submit()
    second.submit()
    await world.push(*first.entries, *second.entries)


async def test_the_next_record_is_not_approved_before_somebody_else_explained_the_run(world: World) -> None:
    through = [await approved(world) for _ in range(3)][-1]
    visit = await world.open_visit()
    await recorded(world, visit, (0, 1))
    seen = await world.seen(visit)
    with pytest.raises(Conflict) as refused:
        await approve_visit(world.head, visit_id=visit, seen=seen)
    assert refused.value.code is ProblemCode.RUN_UNEXPLAINED
    assert refused.value.facts["visits"] == 3
    assert set(refused.value.facts["inspectors"]) == {str(one) for one in world.people[:2]}  # type: ignore[arg-type]
    for who in world.people[:2]:
        with pytest.raises(Refused) as own:
            await explain_run(world.cmd(Role.LEADER, who), inspector=who, through=through, reason="没有问题")
        assert own.value.code is ProblemCode.SAME_PERSON
        assert await explain_run(world.head, inspector=who, through=through, reason="新开业，设备齐全")
    await approve_visit(world.head, visit_id=visit, seen=seen)
    lines = [line for line in await read(f"visit:{through}") if line.kind is EventKind.RUN_EXPLAINED]
    assert [line.payload["reason"] for line in lines] == ["新开业，设备齐全"] * 2


async def test_a_further_clean_visit_is_to_be_explained_again(world: World) -> None:
    through = [await approved(world) for _ in range(3)][-1]
    for who in world.people[:2]:
        await explain_run(world.head, inspector=who, through=through, reason="新开业")
    await approved(world)
    visit = await world.open_visit()
    await recorded(world, visit, (0, 1))
    with pytest.raises(Conflict):
        await approve_visit(world.head, visit_id=visit, seen=await world.seen(visit))


async def test_a_finding_another_door_or_another_team_needs_no_explanation(world: World) -> None:
    await approved(world)
    await approved(world)
    await approved(world, problem=True)
    await approved(world)
    await approved(world)
    await approved(world, door=1)
    await approved(world, team=(2, 3))
    assert await RunExplanation.count() == 0


async def test_an_explanation_says_something_and_the_first_one_stays(world: World) -> None:
    visit, who = await approved(world), world.people[0]
    for nothing in ("", "  ", "长" * (MAX_REASON + 1)):
        with pytest.raises(Invalid):
            await explain_run(world.head, inspector=who, through=visit, reason=nothing)
    assert await explain_run(world.head, inspector=who, through=visit, reason="第一次")
    assert not await explain_run(world.head, inspector=who, through=visit, reason="第二次")
    assert [row["reason"] for row in await RunExplanation.select(RunExplanation.reason)] == ["第一次"]
    with pytest.raises(Exception, match="append-only"):
        await RunExplanation.update({RunExplanation.reason: "改"}, force=True)
