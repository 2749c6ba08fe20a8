"""What the frame said of drawn objects when it was frozen: for the rooms above, under secrecy."""

from collections.abc import Collection
from uuid import UUID

from inspection.draw import store, store_tickets
from inspection.draw.frozen.reopen import stored_frame


async def frozen_attributes(draw_id: UUID, tickets: Collection[UUID]) -> dict[UUID, tuple[str, bytes]]:
    """By ticket, its value (hex) and the attributes of its object at the freeze (canonical JSON)."""
    rows = [await store_tickets.ticket_row(ticket) for ticket in sorted(tickets)]
    frame = await stored_frame(await store.draw_row(draw_id))
    found = frame.at(row.index for row in rows)
    return {row.id: (row.record.value.hex(), found[row.index].attrs) for row in rows}
