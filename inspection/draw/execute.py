"""The draw: a function of the frozen frame and the seed. It runs once; later calls return what it gave."""

import asyncio
from uuid import UUID

from inspection.draw import store, store_secrets, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.frozen.candidates import object_of
from inspection.draw.frozen.reopen import Reopened, Result, drawn_again, not_reproducible, reopen
from inspection.draw.lot import merkle
from inspection.draw.lot.lowest import Seen
from inspection.draw.lot.proof import joined, result_paths, shown
from inspection.draw.lot.ticket import Ticket, result_root
from inspection.draw.standing import event, past
from inspection.draw.store import DrawRow
from inspection.draw.store_tickets import TicketRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def execute(cmd: Command, *, draw_id: UUID, seen: Seen | None = None) -> Ceremony:
    """Draw the objects. A second call, a retry after a crash or a race changes nothing: there is no re-draw.

    `seen` is told, from another thread, how many rows were looked at so far.

    Raises:
        Conflict: contributions are awaited (their names are told), or the attempt is void.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if row.state is DrawState.FROZEN:
            missing = [c.name for c in await store_secrets.contributions(draw_id) if c.revealed_at is None]
            raise Conflict(ProblemCode.DRAW_CONTRIBUTION_MISSING, "draw.contribution_awaited", names=missing)
        if not past(row, DrawState.ENTROPY):
            opened = await reopen(row, rows=False)
            result = await drawn_again(row, opened, proofs=True, seen=seen)
            if result.lowest.roots != tuple(chunk.root for chunk in opened.frame.chunks):
                raise not_reproducible(row)
            await _keep(cmd, row, opened, result)
    return await store.ceremony(draw_id)


async def _keep(cmd: Command, row: DrawRow, opened: Reopened, result: Result) -> None:
    selection = result.selection
    await store_tickets.add_tickets(await asyncio.to_thread(_rows, cmd, row, opened, result))
    for quota in result.quotas:
        await store.settle_cell(row.id, quota, selection.thresholds[quota.cell.number])
    root = result_root(opened.h, opened.secret, selection.drawn)
    await store.change_draw(row.id, {"state": DrawState.DRAWN.value, "result_root": root, "drawn_at": cmd.now})
    given: list[JSON] = [
        {"cell": q.cell.number, "quota": q.quota, "threshold": threshold.hex() if threshold else None}
        for q in result.quotas
        for threshold in [selection.thresholds[q.cell.number]]
    ]
    await append(
        event(
            cmd,
            row,
            EventKind.DRAW_EXECUTED,
            result_root=root.hex(),
            drawn=len(selection.drawn),
            cells=given,
        )
    )


def _rows(cmd: Command, row: DrawRow, opened: Reopened, result: Result) -> list[TicketRow]:
    """Every drawn and reserve ticket with what opens it, so that no opening needs key or frame."""
    h, roots = opened.h, [chunk.root for chunk in opened.frame.chunks]
    above = [joined(path) for path in merkle.paths(h, roots, range(len(roots)))]
    found = {one.place: one for rows in result.lowest.of_cell.values() for one in rows}
    drawn = result.selection.drawn
    results = map(joined, result_paths(h, [shown(h, opened.secret, ticket) for ticket in drawn]))
    waiting = [(ticket, b"") for ticket in result.selection.reserve]
    stored = []
    for ticket, path in (*zip(drawn, results, strict=True), *waiting):
        one = found[ticket.index]
        inside = one.path + above[ticket.index // opened.frame.chunk_rows]
        stored.append(_stored(cmd, row, opened, ticket, one.salt, inside + path))
    return stored


def _stored(cmd: Command, row: DrawRow, opened: Reopened, ticket: Ticket, salt: bytes, siblings: bytes) -> TicketRow:
    return TicketRow(
        id=cmd.new_id(),
        draw=row.id,
        record=shown(opened.h, opened.secret, ticket),
        drawn=ticket.drawn,
        opened_at=None,
        index=ticket.index,
        object=object_of(ticket.attrs),
        salt=salt,
        siblings=siblings,
    )
