"""告知: the party learns what was decided."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections import store
from inspection.publicity.objections.case import locked_objection, wrong_step
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.rows import DECIDED, ObjectionRow, Told
from inspection.publicity.open_publications import stream


async def told_objection(cmd: Command, *, objection_id: UUID, how: Told) -> ObjectionRow:
    """Note that the party was told of the decision now, and how; what told it first stays, so again changes nothing.

    Raises:
        NotFound: `publicity.no_objection`.
        Conflict: `publicity.objection_step`: it is not decided.
    """
    return await in_unit(_tell, cmd, objection_id, how)


async def _tell(cmd: Command, objection_id: UUID, how: Told) -> ObjectionRow:
    row = await locked_objection(cmd, objection_id)
    if row.state not in DECIDED:
        raise wrong_step(row)
    if row.told_at is not None:
        return row
    await store.change(row.id, told_at=cmd.now, told_how=how.value)
    told = {"objection": str(row.id), "number": row.number, "how": how.value}
    await append(cmd.event(EventKind.OBJECTION_TOLD, stream(row.visit), **told))
    return await known_objection(row.id)
