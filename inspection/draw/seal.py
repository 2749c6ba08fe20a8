"""Sealing: the draw is made once more from what is kept, and only if it comes out the same do the visits come to be."""

from collections.abc import Sequence
from uuid import UUID

from inspection.draw import store, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.frozen.candidates import object_of
from inspection.draw.frozen.reopen import Reopened, drawn_again, not_reproducible, reopen
from inspection.draw.lot.ticket import Selection, result_root
from inspection.draw.match import staff_again
from inspection.draw.standing import event, past, someone_else
from inspection.draw.store import DrawRow
from inspection.draw.store_tickets import TicketRow
from inspection.draw.supervision.key_custody import erase_key
from inspection.draw.teams.staffing import Staffing, match_root
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.review_task import mark_drawn


async def seal(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """Close the draw.

    From here its matches are handed to the visits (`sealed_matches`), which stay secret till unsealed.

    Raises:
        Refused: by the operator.
        Conflict: objects or inspectors stored are not those that frame, roster and seed give.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if not past(row, DrawState.MATCHED):
            someone_else(cmd, row.operator, "draw.operator_seals")
            opened = await reopen(row)
            drawn = await _compare(row, opened)
            await store.change_draw(
                draw_id, {"state": DrawState.SEALED.value, "sealed_by": cmd.actor.id, "sealed_at": cmd.now}
            )
            published = {
                "fingerprint": row.fingerprint,
                "frame_root": row.frame_root,
                "seed": row.seed,
                "result_root": row.result_root,
                "match_root": row.match.root if row.match else None,
            }
            told = {name: value.hex() for name, value in published.items() if value is not None}
            await append(event(cmd, row, EventKind.DRAW_SEALED, task=str(row.task), **told))
            await erase_key(cmd, row, opened, (*drawn.drawn, *drawn.reserve))
            for task in row.tasks:
                await mark_drawn(cmd, task, draw=draw_id)
    return await store.ceremony(draw_id)


async def _compare(row: DrawRow, opened: Reopened) -> Selection:
    """Tickets, objects and teams in the store against a second run; what that gave."""
    again = (await drawn_again(row, opened)).selection
    drawn = again.drawn
    staffing = staff_again(row, opened, row.match.load_cap if row.match else None)
    stored = await store_tickets.drawn_tickets(row.id)
    same = [(t.cell, t.rank, t.value, t.batch, t.index, object_of(t.attrs)) for t in drawn] == [
        (t.record.cell, t.record.rank, t.record.value, t.record.batch, t.index, t.object) for t in stored
    ]
    roots = (
        result_root(opened.h, opened.secret, drawn),
        match_root(opened.h, opened.secret, staffing),
    )
    if not same or roots != (row.result_root, row.match.root if row.match else None):
        raise not_reproducible(row)
    await _compare_teams(row, stored, staffing)
    return again


async def _compare_teams(row: DrawRow, stored: Sequence[TicketRow], staffing: Staffing) -> None:
    first: dict[bytes, UUID] = {}
    for ticket in stored:
        first.setdefault(ticket.record.value, ticket.id)
    again = {
        first[door.value]: tuple((UUID(one.inspector), one.slot, one.how.value) for one in staffing.team(number))
        for number, door in enumerate(staffing.doors)
    }
    if await store_tickets.teams(row.id) != again:
        raise not_reproducible(row)
