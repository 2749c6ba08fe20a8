"""Where a task stands and what may follow: one table (威海 第十四条). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode


class TaskState(StrEnum):
    """Where a task stands."""

    PRESET = "preset"  # 预先设置, waiting for review
    RETURNED = "returned"  # 审核退回
    APPROVED = "approved"  # 审核通过: may be drawn, or assigned when it is made outside the draw
    DRAWN = "drawn"  # objects drawn and inspectors matched: 任务生成
    ASSIGNED = "assigned"  # outside the draw: a team is designated and the visits are made
    COMPLETED = "completed"  # every visit is done: the publication clock may start
    CANCELLED = "cancelled"  # 取消: given up before anybody was told
    CLOSED = "closed"  # 结案: nobody may be drawn; the shortfall is recorded


class TaskStep(StrEnum):
    """What happens to a task."""

    APPROVE = "approve"
    RETURN = "return"
    REVISE = "revise"
    DRAW = "draw"
    VOID_DRAW = "void_draw"
    ASSIGN = "assign"  # after the approval
    ASSIGN_AT_ONCE = "assign_at_once"  # 突发事件: before it
    CONFIRM = "confirm"  # 补办审批: the decision on a task that was assigned at once
    COMPLETE = "complete"
    CANCEL = "cancel"
    CLOSE = "close"


STEPS: Mapping[tuple[TaskState, TaskStep], TaskState] = MappingProxyType(
    {
        (TaskState.PRESET, TaskStep.APPROVE): TaskState.APPROVED,
        (TaskState.PRESET, TaskStep.RETURN): TaskState.RETURNED,
        (TaskState.PRESET, TaskStep.ASSIGN_AT_ONCE): TaskState.ASSIGNED,
        (TaskState.PRESET, TaskStep.CANCEL): TaskState.CANCELLED,
        (TaskState.RETURNED, TaskStep.REVISE): TaskState.PRESET,
        (TaskState.RETURNED, TaskStep.CANCEL): TaskState.CANCELLED,
        (TaskState.APPROVED, TaskStep.DRAW): TaskState.DRAWN,
        (TaskState.APPROVED, TaskStep.ASSIGN): TaskState.ASSIGNED,
        (TaskState.APPROVED, TaskStep.CANCEL): TaskState.CANCELLED,
        (TaskState.APPROVED, TaskStep.CLOSE): TaskState.CLOSED,
        (TaskState.DRAWN, TaskStep.VOID_DRAW): TaskState.APPROVED,
        (TaskState.DRAWN, TaskStep.COMPLETE): TaskState.COMPLETED,
        (TaskState.ASSIGNED, TaskStep.CONFIRM): TaskState.ASSIGNED,
        (TaskState.ASSIGNED, TaskStep.COMPLETE): TaskState.COMPLETED,
        (TaskState.COMPLETED, TaskStep.CONFIRM): TaskState.COMPLETED,
    }
)
"""Who may follow whom; nothing leads out of CANCELLED and CLOSED. docs/task-states.md prints it."""

_REFUSALS: Mapping[TaskStep, ProblemCode] = MappingProxyType(
    {
        TaskStep.APPROVE: ProblemCode.TASK_NOT_OPEN,
        TaskStep.RETURN: ProblemCode.TASK_NOT_OPEN,
        TaskStep.REVISE: ProblemCode.TASK_NOT_OPEN,
        TaskStep.DRAW: ProblemCode.TASK_NOT_APPROVED,
        TaskStep.ASSIGN: ProblemCode.TASK_NOT_APPROVED,
        TaskStep.CLOSE: ProblemCode.TASK_NOT_APPROVED,
    }
)


def first_state(*, review_required: bool) -> TaskState:
    """Where a task of the plan begins: waiting for its review, where the rule-set asks for one (威海 第十四条)."""
    return TaskState.PRESET if review_required else TaskState.APPROVED


def after(state: TaskState, step: TaskStep) -> TaskState:
    """The state after a step.

    Raises:
        Conflict: `planning.task_step` when the step does not follow from the state.
    """
    following = STEPS.get((state, step))
    if following is None:
        code = _REFUSALS.get(step, ProblemCode.CONFLICT)
        raise Conflict(code, "planning.task_step", state=state.value, step=step.value)
    return following


def transition_table() -> str:
    """The table as docs/task-states.md prints it: one line a state, the steps that lead out of it and where to."""
    lines = ["| state | step → state |", "|---|---|"]
    for state in TaskState:
        ways = [f"{step} → {target}" for (source, step), target in STEPS.items() if source is state]
        lines.append(f"| {state} | {', '.join(ways) or '—'} |")
    return "\n".join(lines) + "\n"
