"""Who may take the next step, and when: pure guards that the verbs of this room share."""

from inspection.draw.ceremony import DrawState
from inspection.draw.store import DrawRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import Event, EventKind
from mobile_contract.problems import ProblemCode

ORDER = (
    DrawState.DRAFT,
    DrawState.FROZEN,
    DrawState.ENTROPY,
    DrawState.DRAWN,
    DrawState.MATCHED,
    DrawState.SEALED,
    DrawState.OPENING,
    DrawState.CLOSED,
)


def past(row: DrawRow, step_from: DrawState) -> bool:
    """Whether the step that leads out of `step_from` was taken already: then its first result stands. A draft stays one
    when it was found feasible.

    Raises:
        Conflict: it cannot be taken yet, or the attempt is void.
    """
    state = DrawState.DRAFT if is_draft(row) else row.state
    if state is DrawState.VOIDED or ORDER.index(state) < ORDER.index(step_from):
        raise wrong_step(row)
    return state is not step_from


def is_draft(row: DrawRow) -> bool:
    """Whether nothing is frozen yet."""
    return row.state in {DrawState.DRAFT, DrawState.FEASIBLE}


def wrong_step(row: DrawRow) -> Conflict:
    """The refusal of a step that does not follow from the draw's state."""
    return Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.wrong_step", draw=str(row.id), state=row.state.value)


def someone_else(cmd: Command, other: str | None, key: str) -> None:
    """Two pairs of eyes.

    Raises:
        Refused: the actor is `other`.
    """
    if cmd.actor.id == other:
        raise Refused(ProblemCode.SAME_PERSON, key, name=cmd.actor.name)


def a_supervisor(cmd: Command) -> None:
    """Refused: the actor does not supervise (纪检监察、法规、司法)."""
    if cmd.actor.role is not Role.SUPERVISOR:
        raise Refused(ProblemCode.FORBIDDEN, "draw.not_a_supervisor", name=cmd.actor.name)


def supervises(cmd: Command, row: DrawRow) -> None:
    """Refused: the actor does not supervise, or took part in this draw as its operator or approver."""
    a_supervisor(cmd)
    someone_else(cmd, row.operator, "draw.operator_supervises")
    someone_else(cmd, row.approver, "draw.operator_supervises")


def event(cmd: Command, row: DrawRow, kind: EventKind, **payload: JSON) -> Event:
    """What happened to the draw, on its stream and under its rule-set."""
    return cmd.under(row.rule_set).event(kind, f"draw:{row.id}", lane=None, **payload)
