"""When a year's plan is made: its first and last day, and what is overdue (兴隆台 六(二), 安岳 二(一), 威海 11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.authority.found import found_authority
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar.seed import packaged_exceptions
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid
from inspection.planning.approve_plan import approve_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.plan_lines import LineChange
from inspection.planning.plan_review import plan_duties
from inspection.planning.plan_rules import DutyState, PlanHead, PlanState, plan_due, plan_duty
from inspection.planning.publish_plan import publish_plan
from inspection.policy.model import RuleSet
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from tests.conftest import MakeCommand
from tests.inspection.planning.worlds import SPACE
from tests.support.rulesets import BY_CODE, each_rule_set

YEARS = packaged_exceptions()
CALENDAR = WorkCalendar({d: works for y in YEARS.values() for d, (works, _) in y.items()}, frozenset(YEARS))


def head(**facts: object) -> PlanHead:
    made = PlanHead(SPACE, SPACE, 2026, 1, PlanState.DRAFTED, None, None)
    return replace(made, **facts)  # type: ignore[arg-type]


def state(rules: RuleSet, on: date, *heads: PlanHead) -> DutyState | None:
    duty = plan_duty(SPACE, rules, 2026, heads, plan_due(rules, 2026, CALENDAR), on)
    return duty.state if duty else None


@pytest.mark.parametrize(
    ("code", "due", "opens"),
    [
        ("xinglongtai-market", date(2025, 12, 31), date(2025, 11, 19)),
        ("anyue-joint", date(2026, 1, 31), None),
        ("jinfeng-commerce", date(2026, 1, 31), None),
        ("weihai-jingkai-commerce", date(2026, 1, 10), None),
        ("quanzhou-economy", date(2026, 1, 31), None),
    ],
)
def test_every_authority_has_its_own_last_day(code: str, due: date, opens: date | None):
    dates = plan_due(BY_CODE[code], 2026, CALENDAR)
    assert (dates.due.day, dates.opens.day if dates.opens else None) == (due, opens)


def test_a_first_day_that_crosses_days_without_a_holiday_notice_is_provisional():
    bare = WorkCalendar({}, frozenset())
    dates = plan_due(BY_CODE["xinglongtai-market"], 2026, bare)
    assert dates.opens is not None
    assert dates.opens.provisional
    duty = plan_duty(SPACE, BY_CODE["xinglongtai-market"], 2026, [], dates, date(2025, 12, 31))
    assert duty is not None
    assert duty.provisional


@each_rule_set
def test_a_plan_is_looked_for_from_its_first_day_and_overdue_after_its_last(rules: RuleSet):
    dates = plan_due(rules, 2026, CALENDAR)
    due = dates.due.day
    first = dates.opens.day if dates.opens else due - timedelta(days=30)
    assert state(rules, first - timedelta(days=1)) is None
    assert state(rules, first) in {DutyState.OPEN, DutyState.DUE_SOON}
    assert state(rules, due) is DutyState.DUE_SOON
    assert state(rules, due, head()) is DutyState.DUE_SOON
    assert state(rules, due + timedelta(days=1)) is DutyState.OVERDUE
    assert state(rules, due + timedelta(days=1), head(state=PlanState.RETURNED)) is DutyState.OVERDUE


@each_rule_set
def test_an_approved_plan_is_done_once_it_is_published_where_it_must_be(rules: RuleSet):
    at = datetime(2026, 6, 1, tzinfo=UTC)
    approved = head(state=PlanState.APPROVED, approved_at=at)
    after = plan_due(rules, 2026, CALENDAR).due.day + timedelta(days=200)
    assert state(rules, after, approved) is (DutyState.UNPUBLISHED if rules.plan.published else DutyState.DONE)
    assert state(rules, after, replace(approved, published_at=at)) is DutyState.DONE
    duty = plan_duty(SPACE, rules, 2026, [approved], plan_due(rules, 2026, CALENDAR), after)
    assert duty is not None
    assert duty.late == (plan_due(rules, 2026, CALENDAR).due.day < date(2026, 6, 1))


@settings(max_examples=150)
@given(offset=st.integers(-400, 400), approved_after=st.none() | st.integers(-40, 40))
def test_a_plan_is_never_both_overdue_and_approved(offset: int, approved_after: int | None):
    for rules in BY_CODE.values():
        due = plan_due(rules, 2026, CALENDAR).due.day
        heads = []
        if approved_after is not None:
            at = datetime(due.year, due.month, due.day, 4, tzinfo=UTC) + timedelta(days=approved_after)
            heads = [head(state=PlanState.FILED, approved_at=at)]
        found = state(rules, due + timedelta(days=offset), *heads)
        assert (found is DutyState.OVERDUE) == (offset > 0 and not heads)


async def test_what_is_due_is_told_for_every_authority_and_for_one(
    authority: UUID, cmd: Command, planner: Command, approver: Command
):
    other = await found_authority(cmd, code="a", name="某联席办", short_name="联席", rule_set="anyue-joint")
    on = date(2026, 3, 2)
    duties = await plan_duties(on)
    assert {(duty.authority, duty.year, duty.state) for duty in duties} == {
        (authority, 2026, DutyState.OVERDUE),
        (other.id, 2026, DutyState.OVERDUE),
    }
    drafted = await draft_plan(planner, authority=authority, year=2026)
    await approve_plan(approver, drafted.id)
    (mine,) = await plan_duties(on, authority)
    assert (mine.state, mine.plan, mine.late) == (DutyState.UNPUBLISHED, drafted.id, True)
    await publish_plan(approver, drafted.id)
    assert await plan_duties(on, authority) == []
    assert [duty.state for duty in await plan_duties(on, authority, every=True)] == [DutyState.DONE]
    december = await plan_duties(date(2026, 12, 20), authority)
    assert [(duty.year, duty.state) for duty in december] == [(2027, DutyState.OPEN)]


async def test_a_plan_that_the_list_has_outgrown_is_on_the_list_of_duties(
    authority: UUID, cmd: Command, planner: Command, approver: Command
):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    await approve_plan(approver, drafted.id)
    await publish_plan(approver, drafted.id)
    grown = seed_items() + seed_items().splitlines()[-1].replace(b"SW05,", b"SW06,") + b"\n"
    await import_items(cmd, grown, authority=authority)
    await publish_items(cmd, authority=authority)
    (duty,) = await plan_duties(date(2026, 3, 2), authority)
    assert duty.state is DutyState.INCOMPLETE
    assert [gap.facts["item"] for gap in duty.gaps] == ["SW06"]


async def test_a_plan_before_its_first_day_is_early_and_not_refused(db: Engine, cmd: Command, make_cmd: MakeCommand):
    row = await found_authority(cmd, code="x", name="某市监局", short_name="市监", rule_set="xinglongtai-market")
    await import_items(cmd, seed_items(), authority=row.id, checklists=seed_checklists())
    await publish_items(cmd, authority=row.id)
    opens = date(2025, 11, 19)
    changes = {code: LineChange(ratio=Fraction(1, 20)) for code in ("SW04", "SW05")}
    early = make_cmd(Role.PLANNER, "经办人", now=datetime(2025, 11, 18, 15, 59, tzinfo=UTC))
    drafted = await draft_plan(early, authority=row.id, year=2026, changes=changes)
    assert (drafted.opens_on, drafted.early, drafted.late) == (opens, True, False)
    on_time = make_cmd(Role.PLANNER, "经办人", now=datetime(2025, 11, 18, 16, 0, tzinfo=UTC))
    again = await draft_plan(
        on_time, authority=row.id, year=2026, changes=changes, revise=True, reason="提前编制，重新确认"
    )
    assert not again.early
    with pytest.raises(Invalid) as refusal:
        await draft_plan(on_time, authority=row.id, year=2025)  # neither list nor rule-set states a ratio for two
    assert str(refusal.value.facts["findings"]).count("planning.ratio_missing") == 2
