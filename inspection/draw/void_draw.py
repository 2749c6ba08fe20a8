"""Giving an attempt up: with a reason, by two persons, counted for ever, and binding on the next attempt."""

from uuid import UUID

from inspection.draw import store, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState, VoidReason
from inspection.draw.standing import event, someone_else, wrong_step
from inspection.draw.store import DrawRow
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.review_task import reopen_task
from mobile_contract.problems import ProblemCode

NOTE_MOST = 2000


async def ask_void(cmd: Command, *, draw_id: UUID, reason: VoidReason, note: str) -> Ceremony:
    """Ask for an attempt to be given up. `note` explains; it stays inside, the journal holds its digest only.

    Raises:
        Conflict: it is void already, or one of its objects was opened.
        Invalid: no note, or a very long one.
    """
    if not note.strip() or len(note) > NOTE_MOST:
        raise Invalid(ProblemCode.INVALID, "draw.void_note", most=NOTE_MOST)
    async with unit_of_work():
        row = await _voidable(draw_id)
        await store.change_draw(
            row.id,
            {
                "void_reason": reason.value,
                "void_note": note,
                "void_asked_by": cmd.actor.id,
                "void_asked_at": cmd.now,
            },
        )
        await append(
            event(cmd, row, EventKind.DRAW_VOID_ASKED, reason=reason.value, note_digest=sha256_hex(note.encode()))
        )
    return await store.ceremony(draw_id)


async def confirm_void(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """A second person gives the attempt up. The line that says so is hashed into the next attempt's parameters.

    Raises:
        Conflict: nobody asked for it.
        Refused: by the person who asked.
    """
    async with unit_of_work():
        row = await _voidable(draw_id)
        if row.void_asked_by is None or row.void_reason is None:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.void_not_asked", draw=str(draw_id))
        someone_else(cmd, row.void_asked_by, "draw.void_same_person")
        (entry,) = await append(
            event(
                cmd,
                row,
                EventKind.DRAW_VOIDED,
                reason=row.void_reason.value,
                attempt=row.attempt,
                state=row.state.value,
            )
        )
        await store.change_draw(
            row.id,
            {
                "state": DrawState.VOIDED.value,
                "voided_by": cmd.actor.id,
                "voided_at": cmd.now,
                "void_record": entry.hash,
            },
        )
        if row.state is DrawState.SEALED:
            for task in row.tasks:
                await reopen_task(cmd, task, draw=draw_id)
    return await store.ceremony(draw_id)


async def _voidable(draw_id: UUID) -> DrawRow:
    row = await store.draw_row(draw_id, lock=True)
    if row.state is DrawState.VOIDED:
        raise wrong_step(row)
    opened = (ticket.opened_at is not None for ticket in await store_tickets.drawn_tickets(draw_id))
    if row.state in {DrawState.OPENING, DrawState.CLOSED} or any(opened):
        raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.void_after_opening", draw=str(draw_id))
    return row
