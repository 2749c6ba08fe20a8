"""Who reviews an objection, and that a party takes it back."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections import store
from inspection.publicity.objections.case import locked_objection, seen_case, wrong_step
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.rows import OPEN, Channel, ObjectionRow, ObjectionState
from inspection.publicity.open_publications import stream


async def take_objection(cmd: Command, *, objection_id: UUID, seen: str) -> ObjectionRow:
    """Take an objection to review it (威海 第二十六条); one that another person has taken is taken over.

    `seen`: the digest of the case as it was on the screen.

    Raises:
        NotFound: `publicity.no_objection`.
        StaleScreen: `publicity.objection_stale`, with the digest as it is now.
        Conflict: `publicity.objection_step`: it is decided or withdrawn.
        Refused: `publicity.had_a_part_<part>`: the actor inspected, led, decided on the record or on its publication.
    """
    return await in_unit(_take, cmd, objection_id, seen)


async def _take(cmd: Command, objection_id: UUID, seen: str) -> ObjectionRow:
    row = await locked_objection(cmd, objection_id)
    await seen_case(cmd, row, seen, OPEN)
    if row.reviewer == cmd.actor.id:
        return row
    reviewing = ObjectionState.IN_REVIEW.value
    await store.change(row.id, state=reviewing, reviewer=cmd.actor.id, reviewer_name=cmd.actor.name)
    await append(
        cmd.event(
            EventKind.OBJECTION_TAKEN, stream(row.visit), objection=str(row.id), number=row.number, after=row.reviewer
        )
    )
    return await known_objection(row.id)


async def withdraw_objection(cmd: Command, *, objection_id: UUID, channel: Channel) -> ObjectionRow:
    """The party takes its objection back, by `channel`; again changes nothing. It may object anew.

    Raises:
        NotFound: `publicity.no_objection`.
        Conflict: `publicity.objection_step`: it is decided.
    """
    return await in_unit(_withdraw, cmd, objection_id, channel)


async def _withdraw(cmd: Command, objection_id: UUID, channel: Channel) -> ObjectionRow:
    row = await locked_objection(cmd, objection_id)
    if row.state is ObjectionState.WITHDRAWN:
        return row
    if not row.open:
        raise wrong_step(row)
    await store.change(row.id, state=ObjectionState.WITHDRAWN.value)
    told = {"objection": str(row.id), "number": row.number, "channel": channel.value}
    await append(cmd.event(EventKind.OBJECTION_WITHDRAWN, stream(row.visit), **told))
    return await known_objection(row.id)
