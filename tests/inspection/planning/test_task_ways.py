"""What may be done with a task as it stands is what its verbs would take."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.planning.facts import TaskFacts
from inspection.planning.task_states import STEPS, TaskState, TaskStep
from inspection.planning.task_ways import open_steps
from inspection.policy.terms import ApprovalTime, TaskKind
from tests.conftest import NOW
from tests.support.rulesets import BY_CODE

RULES = BY_CODE["weihai-jingkai-commerce"]
AT_ONCE = [one.kind for one in RULES.outside_draw.kinds if one.approval is ApprovalTime.AFTERWARDS]
BEFORE = [one.kind for one in RULES.outside_draw.kinds if one.approval is ApprovalTime.BEFORE]


def task(**facts: Any) -> TaskFacts:
    empty: dict[str, Any] = dict.fromkeys(TaskFacts.__dataclass_fields__)
    return TaskFacts(**{**empty, "kind": TaskKind.RANDOM, "rule_set": RULES.name, **facts})


@given(st.sampled_from(list(TaskState)), st.sampled_from(list(TaskKind)), st.booleans(), st.booleans())
def test_no_step_is_offered_that_the_table_of_states_does_not_have(
    state: TaskState, kind: TaskKind, emergency: bool, reviewed: bool
) -> None:
    found = task(state=state, kind=kind, approve_by=date(2026, 3, 9) if emergency else None)
    steps = open_steps(replace(found, reviewed_at=NOW if reviewed else None))
    assert all((state, step) in STEPS for step in steps)
    assert not (TaskStep.DRAW in steps and TaskStep.ASSIGN in steps)


def test_an_approved_task_is_drawn_or_assigned_after_its_kind() -> None:
    assert open_steps(task(state=TaskState.APPROVED)) == {TaskStep.DRAW, TaskStep.CLOSE, TaskStep.CANCEL}
    outside = task(state=TaskState.APPROVED, kind=BEFORE[0])
    assert open_steps(outside) == {TaskStep.ASSIGN, TaskStep.CANCEL}


@pytest.mark.parametrize(("kinds", "at_once"), [(AT_ONCE, True), (BEFORE, False)])
def test_only_a_kind_whose_approval_may_be_made_up_for_is_assigned_at_once(
    kinds: list[TaskKind], at_once: bool
) -> None:
    for kind in kinds:
        assert (TaskStep.ASSIGN_AT_ONCE in open_steps(task(state=TaskState.PRESET, kind=kind))) is at_once


def test_an_approval_is_made_up_for_once() -> None:
    open_still = task(state=TaskState.ASSIGNED, kind=TaskKind.EMERGENCY, approve_by=date(2026, 3, 9))
    assert TaskStep.CONFIRM in open_steps(open_still)
    assert TaskStep.CONFIRM not in open_steps(replace(open_still, reviewed_at=NOW))
    assert TaskStep.CONFIRM not in open_steps(replace(open_still, approve_by=None))
