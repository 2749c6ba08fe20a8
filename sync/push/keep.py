"""What a push leaves behind besides its entries: the receipt, the refused lines, one line of the carrier's journal."""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from mobile_contract.base import unb64url
from mobile_contract.push import Receipt
from mobile_contract.signed import SignedText
from sync.push import store
from sync.push.outcomes import Told
from sync.rows import Letter, ReceiptRow

MAX_LETTERS: Final = 1_000
MAX_LETTER_BYTES: Final = 16 * 1024 * 1024


async def keep(
    cmd: Command, receipt: Receipt, signed: SignedText, letters: Sequence[Letter], outcomes: Sequence[Told]
) -> None:
    """Store them. Call inside a unit of work. `receipt`: what `signed` says, without the entries."""
    refused = await keep_letters(cmd, letters, receipt.carrier)
    row = ReceiptRow(
        id=receipt.id,
        carrier=receipt.carrier,
        history=receipt.history,
        received_at=receipt.received_at,
        text=signed.p,
        kid=signed.k,
        signature=unb64url(signed.s),
    )
    visits = sorted({one.visit for one in outcomes if one.visit is not None and one.verdict.takes_custody})
    await store.add_receipt(row, [(cmd.new_id(), visit) for visit in visits])
    tally = Counter(one.verdict.value for one in outcomes)
    await append(
        cmd.event(
            EventKind.PUSH_RECEIVED,
            f"device:{receipt.carrier}",
            receipt=str(receipt.id),
            verdicts=dict(sorted(tally.items())),
            dead_letters=refused,
        )
    )


async def keep_letters(cmd: Command, letters: Sequence[Letter], carrier: UUID) -> int:
    """Keep refused lines as far as the carrier's quota goes; how many were new."""
    if not letters:
        return 0
    count, size = await store.letters_of(carrier)
    kept: list[tuple[UUID, Letter]] = []
    for letter in letters:
        size += len(letter.content)
        if count + len(kept) >= MAX_LETTERS or size > MAX_LETTER_BYTES:
            break
        kept.append((cmd.new_id(), letter))
    return await store.add_letters(kept, carrier, cmd.now)
