"""How much is taken of a device that was taken out of use: enough for all that an honest one can hold, and an end to
what a thief with a living key can write (sync.md §4, case 42). Rates are the edge's matter.
"""

from collections.abc import Sequence
from typing import Final

from inspection.visits.entries.admit import entries_since, known_entries
from mobile_contract.push import Reason, Verdict
from sync.push.outcomes import Told
from sync.push.read_lines import Authentic
from sync.rows import DeviceRow

MOST_AFTER_REVOCATION: Final = 20_000
"""Entries: some two months of an inspector's work."""
MOST_BYTES_AFTER_REVOCATION: Final = 256 * 1024 * 1024


async def within_quota(entries: Sequence[Authentic]) -> tuple[list[Authentic], list[Authentic]]:
    """What of it is taken, and what is not: new entries of revoked signers, beyond what is here of each already."""
    revoked = {entry.signer.id: entry.signer for entry in entries if entry.signer.revoked_at is not None}
    if not revoked:
        return list(entries), []
    spare = {device: await _spare(row) for device, row in revoked.items()}
    known = await known_entries([entry.entry.text_hash for entry in entries if entry.signer.id in revoked])
    within: list[Authentic] = []
    beyond: list[Authentic] = []
    for entry in entries:
        device = entry.signer.id
        if device not in revoked or entry.entry.text_hash in known:
            within.append(entry)
        elif spare[device] > 0:
            spare[device] -= 1
            within.append(entry)
        else:
            beyond.append(entry)
    return within, beyond


def not_now(beyond: Sequence[Authentic]) -> list[Told]:
    """The verdict on what is beyond the quota: it is not stored, so nothing says that it is, nor that it is wrong."""
    return [Told(entry.number, entry.entry.text_hash, Verdict.LATER, (Reason.STORAGE,)) for entry in beyond]


async def _spare(device: DeviceRow) -> int:
    if device.revoked_at is None:
        raise ValueError(f"{device.id} is in use")
    count, size = await entries_since(device.id, device.revoked_at)
    return MOST_AFTER_REVOCATION - count if size < MOST_BYTES_AFTER_REVOCATION else 0
