"""The tickets that come in for a door whose object is replaced, with the objects behind them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from inspection.draw.ceremony import CellRecord, TicketRecord
from inspection.draw.changes.event import TicketIn
from inspection.draw.changes.lay import Doors
from inspection.draw.changes.next_ticket import CellPlace, next_tickets
from inspection.draw.changes.store import KnownTicket
from inspection.draw.frozen.candidates import object_of
from inspection.draw.frozen.reopen import Reopened
from inspection.draw.lot.frame import salt
from inspection.draw.lot.proof import joined, row_opening
from inspection.draw.lot.ticket import index_commitment, ticket_value
from inspection.draw.store import DrawRow
from inspection.draw.store_tickets import TicketRow
from inspection.kernel.command import Command


@dataclass(frozen=True, slots=True)
class Coming:
    """A ticket that comes in, its batch that of the ticket it follows. `fresh`: what is to be stored of it, where it
    was too far back for the reserve.
    """

    told: TicketIn
    known: KnownTicket = field(repr=False)
    fresh: TicketRow | None = field(default=None, repr=False)


def successors_of(
    cmd: Command, row: DrawRow, opened: Reopened, cells: Collection[CellRecord], doors: Doors, value: bytes
) -> tuple[Coming, ...]:
    """One ticket for each cell that the door was drawn in, as far as there are any."""
    leaving = doors.now.cells[value]
    task_of = {cell.number: (cell.task, cell.stratum) for cell in opened.frame.cells}
    near = {task_of[cell] for cell in leaving}
    cells = [cell for cell in cells if task_of[cell.number] in near]
    orders = _orders(cmd, row, opened, cells, doors)
    places = {cell.number: CellPlace(cell.number, *task_of[cell.number], cell.quota or 0) for cell in cells}
    told = next_tickets(
        leaving,
        places,
        lambda cell: [ticket.value for ticket in orders[cell]],
        doors.now.came_in,
        {*doors.now.gone, value},
        onward=row.terms.substitution.onward,
    )
    batches = {ticket.cell: ticket.batch for ticket in doors.tickets[value]}
    ids = {ticket.id for listed in doors.tickets.values() for ticket in listed}
    return tuple(_coming(row, opened, orders, ids, one, _batch(batches, places, one.cell)) for one in told)


def _batch(batches: dict[int, int | None], places: dict[int, CellPlace], cell: int) -> int | None:
    """The batch of the ticket that is followed: the days of the visit stay those of its task's batch."""
    task = places[cell].task
    return next((batch for number, batch in batches.items() if places[number].task == task), None)


def _coming(
    row: DrawRow,
    opened: Reopened,
    orders: dict[int, list[KnownTicket]],
    stored: Collection[UUID],
    told: TicketIn,
    batch: int | None,
) -> Coming:
    known = replace(orders[told.cell][told.rank - 1], batch=batch)
    if known.id in stored:
        return Coming(told, known)
    opening = row_opening(opened.h, opened.secret, opened.frame, known.index)
    place = index_commitment(opened.h, opening.salt, known.index)
    record = TicketRecord(told.cell, told.rank, told.value, place, batch or 1)
    siblings = joined(opening.siblings)
    fresh = TicketRow(known.id, row.id, record, False, None, known.index, known.object, opening.salt, siblings)
    return Coming(told, known, fresh)


def _orders(
    cmd: Command, row: DrawRow, opened: Reopened, cells: Collection[CellRecord], doors: Doors
) -> dict[int, list[KnownTicket]]:
    """The tickets of cells in the order of the lot: the stored ones, and all of a cell whose reserve may not do."""
    stored: dict[int, list[KnownTicket]] = defaultdict(list)
    for told in doors.tickets.values():
        for ticket in told:
            stored[ticket.cell].append(ticket)
    for listed in stored.values():
        listed.sort(key=lambda ticket: ticket.rank)
    spare = 1 + len(doors.now.gone) + len(doors.now.came_in)
    short = [
        cell.number
        for cell in cells
        if len(stored[cell.number]) < min(cell.size, (cell.quota or 0) + spare) or not _dense(stored[cell.number])
    ]
    scanned = _scanned(cmd, row, opened, short) if short else {}
    for cell, listed in scanned.items():
        known = {ticket.rank: ticket for ticket in stored[cell]}
        stored[cell] = [known.get(ticket.rank, ticket) for ticket in listed]
    return dict(stored)


def _dense(listed: Sequence[KnownTicket]) -> bool:
    return [ticket.rank for ticket in listed] == list(range(1, len(listed) + 1))


def _scanned(cmd: Command, row: DrawRow, opened: Reopened, cells: Collection[int]) -> dict[int, list[KnownTicket]]:
    """All tickets of some cells, out of the frame."""
    if row.seed is None:
        raise ValueError("the seed is not fixed yet")
    found: dict[int, list[tuple[bytes, int, bytes]]] = {cell: [] for cell in cells}
    for one in opened.frame.read():
        for cell in found.keys() & set(one.cells):
            value = ticket_value(opened.h, row.seed, salt(opened.h, opened.secret, one.oid), one.index)
            found[cell].append((value, one.index, one.attrs))
    return {
        cell: [
            KnownTicket(cmd.new_id(), cell, rank, value, None, index, object_of(attrs))
            for rank, (value, index, attrs) in enumerate(sorted(listed), start=1)
        ]
        for cell, listed in found.items()
    }
