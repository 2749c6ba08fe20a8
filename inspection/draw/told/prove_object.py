"""One object's own opening once a draw is closed: drawn or not, a firm may see its ticket and the threshold (§4.14).

Whoever asks must hold the code that the office printed for the firm. Before the draw is closed there is one answer for
drawn, undrawn and unknown objects, and nothing is looked up for it.
"""

import hashlib
import hmac
from base64 import b32encode
from uuid import UUID

from inspection.draw import store, store_secrets, store_tickets
from inspection.draw.ceremony import DrawState, ObjectProof
from inspection.draw.frozen import store_chunks
from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import FRAME_CHUNK, chunk_leaves, lines_of
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import read_row
from inspection.draw.lot.proof import RowOpening, prove_undrawn
from inspection.draw.lot.salts import salt
from inspection.draw.standing import event, wrong_step
from inspection.draw.store import DrawRow
from inspection.draw.told.disclose import prove_stored
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

CODE_BYTES = 10
CODE_LETTERS = 16


async def object_code(cmd: Command, *, draw_id: UUID, oid: str) -> str:
    """The code to print for a firm, 16 letters and digits; the same every time. That one was asked for is journalled.

    Raises:
        Conflict: the draw is not closed; `draw.key_away`: the supervisor has not returned K yet.
        NotFound: `draw.object_not_in_frame`.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if row.state is not DrawState.CLOSED:
            raise wrong_step(row)
        key = (await store_secrets.kept(draw_id)).key
        if not key:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.key_away", draw=str(draw_id))
        if await _find(row, hash_named(row.terms.hash_alg), key, oid) is None:
            raise NotFound(ProblemCode.NOT_FOUND, "draw.object_not_in_frame", oid=oid)
        await append(event(cmd, row, EventKind.DRAW_SECRETS_READ, what="object-code"))
        return code_of(hash_named(row.terms.hash_alg), key, oid)


async def object_proofs(draw_id: UUID, *, oid: str, code: str) -> list[ObjectProof]:
    """The openings of one object, one for each task of the draw, for whoever holds its code.

    Raises:
        NotFound: `draw.no_proof`, always in the same words: not closed, K not there, no such object, another code.
    """
    row = await store.draw_row(draw_id)
    if row.state is not DrawState.CLOSED:
        raise _nothing()
    h, key = hash_named(row.terms.hash_alg), (await store_secrets.kept(draw_id)).key
    found = await _find(row, h, key, oid) if key else None
    right = hmac.compare_digest(code_of(h, key, oid).encode(), _letters(code).encode()) if key else False
    if found is None or not right:
        raise _nothing()
    return await _proofs(row, h, found)


def code_of(h: Hash, key: bytes, oid: str) -> str:
    """The code of an object: nobody can compute it without K."""
    told = hashlib.sha256(b"\x41" + salt(h, key, oid)).digest()[:CODE_BYTES]
    return b32encode(told).decode()


def _letters(code: str) -> str:
    """A code as it was typed: capitals, without hyphens and blanks."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:CODE_LETTERS]


async def _find(row: DrawRow, h: Hash, key: bytes, oid: str) -> RowOpening | None:
    chunk = await store_chunks.chunk_of(row.id, oid)
    if chunk is None:
        return None
    lines = lines_of(chunk.data)
    place = next((n for n, line in enumerate(lines) if line.partition(b"\t")[0] == oid.encode()), None)
    if place is None:
        return None
    inside = merkle.path(h, chunk_leaves(h, key, chunk.data), place)
    above = merkle.path(h, await store_chunks.chunk_roots(row.id), chunk.number)
    read = read_row(lines[place], chunk.number * FRAME_CHUNK + place)
    return RowOpening(read, salt(h, key, oid), (*inside, *above))


async def _proofs(row: DrawRow, h: Hash, found: RowOpening) -> list[ObjectProof]:
    ceremony = await store.ceremony(row.id, tickets=False)
    own = [one for one in await store_tickets.drawn_tickets(row.id) if one.index == found.row.index]
    drawn = {ticket.record.cell: ticket for ticket in own}
    return [
        prove_stored(ceremony, drawn[cell], found.row) if cell in drawn else prove_undrawn(h, ceremony, found, task)
        for task, cell in enumerate(found.row.cells)
    ]


def _nothing() -> NotFound:
    return NotFound(ProblemCode.NOT_FOUND, "draw.no_proof")
