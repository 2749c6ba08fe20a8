"""Who holds K: the platform until the draw is sealed, the supervisor from before the freeze, nobody alone (双控).

With an escrow K is erased here at the seal: who was not drawn can then be told by nobody of the office, and a lost key
is no reason for a void. When the draw is closed the supervisor may bring K back (draw.md §4.2, §4.13, §4.14).
"""

from collections.abc import Iterable
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.frozen import store_chunks
from inspection.draw.frozen.parameters import Escrow
from inspection.draw.frozen.reopen import Reopened, holds_key
from inspection.draw.lot.chunks import unsqueezed
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.salts import SECRET_BYTES
from inspection.draw.lot.ticket import Ticket
from inspection.draw.standing import event, someone_else, supervises, wrong_step
from inspection.draw.store import DrawRow
from inspection.draw.supervision.escrow import escrow_digest, seal_key
from inspection.draw.supervision.gone_key import gone_text
from inspection.draw.supervision.register_key import key_in_use
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def lay_down(cmd: Command, row: DrawRow, h: Hash, secret: bytes) -> Escrow | None:
    """Encrypt K under the supervisor's key and put the ciphertext into the journal, inside the freeze.

    None where no supervisor has registered a key: then K stays in the platform alone.
    """
    holder = await key_in_use(row.authority)
    if holder is None:
        return None
    ciphertext = seal_key(holder.public_key, secret, draw=row.id.bytes)
    await store.change_draw(row.id, {"escrow": ciphertext, "escrow_key": holder.fingerprint})
    told = {"key": holder.fingerprint, "ciphertext": ciphertext.hex()}
    await append(event(cmd, row, EventKind.DRAW_ESCROWED, **told))
    return Escrow(holder.fingerprint, escrow_digest(h, ciphertext))


async def erase_key(cmd: Command, row: DrawRow, opened: Reopened, tickets: Iterable[Ticket]) -> None:
    """Forget K, inside the seal; without an escrow it stays, or nobody could verify the draw any more.

    `tickets`: all that are stored, drawn and waiting. Their salts and those of the inspectors stay for the changes.
    """
    if row.escrow is None:
        return
    names = [*(one.name for one in opened.roster.rows), *(ticket.oid for ticket in tickets)]
    await store_secrets.set_key(row.id, b"", gone_text(opened.h, opened.secret, names))
    await store.change_draw(row.id, {"key_erased_at": cmd.now})
    await append(event(cmd, row, EventKind.DRAW_KEY_ERASED, key=row.escrow_key))


async def return_key(cmd: Command, *, draw_id: UUID, key: bytes) -> Ceremony:
    """The supervisor brings K back once the draw is closed; returning it again changes nothing.

    Raises:
        Refused: not a supervisor, or one who took part as operator or approver.
        Conflict: the draw is not closed, or K was never erased.
        Invalid: `draw.key_wrong`: with this key the rows do not give the published root.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        supervises(cmd, row)
        kept = await store_secrets.kept(draw_id)
        if row.state is not DrawState.CLOSED or row.escrow is None:
            raise wrong_step(row)
        if len(key) != SECRET_BYTES or not await holds_key(row, key):
            raise Invalid(ProblemCode.INVALID, "draw.key_wrong")
        if not kept.key:
            await store_secrets.set_key(draw_id, key, None)
            await append(event(cmd, row, EventKind.DRAW_KEY_RETURNED))
    return await store.ceremony(draw_id)


async def reveal_frame(cmd: Command, *, draw_id: UUID) -> dict[str, bytes]:
    """K and the frame of a closed draw, to be made public: then anybody can draw again from the first row to the last.

    Only where all objects had the same weight: elsewhere the cells would tell who stands in which class of risk, and
    that stays inside (draw.md §4.14). That it was taken out is journalled.

    Raises:
        Conflict: the draw is not closed, or K is still with the supervisor (`draw.key_away`).
        Refused: `draw.reveal_weighted`; by the operator.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        someone_else(cmd, row.operator, "draw.operator_closes")
        if row.state is not DrawState.CLOSED:
            raise wrong_step(row)
        if len({cell.weight for cell in await store.cells(draw_id)}) > 1:
            raise Refused(ProblemCode.REFUSED, "draw.reveal_weighted")
        key = (await store_secrets.kept(draw_id)).key
        if not key:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.key_away", draw=str(draw_id))
        await append(event(cmd, row, EventKind.DRAW_SECRETS_READ, what="frame"))
        rows = [unsqueezed(chunk.data) async for chunk in store_chunks.chunks(draw_id)]
    return {"secret.json": canonical_json({"key": key.hex()}), "manifest.tsv": b"".join(rows)}
