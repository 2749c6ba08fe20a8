"""Reading objections."""

from collections.abc import Collection
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.publicity.objections import store
from inspection.publicity.objections.rows import ObjectionRow, ObjectionState
from inspection.visits.reading import joined_visits
from mobile_contract.problems import ProblemCode


async def objections_of(visit_id: UUID) -> list[ObjectionRow]:
    """All objections of a visit and of those that are one with it, the oldest first.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return await objections_together(await joined_visits(visit_id))


async def objections_together(visits: Collection[UUID]) -> list[ObjectionRow]:
    """All objections of visits that are one, of whom it is known which they are; the oldest first."""
    return await store.of_visits(visits)


async def known_objection(objection_id: UUID, *, authority: UUID | None = None) -> ObjectionRow:
    """One objection; of this authority, where one is given.

    Raises:
        NotFound: `publicity.no_objection`.
    """
    row = await store.objection(objection_id)
    if row is None or authority not in (None, row.authority):
        raise NotFound(ProblemCode.OBJECTION_UNKNOWN, "publicity.no_objection", objection=str(objection_id))
    return row


async def list_objections(
    authority: UUID, *, states: Collection[ObjectionState] = (), after: UUID | None = None, limit: int = 100
) -> list[ObjectionRow]:
    """A page of an authority's objections by id, those behind `after`; in these states, or in any."""
    return await store.listed(authority, states, after, limit)
