"""What may be done with a task as it stands: the table of its states, narrowed by its kind and its approval. Pure."""

from inspection.planning.facts import TaskFacts
from inspection.planning.task_states import STEPS, TaskStep
from inspection.policy.load import rule_set_named
from inspection.policy.terms import ApprovalTime, TaskKind

_OF_THE_DRAW = frozenset({TaskStep.DRAW, TaskStep.VOID_DRAW, TaskStep.CLOSE})
_OUTSIDE = frozenset({TaskStep.ASSIGN, TaskStep.ASSIGN_AT_ONCE, TaskStep.CONFIRM})


def open_steps(found: TaskFacts) -> frozenset[TaskStep]:
    """The steps that a task may take now, whoever takes them.

    A drawn task has no team designated, one outside the draw is not drawn; at once is assigned only a kind whose
    approval the rule-set lets be made up for, and confirmed only while that approval is open.
    """
    steps = {step for (state, step) in STEPS if state is found.state}
    if found.kind is TaskKind.RANDOM:
        return frozenset(steps - _OUTSIDE)
    kind = rule_set_named(found.rule_set).outside_draw.of(found.kind)
    if kind is None or kind.approval is not ApprovalTime.AFTERWARDS:
        steps.discard(TaskStep.ASSIGN_AT_ONCE)
    if found.approve_by is None or found.reviewed_at is not None:
        steps.discard(TaskStep.CONFIRM)
    return frozenset(steps - _OF_THE_DRAW)
