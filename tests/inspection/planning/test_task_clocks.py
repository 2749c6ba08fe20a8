"""The clocks of a task: what is due, what is overdue, what was met, under each rule-set."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import WorkCalendar
from inspection.planning.facts import TaskFacts
from inspection.planning.scope import Scope
from inspection.planning.task_clocks import Clock, ClockKind, ClockState, task_clocks
from inspection.planning.task_rules import Needs
from inspection.planning.task_states import TaskState
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, TaskKind
from tests.support.rulesets import ALL_RULE_SETS, BY_CODE, each_rule_set

SPACE = UUID(int=0)
# 1 to 5 May are a holiday, 9 May a Saturday that is worked.
CALENDAR = WorkCalendar({**{date(2026, 5, n): False for n in range(1, 6)}, date(2026, 5, 9): True}, frozenset({2026}))
ANYUE, XINGLONGTAI, WEIHAI = (
    BY_CODE["anyue-joint"],
    BY_CODE["xinglongtai-market"],
    BY_CODE["weihai-jingkai-commerce"],
)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def task(**changes: object) -> TaskFacts:
    nothing = dict.fromkeys(TaskFacts.__slots__)
    facts = {
        "id": SPACE,
        "authority": SPACE,
        "item": SPACE,
        "number": "商务抽查〔2026〕1号",
        "name": "某项检查",
        "kind": TaskKind.RANDOM,
        "draw_mode": DrawMode.UNTARGETED,
        "match_kind": MatchKind.AUTOMATIC,
        "match_mode": MatchMode.SCATTERED,
        "scope": Scope(),
        "needs": Needs(),
        "lead": "",
        "participants": (),
        "ratio": Fraction(1, 20),
        "team_size": 2,
        "scheme": "",
        "scheme_version": 1,
        "scheme_digest": "",
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2026, 8, 31),
        "state": TaskState.DRAWN,
        "rule_set": "",
        "preset_by": "",
        "preset_at": noon(date(2026, 4, 1)),
        "drawn_at": noon(date(2026, 4, 29)),
        "objects": (),
        "inspectors": (),
    }
    return TaskFacts(**{**nothing, **facts, **changes})


def clocks(facts: TaskFacts, rules: RuleSet, today: date, first_visit: date | None = None) -> dict[ClockKind, Clock]:
    return {one.kind: one for one in task_clocks(facts, first_visit, rules, CALENDAR, today)}


def test_joint_work_starts_within_five_working_days_of_the_draw() -> None:
    """安岳 二(二): 29 April, a Wednesday, before a holiday: 30 April and 6, 7, 8, 9 May."""
    joint = task(draw_mode=DrawMode.CROSS_DEPARTMENT)
    due = clocks(joint, ANYUE, date(2026, 5, 9))[ClockKind.JOINT_START]
    assert (due.due, due.state, due.days, due.article) == (date(2026, 5, 9), ClockState.OPEN, 0, ANYUE.task.article)
    assert clocks(joint, ANYUE, date(2026, 5, 10))[ClockKind.JOINT_START].state is ClockState.OVERDUE
    begun = clocks(joint, ANYUE, date(2026, 5, 20), date(2026, 5, 9))[ClockKind.JOINT_START]
    assert (begun.state, begun.done_on) == (ClockState.DONE, date(2026, 5, 9))
    late = clocks(joint, ANYUE, date(2026, 5, 20), date(2026, 5, 11))[ClockKind.JOINT_START]
    assert (late.state, late.days) == (ClockState.LATE, None)
    assert ClockKind.JOINT_START not in clocks(task(), ANYUE, date(2026, 5, 9))


def test_a_task_is_done_within_ninety_calendar_days_of_its_first_visit() -> None:
    """兴隆台 六(五)."""
    begun = date(2026, 5, 6)
    due = clocks(task(), XINGLONGTAI, date(2026, 8, 4), begun)[ClockKind.COMPLETION]
    assert (due.due, due.state, due.days) == (date(2026, 8, 4), ClockState.OPEN, 0)
    over = clocks(task(), XINGLONGTAI, date(2026, 8, 5), begun)[ClockKind.COMPLETION]
    assert (over.state, over.days) == (ClockState.OVERDUE, -1)
    done = task(state=TaskState.COMPLETED, completed_at=noon(date(2026, 8, 4)))
    assert clocks(done, XINGLONGTAI, date(2026, 9, 9), begun)[ClockKind.COMPLETION].state is ClockState.DONE
    assert ClockKind.COMPLETION not in clocks(task(), XINGLONGTAI, date(2026, 8, 5))


def test_the_drawn_list_is_to_be_filed_once_there_is_one() -> None:
    """兴隆台 六(三): no day is named."""
    drawn = clocks(task(), XINGLONGTAI, date(2027, 1, 1))[ClockKind.LIST_FILING]
    assert (drawn.due, drawn.state, drawn.days) == (None, ClockState.OPEN, None)
    filed = clocks(task(filed_at=noon(date(2026, 5, 6))), XINGLONGTAI, date(2027, 1, 1))[ClockKind.LIST_FILING]
    assert (filed.state, filed.done_on) == (ClockState.DONE, date(2026, 5, 6))
    assert ClockKind.LIST_FILING not in clocks(task(drawn_at=None), XINGLONGTAI, date(2027, 1, 1))


def test_an_emergency_s_approval_is_due_on_the_day_that_was_stated() -> None:
    urgent = task(
        kind=TaskKind.EMERGENCY, draw_mode=None, drawn_at=None, state=TaskState.ASSIGNED, approve_by=date(2026, 5, 8)
    )
    assert clocks(urgent, WEIHAI, date(2026, 5, 8))[ClockKind.APPROVAL].state is ClockState.OPEN
    assert clocks(urgent, WEIHAI, date(2026, 5, 9))[ClockKind.APPROVAL].state is ClockState.OVERDUE
    late = replace(urgent, reviewed_at=noon(date(2026, 5, 10)))
    assert clocks(late, WEIHAI, date(2026, 5, 12))[ClockKind.APPROVAL].state is ClockState.LATE


def test_a_day_counts_where_the_rules_apply() -> None:
    """The last minutes of a UTC day are the next day in Beijing."""
    joint = task(draw_mode=DrawMode.CROSS_DEPARTMENT, drawn_at=datetime(2026, 5, 5, 16, tzinfo=UTC))
    assert clocks(joint, ANYUE, date(2026, 5, 6))[ClockKind.JOINT_START].due == date(2026, 5, 12)


def test_a_day_beyond_the_known_holidays_is_provisional() -> None:
    joint = task(draw_mode=DrawMode.CROSS_DEPARTMENT, drawn_at=noon(date(2026, 12, 30)))
    found = clocks(joint, ANYUE, date(2026, 12, 31))
    assert found[ClockKind.JOINT_START].provisional
    assert not found[ClockKind.WINDOW].provisional


@each_rule_set
def test_no_clock_runs_that_the_rule_set_does_not_state(rules: RuleSet) -> None:
    joint = task(draw_mode=DrawMode.CROSS_DEPARTMENT)
    running = set(clocks(joint, rules, date(2026, 5, 9), date(2026, 5, 6)))
    assert (ClockKind.JOINT_START in running) is (rules.task.joint_start_within_working_days is not None)
    assert (ClockKind.COMPLETION in running) is (rules.task.complete_within_days is not None)
    assert (ClockKind.LIST_FILING in running) is (rules.task.drawn_list_filed_with is not None)
    assert ClockKind.WINDOW in running


@each_rule_set
def test_no_clock_runs_for_a_task_that_was_cancelled_or_closed(rules: RuleSet) -> None:
    for state in (TaskState.CANCELLED, TaskState.CLOSED):
        assert clocks(task(state=state), rules, date(2027, 1, 1), date(2026, 5, 6)) == {}


DAYS = st.dates(date(2026, 4, 29), date(2026, 12, 1))


@given(today=DAYS, first=st.none() | DAYS, done=st.none() | DAYS, rules=st.sampled_from(ALL_RULE_SETS))
def test_a_clock_is_overdue_exactly_from_the_day_after_it_is_due_until_it_is_met(
    today: date, first: date | None, done: date | None, rules: RuleSet
) -> None:
    state = TaskState.COMPLETED if done else TaskState.DRAWN
    facts = task(draw_mode=DrawMode.CROSS_DEPARTMENT, state=state, completed_at=noon(done) if done else None)
    for one in task_clocks(facts, first, rules, CALENDAR, today):
        met = one.done_on
        assert (one.state is ClockState.OVERDUE) is (met is None and one.due is not None and today > one.due)
        assert (one.state is ClockState.LATE) is (met is not None and one.due is not None and met > one.due)
        assert one.days == ((one.due - today) // timedelta(days=1) if one.due and met is None else None)
