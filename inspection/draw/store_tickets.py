"""All queries of tickets and assignments. Who was drawn leaves this file only for the verbs of this room."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.draw.ceremony import TicketRecord
from inspection.draw.tables import Assignment, DrawTicket
from inspection.kernel.errors import NotFound
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from mobile_contract.problems import ProblemCode

DRAWN, RESERVE = "drawn", "reserve"
SUBSTITUTE = "substitute"
"""Came in for an object that was replaced."""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A stored ticket with whom it stands for.

    `salt` and `siblings` open its row of the frame without key and frame: the audit path in the frame, and behind it,
    for a drawn ticket, the one in the result tree (32 bytes a sibling; `lot.proof.parted`).
    """

    id: UUID
    draw: UUID
    record: TicketRecord
    drawn: bool
    opened_at: datetime | None
    index: int = field(repr=False)
    object: UUID = field(repr=False)
    salt: bytes = field(repr=False)
    siblings: bytes = field(repr=False)
    came_in: bool = False


async def add_tickets(rows: Sequence[TicketRow]) -> None:
    await bulk_insert(
        DrawTicket,
        [
            {
                "id": row.id,
                "draw": row.draw,
                "cell": row.record.cell,
                "rank": row.record.rank,
                "frame_index": row.index,
                "ticket": row.record.value,
                "place": row.record.place,
                "object": row.object,
                "batch": row.record.batch if row.drawn else None,
                "salt": row.salt,
                "siblings": row.siblings,
                "status": DRAWN if row.drawn else RESERVE,
            }
            for row in rows
        ],
    )


async def drawn_tickets(draw: UUID) -> list[TicketRow]:
    """The drawn tickets by cell and rank; an object that several tasks drew has one in a cell of each."""
    rows = (
        await DrawTicket.select()
        .where(DrawTicket.draw == draw, DrawTicket.status == DRAWN)
        .order_by(DrawTicket.cell)
        .order_by(DrawTicket.rank)
    )
    return [_ticket(row) for row in rows]


async def published_tickets(draw: UUID) -> list[TicketRow]:
    """The tickets whose objects were made public, drawn or come in by a change, by cell and rank."""
    mine = (DrawTicket.draw == draw) & DrawTicket.opened_at.is_not_null()
    rows = await DrawTicket.select().where(mine).order_by(DrawTicket.cell).order_by(DrawTicket.rank)
    return [_ticket(row) for row in rows]


async def drawn_records(draw: UUID) -> tuple[TicketRecord, ...]:
    """What is public of the drawn tickets, by cell and rank."""
    return tuple(row.record for row in await drawn_tickets(draw))


async def ticket_row(ticket: UUID) -> TicketRow:
    """One drawn or reserve ticket.

    Raises:
        NotFound: no such ticket.
    """
    row = await DrawTicket.select().where(DrawTicket.id == ticket).first()
    if row is None:
        raise NotFound(ProblemCode.TICKET_UNKNOWN, "draw.ticket_unknown", ticket=str(ticket))
    return _ticket(row)


async def opened_tickets(draw: UUID) -> set[UUID]:
    """The tickets whose proofs are out."""
    rows = await DrawTicket.select(DrawTicket.id).where(DrawTicket.draw == draw, DrawTicket.opened_at.is_not_null())
    return {plain_uuid(row["id"]) for row in rows}


async def waiting(draw: UUID) -> tuple[int, int]:
    """How many drawn tickets are not opened yet, and how many came in for others."""
    closed = (DrawTicket.draw == draw) & (DrawTicket.status == DRAWN) & DrawTicket.opened_at.is_null()
    came = (DrawTicket.draw == draw) & (DrawTicket.status == SUBSTITUTE)
    return int(await DrawTicket.count().where(closed)), int(await DrawTicket.count().where(came))


async def mark_opened(ticket: UUID, at: datetime) -> bool:
    """Open a ticket; whether it was closed until now."""
    closed = (DrawTicket.id == ticket) & DrawTicket.opened_at.is_null()
    found = await DrawTicket.update({DrawTicket.opened_at: at}).where(closed).returning(DrawTicket.id)
    return bool(found)


async def add_assignments(draw: UUID, rows: Sequence[tuple[UUID, UUID, int, UUID, str]]) -> None:
    """Enter (id, ticket, slot, inspector, how); the ticket is the door's in its lowest cell."""
    await bulk_insert(
        Assignment,
        [
            {"id": row_id, "draw": draw, "ticket": ticket, "slot": slot, "inspector": inspector, "how": how}
            for row_id, ticket, slot, inspector, how in rows
        ],
    )


async def teams(draw: UUID) -> dict[UUID, tuple[tuple[UUID, int, str], ...]]:
    """By ticket, its team: (inspector, slot, how), by slot."""
    rows = (
        await Assignment.select(Assignment.ticket, Assignment.inspector, Assignment.slot, Assignment.how)
        .where(Assignment.draw == draw)
        .order_by(Assignment.slot)
    )
    found: dict[UUID, list[tuple[UUID, int, str]]] = defaultdict(list)
    for row in rows:
        found[plain_uuid(row["ticket"])].append((plain_uuid(row["inspector"]), row["slot"], row["how"]))
    return {ticket: tuple(team) for ticket, team in found.items()}


def _ticket(row: Mapping[str, Any]) -> TicketRow:
    return TicketRow(
        id=plain_uuid(row["id"]),
        draw=plain_uuid(row["draw"]),
        record=TicketRecord(row["cell"], row["rank"], bytes(row["ticket"]), bytes(row["place"]), row["batch"] or 1),
        drawn=row["status"] == DRAWN,
        opened_at=row["opened_at"],
        index=row["frame_index"],
        object=plain_uuid(row["object"]),
        salt=bytes(row["salt"] or b""),
        siblings=bytes(row["siblings"] or b""),
        came_in=row["status"] == SUBSTITUTE,
    )
