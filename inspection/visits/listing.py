"""Questions about visits that change nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspection.draw.changes.leaders import leader_order, proposed
from inspection.visits import store, store_changes
from inspection.visits.rows import VisitRow
from inspection.visits.setting import RECUSAL
from inspection.visits.states import UNNAMED, VisitState


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in a list. `object` is None while it is sealed, and for ever if it ended sealed.

    `proposed_leader`: the first in lot order of those of the team who may lead; the section head decides.
    """

    id: UUID
    state: VisitState
    object: UUID | None
    starts_on: date
    ends_on: date
    team: tuple[UUID, ...]
    leader: UUID | None
    proposed_leader: UUID | None
    tasks: tuple[UUID, ...]
    unsealed_at: datetime | None
    approved_at: datetime | None


async def list_visits(
    authority: UUID,
    *,
    states: Collection[VisitState] = (),
    leader: UUID | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[VisitLine]:
    """A page of visits by id, those behind `after`."""
    rows = await store.visits(authority, states=states, leader=leader, after=after, limit=limit)
    served: dict[UUID, list[UUID]] = {row.id: [] for row in rows}
    for task in await store.served_tasks(list(served)):
        served[task.visit].append(task.task)
    orders: dict[UUID, tuple[UUID, ...]] = {}
    found = []
    for row in rows:
        team = await team_of(row.id)
        found.append(_line(row, team, await proposed_leader(row.id, team, orders), tuple(served[row.id])))
    return found


async def proposed_leader(
    visit_id: UUID, team: Collection[UUID], orders: dict[UUID, tuple[UUID, ...]] | None = None
) -> UUID | None:
    """Who is proposed to lead a drawn team; None when nobody in it may. `orders`: by draw, kept between calls."""
    known = {} if orders is None else orders
    for draw in dict.fromkeys(draw for draw, _ in await store_changes.draws_served(visit_id)):
        if draw not in known:
            known[draw] = await leader_order(draw)
        if (first := proposed(known[draw], team)) is not None:
            return first
    return None


async def team_of(visit_id: UUID) -> tuple[UUID, ...]:
    """The inspectors of the visit now, by slot."""
    return tuple(member.inspector for member in await store.members(visit_id) if member.left_at is None)


async def recused_from(visit_id: UUID) -> frozenset[UUID]:
    """Who has left the visit by recusal."""
    return frozenset(one.inspector for one in await store.members(visit_id) if one.left_reason == RECUSAL)


async def visits_of_inspector(inspector_id: UUID) -> list[UUID]:
    """Unsealed visits whose team the inspector is in now."""
    return await store.visits_of(inspector_id)


def _line(row: VisitRow, team: tuple[UUID, ...], first: UUID | None, tasks: tuple[UUID, ...]) -> VisitLine:
    return VisitLine(
        id=row.id,
        state=row.state,
        object=row.object if row.unsealed_at is not None or row.state not in UNNAMED else None,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        team=team,
        leader=row.leader,
        proposed_leader=first,
        tasks=tasks,
        unsealed_at=row.unsealed_at,
        approved_at=row.approved_at,
    )
