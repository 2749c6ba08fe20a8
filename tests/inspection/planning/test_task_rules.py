"""A task passes its gate only whole, and its states follow one another in one order."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.errors import Conflict
from inspection.planning.finding import Fault
from inspection.planning.task_rules import (
    Scope,
    TaskDraft,
    TaskState,
    TaskStep,
    after,
    check_task,
    task_number,
)
from inspection.policy.terms import DrawMode, MatchKind
from inspection.registry.objects.rows import ObjectKind
from mobile_contract.problems import ProblemCode
from tests.inspection.planning.worlds import FRAME, draft, row, rules


def faults(task: TaskDraft, *, has_checklist: bool = True) -> list[Fault]:
    return [one.fault for one in check_task(task, FRAME, rules(), has_checklist=has_checklist)]


def test_a_whole_task_has_no_fault():
    assert faults(draft()) == []
    assert faults(draft(draw_mode=DrawMode.TARGETED, scope=Scope(areas=("东",)))) == []
    assert faults(draft(ratio=Fraction(1), team_size=3, match_kind=MatchKind.CONSTRAINED)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scheme": ""}, Fault.SCHEME_MISSING),
        ({"scheme": " \n "}, Fault.SCHEME_MISSING),
        ({"team_size": 1}, Fault.TEAM_TOO_SMALL),
        ({"ratio": Fraction(4, 100)}, Fault.RATIO_TOO_LOW),
        ({"ratio": Fraction(6, 5)}, Fault.RATIO_ABOVE_ONE),
        ({"draw_mode": DrawMode.CROSS_DEPARTMENT}, Fault.DRAW_MODE_NOT_ALLOWED),
        ({"draw_mode": DrawMode.TARGETED}, Fault.CONDITION_MISSING),
        ({"scope": Scope(areas=("东",))}, Fault.CONDITION_NOT_ALLOWED),
        ({"starts_on": date(2026, 7, 1)}, Fault.WINDOW_REVERSED),
        ({"ends_on": date(2027, 1, 1)}, Fault.WINDOW_OUTSIDE_PLAN),
    ],
)
def test_a_task_that_breaks_a_rule_is_found(changes: dict, fault: Fault):
    assert faults(draft(**changes)) == [fault]


def test_a_task_of_an_item_without_a_checklist_is_found():
    assert faults(draft(), has_checklist=False) == [Fault.CHECKLIST_MISSING]


def test_a_dimension_or_matching_outside_the_rule_set_is_found():
    narrow = rules().model_copy(
        update={
            "draw": rules().draw.model_copy(update={"dimensions": ("kind",), "match_kinds": (MatchKind.CONSTRAINED,)})
        }
    )
    task = draft(draw_mode=DrawMode.TARGETED, scope=Scope(areas=("东",)))
    found = [one.fault for one in check_task(task, FRAME, narrow, has_checklist=True)]
    assert found == [Fault.MATCH_KIND_NOT_ALLOWED, Fault.DIMENSION_UNKNOWN]


PATH = [TaskStep.RETURN, TaskStep.REVISE, TaskStep.APPROVE, TaskStep.DRAW, TaskStep.VOID_DRAW, TaskStep.DRAW]


def test_a_task_goes_from_preset_over_review_and_draw_to_its_end():
    state = TaskState.PRESET
    seen = []
    for step in [*PATH, TaskStep.COMPLETE]:
        state = after(state, step)
        seen.append(state)
    assert seen == [
        TaskState.RETURNED,
        TaskState.PRESET,
        TaskState.APPROVED,
        TaskState.DRAWN,
        TaskState.APPROVED,
        TaskState.DRAWN,
        TaskState.COMPLETED,
    ]


@settings(max_examples=200)
@given(steps=st.lists(st.sampled_from(TaskStep), max_size=10))
def test_nothing_is_drawn_that_was_not_approved_and_nothing_leaves_the_end(steps: list[TaskStep]):
    state, approved = TaskState.PRESET, False
    for step in steps:
        try:
            following = after(state, step)
        except Conflict:
            continue
        assert state is not TaskState.COMPLETED
        approved = approved or step is TaskStep.APPROVE
        assert following is not TaskState.DRAWN or approved
        state = following


def test_a_draw_without_approval_is_refused_by_its_own_problem():
    with pytest.raises(Conflict) as refusal:
        after(TaskState.PRESET, TaskStep.DRAW)
    assert refusal.value.code is ProblemCode.TASK_NOT_APPROVED


def test_a_scope_holds_what_meets_every_dimension_in_use():
    oil = row(ObjectKind.ENTERPRISE, ("成品油零售",), "小型", "东")
    assert Scope().holds(oil)
    assert Scope(kinds=("enterprise",)).holds(oil)
    assert Scope(kinds=("成品油零售", "家庭服务"), areas=("东", "西"), scales=("小型",)).holds(oil)
    assert not Scope(kinds=("家庭服务",)).holds(oil)
    assert not Scope(kinds=("成品油零售",), areas=("西",)).holds(oil)
    assert not Scope(scales=("大型",)).holds(oil)
    assert not Scope(areas=("东",)).holds(row(ObjectKind.ENTERPRISE, (), None, None))


def test_the_number_says_who_what_when_and_which():
    assert task_number("商务", 2026, 3) == "商务抽查〔2026〕3号"
