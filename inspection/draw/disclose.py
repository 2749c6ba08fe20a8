"""What the draw tells, to whom, and when: everybody what is safe, the visits who was drawn, a stranger the proof."""

from uuid import UUID

from inspection.draw import disclosure, store, store_secrets, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState, ObjectProof, SealedMatch
from inspection.draw.lot.frame import unsqueezed
from inspection.draw.lot.proof import prove
from inspection.draw.reopen import Reopened, reopen
from inspection.draw.standing import event, past, someone_else, wrong_step
from inspection.draw.store import DrawRow
from inspection.draw.store_tickets import TicketRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, JournalEntry, append, read
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def public_view(draw_id: UUID) -> dict[str, JSON]:
    """What anybody may see at any time: fingerprint, contributions, seed, cells with their exact probabilities, ticket
    values, roots, level, attempts and voids. Never a name.
    """
    return disclosure.public_view(await store.ceremony(draw_id))


async def attempts(task_id: UUID) -> list[Ceremony]:
    """What is public of every attempt at a task, the first one first; the last one counts."""
    return [await store.ceremony(row.id) for row in await store.draws_of(task_id)]


async def sealed_matches(draw_id: UUID) -> list[SealedMatch]:
    """Every drawn object with its team, for `visits` alone, in the order of the tickets' values.

    Raises:
        Conflict: the draw is not sealed.
    """
    row = await store.draw_row(draw_id)
    if row.state is not DrawState.SEALED:
        raise wrong_step(row)
    teams = await store_tickets.teams(draw_id)
    tickets = sorted(await store_tickets.drawn_tickets(draw_id), key=lambda ticket: ticket.record.value)
    return [SealedMatch(ticket.id, ticket.object, teams[ticket.id]) for ticket in tickets]


async def open_ticket(cmd: Command, *, ticket_id: UUID) -> None:
    """Let the proof of one drawn object out, once its visit is public. Opening it again changes nothing.

    Raises:
        Conflict: the draw is not sealed, or the ticket waits in the reserve.
    """
    async with unit_of_work():
        ticket = await store_tickets.ticket_row(ticket_id)
        row = await store.draw_row(ticket.draw, lock=True)
        past(row, DrawState.SEALED)
        if not ticket.drawn:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.ticket_in_reserve", ticket=str(ticket_id))
        if await store_tickets.mark_opened(ticket_id, cmd.now):
            await append(event(cmd, row, EventKind.TICKET_OPENED, ticket=ticket.record.value.hex()))


async def opening(ticket_id: UUID) -> ObjectProof:
    """The proof that one object was in the frame and drawn by lot; `disclosure.opened` gives its JSON.

    Raises:
        Refused: the ticket is not opened yet (`open_ticket`).
    """
    ticket = await store_tickets.ticket_row(ticket_id)
    if ticket.opened_at is None:
        raise Refused(ProblemCode.VISIT_SEALED, "draw.ticket_closed", ticket=str(ticket_id))
    row = await store.draw_row(ticket.draw)
    (proof,) = await _proofs(row, await reopen(row), [ticket])
    return proof


async def bundle(cmd: Command, *, draw_id: UUID, full: bool = False) -> dict[str, bytes]:
    """The files that `inspection.draw.verify` reads, by name. With `full` also frame, key, lists and teams: for a
    supervisor who took no part as operator or approver; reading them is journalled.

    Raises:
        Conflict: the draw is not sealed.
        Refused: the secrets are asked for by somebody else.
    """
    if not full:
        return await _public_files(draw_id)
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        past(row, DrawState.SEALED)
        _may_read_secrets(cmd, row)
        await append(event(cmd, row, EventKind.DRAW_SECRETS_READ))
        return await _public_files(draw_id) | await _secret_files(draw_id)


async def _public_files(draw_id: UUID) -> dict[str, bytes]:
    row = await store.draw_row(draw_id)
    past(row, DrawState.SEALED)
    opened = await reopen(row)
    proofs = await _proofs(row, opened, [t for t in await store_tickets.drawn_tickets(draw_id) if t.opened_at])
    return disclosure.public_files(await store.ceremony(draw_id), proofs, await _journal(draw_id))


def _may_read_secrets(cmd: Command, row: DrawRow) -> None:
    if cmd.actor.role is not Role.SUPERVISOR:
        raise Refused(ProblemCode.FORBIDDEN, "draw.not_a_supervisor", name=cmd.actor.name)
    someone_else(cmd, row.operator, "draw.operator_supervises")
    someone_else(cmd, row.approver, "draw.operator_supervises")


async def _proofs(row: DrawRow, opened: Reopened, tickets: list[TicketRow]) -> list[ObjectProof]:
    ceremony = await store.ceremony(row.id)
    return [prove(opened.h, opened.secret, opened.frame, ceremony, t.record, t.index) for t in tickets]


async def _secret_files(draw_id: UUID) -> dict[str, bytes]:
    kept, teams = await store_secrets.kept(draw_id), await store_tickets.teams(draw_id)
    return disclosure.secret_files(
        kept.key,
        unsqueezed(kept.manifest),
        unsqueezed(kept.roster),
        unsqueezed(kept.relations),
        [
            (ticket.record.value, [str(person) for person, _, _ in teams[ticket.id]])
            for ticket in await store_tickets.drawn_tickets(draw_id)
        ],
    )


async def _journal(draw_id: UUID) -> list[JournalEntry]:
    lines: list[JournalEntry] = []
    while page := await read(f"draw:{draw_id}", after=len(lines)):
        lines += page
    return lines
