"""Penalties as others ask for them: of a visit, of an object, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.publicity import store_documents
from inspection.publicity.penalties import store
from inspection.publicity.penalties.store import AnnulmentRow, PenaltyRow
from inspection.publicity.release import Standing
from inspection.visits.reading import joined_visits
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class PenaltyFile:
    """A penalty with what became of it. `publication`: its id; `number`: its public number, None until it is out."""

    penalty: PenaltyRow
    annulment: AnnulmentRow | None
    publication: UUID
    standing: Standing
    number: str | None

    @property
    def stands(self) -> bool:
        """Whether nobody has annulled it."""
        return self.annulment is None


async def penalties_of(visit_id: UUID) -> tuple[PenaltyFile, ...]:
    """The penalties in consequence of a visit and of those that are one with it, the oldest first.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return await files(await store.of_visits(await joined_visits(visit_id)))


async def penalties_of_object(object_id: UUID) -> tuple[PenaltyFile, ...]:
    """The penalties of an inspection object, the oldest first."""
    return await files(await store.of_object(object_id))


async def known_penalty(penalty_id: UUID, *, authority: UUID | None = None) -> PenaltyFile:
    """The penalty, if it is of this authority (of any, when None).

    Raises:
        NotFound: `publicity.no_penalty`.
    """
    row = await store.penalty(penalty_id)
    if row is None or authority not in (None, row.authority):
        raise NotFound(ProblemCode.PENALTY_UNKNOWN, "publicity.no_penalty", penalty=str(penalty_id))
    return (await files([row]))[0]


async def listed_penalties(authority: UUID, after: UUID | None, limit: int) -> tuple[PenaltyFile, ...]:
    """A page of an authority's penalties, the oldest first, those behind `after`."""
    return await files(await store.listed(authority, after, limit))


async def files(rows: Sequence[PenaltyRow]) -> tuple[PenaltyFile, ...]:
    """Each of these penalties with what became of it."""
    ids = [row.id for row in rows]
    annulled, published = await store.annulments(ids), await store_documents.publications_of_penalties(ids)
    return tuple(PenaltyFile(row, annulled.get(row.id), *published[row.id]) for row in rows)
