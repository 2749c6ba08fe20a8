"""A second person says yes or no to a change (威海 第十八条: 分管负责人同意)."""

from uuid import UUID

from inspection.draw import store
from inspection.draw.changes import store as changes
from inspection.draw.changes.ask import approve, change_event
from inspection.draw.changes.rules import approved_by, check_decider
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import ChangeKind, ChangeState
from inspection.draw.standing import someone_else
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from mobile_contract.problems import ProblemCode


async def decide_change(cmd: Command, *, change_id: UUID, approved: bool) -> ChangeRow:
    """Approve or refuse. The same decision again changes nothing.

    Raises:
        NotFound: `draw.change_unknown`.
        Refused: `draw.change_not_decider`: another role's decision; `draw.change_same_person`: by whoever asked,
            leaves, or, where the object is replaced, operates the draw.
        Conflict: `draw.change_wrong_step`: it was decided the other way.
    """
    async with unit_of_work():
        asked = await changes.row(change_id)
        row = await store.draw_row(asked.draw, lock=True)
        asked = await changes.row(change_id, lock=True)
        check_decider(cmd, approved_by(rule_set_named(row.rule_set), asked.kind))
        involved = [asked.asked_by, str(asked.inspector) if asked.inspector else None]
        for other in [*involved, row.operator] if asked.kind is ChangeKind.REPLACE_OBJECT else involved:
            someone_else(cmd, other, "draw.change_same_person")
        if asked.state is not ChangeState.ASKED:
            if approved is (asked.state is ChangeState.REFUSED):
                raise wrong_step(asked)
            return asked
        if approved:
            await append(change_event(cmd, row, EventKind.DRAW_CHANGE_APPROVED, asked))
            return await approve(cmd, row, asked, by=cmd.actor.id)
        decided = {"state": ChangeState.REFUSED.value, "decided_by": cmd.actor.id, "decided_at": cmd.now}
        await changes.change(change_id, decided)
        await append(change_event(cmd, row, EventKind.DRAW_CHANGE_REFUSED, asked))
        return await changes.row(change_id)


def wrong_step(asked: ChangeRow) -> Conflict:
    """The refusal of a step that does not follow from where the change stands."""
    return Conflict(
        ProblemCode.DRAW_WRONG_STEP, "draw.change_wrong_step", change=str(asked.id), state=asked.state.value
    )
