"""The signed head of a chain of custody: what the server commits itself to."""

from collections.abc import Callable

from inspection.archive.custody.note import STREAM
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.journal import JournalEntry
from mobile_contract.signed import Purpose, SignedText


def signed_head(newest: JournalEntry, sign: Callable[[Purpose, str], SignedText]) -> SignedText:
    """The head behind this line: visit, number, hash (hex) and time of it. The same line gives the same head."""
    told: dict[str, JSON] = {
        "v": 1,
        "visit": newest.stream.removeprefix(STREAM),
        "n": newest.seq,
        "hash": newest.hash.hex(),
        "at": newest.at.isoformat(),
    }
    return sign(Purpose.CUSTODY, canonical_json(told).decode())
