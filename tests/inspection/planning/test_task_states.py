"""A task's states follow one another in one order, which is the one table."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.errors import Conflict
from inspection.planning.task_states import STEPS, TaskState, TaskStep, after, first_state, transition_table
from mobile_contract.problems import ProblemCode

PATH = [TaskStep.RETURN, TaskStep.REVISE, TaskStep.APPROVE, TaskStep.DRAW, TaskStep.VOID_DRAW, TaskStep.DRAW]
ENDS = {TaskState.CANCELLED, TaskState.CLOSED}
BEGUN = {TaskState.DRAWN, TaskState.ASSIGNED, TaskState.COMPLETED}
steps = st.lists(st.sampled_from(TaskStep), max_size=12)


def walk(taken: list[TaskStep]) -> list[tuple[TaskState, TaskStep, TaskState]]:
    """The steps that were possible, each with the state before and behind it."""
    state, way = TaskState.PRESET, []
    for step in taken:
        try:
            following = after(state, step)
        except Conflict:
            continue
        way.append((state, step, following))
        state = following
    return way


def test_a_task_goes_from_preset_over_review_and_draw_to_its_end() -> None:
    assert [behind for _, _, behind in walk([*PATH, TaskStep.COMPLETE])] == [
        TaskState.RETURNED,
        TaskState.PRESET,
        TaskState.APPROVED,
        TaskState.DRAWN,
        TaskState.APPROVED,
        TaskState.DRAWN,
        TaskState.COMPLETED,
    ]


@settings(max_examples=300)
@given(taken=steps)
def test_nothing_is_drawn_or_assigned_that_was_not_approved_but_an_emergency(taken: list[TaskStep]) -> None:
    approved = False
    for _, step, behind in walk(taken):
        approved = approved or step in {TaskStep.APPROVE, TaskStep.ASSIGN_AT_ONCE}
        assert behind not in BEGUN or approved


@settings(max_examples=300)
@given(taken=steps)
def test_nothing_leaves_an_end_and_what_is_begun_is_never_given_up(taken: list[TaskStep]) -> None:
    for before, step, behind in walk(taken):
        assert before not in ENDS
        assert before is not TaskState.COMPLETED or behind is TaskState.COMPLETED
        assert not (before in BEGUN and step in {TaskStep.CANCEL, TaskStep.CLOSE})


def test_every_state_is_reached_and_every_step_is_taken_by_some_way() -> None:
    reached, grown = {TaskState.PRESET}, True
    while grown:
        more = {behind for (state, _), behind in STEPS.items() if state in reached} - reached
        reached |= more
        grown = bool(more)
    assert reached == set(TaskState)
    assert {step for _, step in STEPS} == set(TaskStep)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (TaskStep.DRAW, ProblemCode.TASK_NOT_APPROVED),
        (TaskStep.ASSIGN, ProblemCode.TASK_NOT_APPROVED),
        (TaskStep.CLOSE, ProblemCode.TASK_NOT_APPROVED),
        (TaskStep.COMPLETE, ProblemCode.CONFLICT),
    ],
)
def test_a_step_that_does_not_follow_is_refused_by_its_own_problem(step: TaskStep, code: ProblemCode) -> None:
    with pytest.raises(Conflict) as refusal:
        after(TaskState.PRESET, step)
    assert (refusal.value.code, refusal.value.facts["state"]) == (code, "preset")


def test_a_rule_set_without_a_review_lets_a_task_of_the_plan_be_drawn_at_once() -> None:
    assert first_state(review_required=True) is TaskState.PRESET
    assert first_state(review_required=False) is TaskState.APPROVED


def test_the_printed_table_is_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "task-states.md"
    assert transition_table() in page.read_text(encoding="utf-8")
