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
    """What became of all results of a visit: every version that went out, and those kept back for good."""

    documents: tuple[DocumentRow, ...]
    withheld: tuple[Withheld, ...]


async def settled(visit_id: UUID) -> Settled | None:
    """The end of a visit's publicity, or None while a result still waits (or is only deferred), or none was formed."""
    withheld: list[Withheld] = []
    for row in await store.waiting(visit=visit_id):
        held = row.withholding
        if held is None or held.until is not None:
            return None
        withheld.append(Withheld(row.id, row.outcome, row.item_name, held.ground))
    documents = await store_documents.documents(visit=visit_id)
    if not (documents or withheld) or await store.results_to_open(visit_id):
        return None
    return Settled(tuple(documents), tuple(sorted(withheld, key=lambda one: one.publication)))
