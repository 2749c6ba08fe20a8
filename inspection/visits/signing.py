"""What was signed on a visit, read for a person."""

from inspection.kernel.errors import NotFound
from inspection.visits.entries import store as store_entries
from inspection.visits.reading import joined_visits, parsed
from inspection.visits.record.intake import read_body
from inspection.visits.rows import VisitRow
from mobile_contract.entries import SignatureBody
from mobile_contract.problems import ProblemCode


async def signature_of(visit: VisitRow, hash_: str) -> SignatureBody:
    """A signature among the entries of the visit and of those that are one with it, by the entry's hash.

    Raises:
        NotFound: no such entry there, no signature, one that cannot be read, or one whose body
            was erased by law.
    """
    stored = (await store_entries.entries_by_hash([hash_])).get(hash_)
    entry = parsed(stored) if stored is not None else None
    body = None
    if entry is not None and entry.header.visit in await joined_visits(visit.id):
        body = read_body(entry.header.type, entry.body, entry.b)
    if not isinstance(body, SignatureBody):
        raise NotFound(ProblemCode.ENTRY_UNKNOWN, "visits.no_signature", hash=hash_)
    return body
