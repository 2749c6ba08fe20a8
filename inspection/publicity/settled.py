from dataclasses import dataclass
from uuid import UUID

from inspection.publicity import store, store_documents
from inspection.publicity.release import Ground
from inspection.publicity.store_documents import DocumentRow


@dataclass(frozen=True, slots=True)
class Withheld:
    """A result that is not published, and on what ground."""

    publication: UUID
    outcome: UUID
    item_name: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of all results of a visit: every version that went out, of its penalties, too, and what is kept back
    for good.
    """

    documents: tuple[DocumentRow, ...]
    withheld: tuple[Withheld, ...]


async def so_far(visit_id: UUID) -> Settled:
    """What is out of a visit now, and what is kept back for good, whatever still waits."""
    withheld = [
        Withheld(row.id, row.outcome, row.item_name, held.ground)
        for row in await store.waiting(visit=visit_id)
        if row.outcome is not None and (held := row.withholding) is not None and held.until is None
    ]
    # The dossier tells the story of a penalty, too: what went out of it belongs to it.
    documents = await store_documents.documents(visit=visit_id, penalties=True)
    return Settled(tuple(documents), tuple(sorted(withheld, key=lambda one: one.publication)))


async def settled(visit_id: UUID) -> Settled | None:
    """The end of a visit's publicity, or None while a result still waits (or is only deferred), or none was formed."""
    if any(row.withholding is None or row.withholding.until is not None for row in await store.waiting(visit=visit_id)):
        return None
    end = await so_far(visit_id)
    if not (end.documents or end.withheld) or await store.results_to_open(visit_id):
        return None
    return end
