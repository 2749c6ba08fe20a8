"""What the draw tells, to whom, and when: everybody what is safe, the visits who was drawn, a stranger the proof."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from inspection.draw import store, store_secrets, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState, ObjectProof, SealedMatch
from inspection.draw.changes import store as changes
from inspection.draw.changes.current import matches_now
from inspection.draw.changes.files import change_files, change_told
from inspection.draw.changes.watch import rates_of
from inspection.draw.close_draw import note_opening
from inspection.draw.frozen import store_chunks
from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import FRAME_CHUNK, lines_of, unsqueezed
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import FrameRow, read_row
from inspection.draw.lot.proof import RowOpening, parted, prove, prove_undrawn
from inspection.draw.standing import event, past, supervises
from inspection.draw.store import DrawRow
from inspection.draw.store_tickets import TicketRow
from inspection.draw.supervision.verify_draw import verifications
from inspection.draw.told import disclosure
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, JournalEntry, append, read
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def public_view(draw_id: UUID) -> dict[str, JSON]:
    """What anybody may see at any time: fingerprint, contributions, seed, cells with their exact probabilities, ticket
    values, roots, level, attempts and voids, the supervisors' word, changes after the draw, and how many of the
    authority's draws were given up and changed. Never a name.
    """
    row = await store.draw_row(draw_id)
    draws, void = await store.attempts_counted(row.authority)
    told: list[JSON] = [
        {"version": one.version, "good": one.good, "at": one.at.isoformat()} for one in await verifications(draw_id)
    ]
    return {
        **disclosure.public_view(await store.ceremony(draw_id)),
        "verified": told,
        "changes": [change_told(hash_named(row.terms.hash_alg), one) for one in await changes.of_draw(draw_id)],
        "of_authority": {"draws": draws, "void": void, "changes": await rates_of(row.authority)},
    }


async def attempts(task_id: UUID) -> list[Ceremony]:
    """What is public of every attempt at a task, the first one first; the last one counts."""
    return [await store.ceremony(row.id) for row in await store.draws_of(task_id)]


async def sealed_matches(draw_id: UUID) -> list[SealedMatch]:
    """Every object to be visited with its team, once for each task that drew it, for `visits` alone, in the order of
    the tickets' values: the match, with the changes that were settled since.

    Raises:
        Conflict: the draw is not sealed.
    """
    row = await store.draw_row(draw_id)
    past(row, DrawState.SEALED)
    return await matches_now(row)


async def open_ticket(cmd: Command, *, ticket_id: UUID) -> None:
    """Let the proof of one drawn object out, once its visit is public. Opening it again changes nothing.

    Raises:
        Conflict: the draw is not sealed, or the ticket waits in the reserve.
    """
    async with unit_of_work():
        ticket = await store_tickets.ticket_row(ticket_id)
        row = await store.draw_row(ticket.draw, lock=True)
        past(row, DrawState.SEALED)
        if not ticket.drawn and not ticket.came_in:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.ticket_in_reserve", ticket=str(ticket_id))
        if await store_tickets.mark_opened(ticket_id, cmd.now):
            await append(event(cmd, row, EventKind.TICKET_OPENED, ticket=ticket.record.value.hex()))
            await note_opening(cmd, row)


async def opening(ticket_id: UUID) -> ObjectProof:
    """The proof that one object was in the frame and drawn by lot; `disclosure.opened` gives its JSON.

    Raises:
        Refused: the ticket is not opened yet (`open_ticket`).
    """
    ticket = await store_tickets.ticket_row(ticket_id)
    if ticket.opened_at is None:
        raise Refused(ProblemCode.VISIT_SEALED, "draw.ticket_closed", ticket=str(ticket_id))
    (proof,) = await _proofs(ticket.draw, [ticket])
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
        supervises(cmd, row)
        await append(event(cmd, row, EventKind.DRAW_SECRETS_READ))
        return await _public_files(draw_id) | await _secret_files(row) | await _change_files(row, full=True)


async def _public_files(draw_id: UUID) -> dict[str, bytes]:
    row = await store.draw_row(draw_id)
    past(row, DrawState.SEALED)
    proofs = await _proofs(draw_id, await store_tickets.published_tickets(draw_id))
    files = disclosure.public_files(await store.ceremony(draw_id), proofs, await _journal(draw_id))
    return files | await _change_files(row)


async def _change_files(row: DrawRow, *, full: bool = False) -> dict[str, bytes]:
    return change_files(hash_named(row.terms.hash_alg), await changes.of_draw(row.id), full=full)


async def _proofs(draw_id: UUID, tickets: Sequence[TicketRow]) -> list[ObjectProof]:
    """The proofs of drawn tickets, from what is stored beside them; each chunk of theirs is read once."""
    ceremony, lines = await store.ceremony(draw_id, tickets=False), await _lines(draw_id, tickets)
    return [prove_stored(ceremony, ticket, lines[ticket.index]) for ticket in tickets]


async def _lines(draw_id: UUID, tickets: Sequence[TicketRow]) -> dict[int, FrameRow]:
    wanted: dict[int, set[int]] = defaultdict(set)
    for ticket in tickets:
        wanted[ticket.index // FRAME_CHUNK].add(ticket.index)
    found = {}
    for number, indices in sorted(wanted.items()):
        rows = lines_of((await store_chunks.chunk(draw_id, number)).data)
        found.update({index: read_row(rows[index % FRAME_CHUNK], index) for index in indices})
    return found


def prove_stored(ceremony: Ceremony, ticket: TicketRow, row: FrameRow) -> ObjectProof:
    """The proof of a ticket that was drawn or came in by a change, from what is stored beside it, and its row. Pure."""
    siblings = parted(ticket.siblings)
    inside = merkle.path_length(ticket.index, ceremony.frame_rows or 0)
    opening_ = RowOpening(row, ticket.salt, siblings[:inside])
    if ticket.came_in:
        # Its ticket lies above the threshold: it came in for another object, as the changes tell.
        return prove_undrawn(hash_named(ceremony.hash_alg), ceremony, opening_, row.cells.index(ticket.record.cell))
    return prove(ceremony, ticket.record, opening_, siblings[inside:])


async def _secret_files(row: DrawRow) -> dict[str, bytes]:
    kept, teams = await store_secrets.kept(row.id), await store_tickets.teams(row.id)
    chunks = [unsqueezed(chunk.data) async for chunk in store_chunks.chunks(row.id)]
    lists = [unsqueezed(told) if told else b"" for told in (kept.roster, kept.relations, kept.history)]
    return disclosure.secret_files(
        kept.key,
        b"".join(chunks),
        (lists[0], lists[1], lists[2]),
        [
            (ticket.record.value, [(str(person), how) for person, _, how in teams[ticket.id]])
            for ticket in await store_tickets.drawn_tickets(row.id)
            if ticket.id in teams
        ],
    )


async def _journal(draw_id: UUID) -> list[JournalEntry]:
    lines: list[JournalEntry] = []
    while page := await read(f"draw:{draw_id}", after=len(lines)):
        lines += page
    return lines
