"""Questions about visits that change nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspection.draw.changes.leaders import leader_order, proposed
from inspection.visits import store, store_cards
from inspection.visits.changes import store as store_changes
from inspection.visits.entries import store_given
from inspection.visits.links.store import linked_with, one_with
from inspection.visits.rows import VisitRow
from inspection.visits.states import UNNAMED, VisitState
from inspection.visits.team import Team, team_from


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in a list. `object` is None while it is sealed, and for ever if it ended sealed.

    `proposed_leader`: the first in lot order of those of the team who may lead; the section head decides.
    `linked_to`: what it is read under when it is one with other visits; team and tasks are those of its own.
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
    linked_to: UUID | None
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
        team = tuple(one.inspector for one in await store.members(row.id) if one.left_at is None)
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
    """The inspectors who go there now, by slot: of the visit, then of those that are one with it."""
    return tuple(member.inspector for member in (await _team(visit_id)).going)


async def ever_of(visit_id: UUID) -> frozenset[UUID]:
    """Everybody who was ever in the team of the visit, or of one that is one with it."""
    return (await _team(visit_id)).ever


async def recused_from(visit_id: UUID) -> frozenset[UUID]:
    """Who has left the visit, or one that is one with it, by recusal."""
    return (await _team(visit_id)).recused


async def visible_to(inspectors: Collection[UUID], visits: Collection[UUID]) -> frozenset[UUID]:
    """Those of the visits that one of these inspectors may see: he goes there; not sealed, not cancelled."""
    own = await store_given.seen_by(inspectors, visits)
    found = {visit for visit, linked_to in own.items() if linked_to is None}
    for visit in sorted(set(visits) - found):
        row = await store.visit(visit)
        shown = row is not None and row.linked_to is not None and row.state not in UNNAMED
        if shown and not set(inspectors).isdisjoint(await team_of(visit)):
            found.add(visit)
    return frozenset(found)


async def visits_of_inspector(inspector_id: UUID) -> list[UUID]:
    """Unsealed visits whose team the inspector is in now, and those that are one with them."""
    own = await store.visits_of(inspector_id)
    further = [visit for visit in await linked_with(own) if inspector_id in await team_of(visit)]
    return [*own, *further]


async def unsealed_visits(task_id: UUID) -> list[UUID]:
    """Visits of a task that were unsealed and not cancelled, by id; those that are one, under the canonical id."""
    return await store.named_visits(task_id)


async def visits_at(objects: Collection[UUID]) -> list[UUID]:
    """Visits of these objects that were unsealed and not cancelled, finished ones among them, by id."""
    return await store_cards.visits_of_objects(objects)


async def _team(visit_id: UUID) -> Team:
    visit = await store.visit(visit_id)
    joined = await one_with(visit) if visit is not None else ()
    return team_from(joined, {one.id: await store.members(one.id) for one in joined})


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
        linked_to=row.linked_to,
        unsealed_at=row.unsealed_at,
        approved_at=row.approved_at,
    )
