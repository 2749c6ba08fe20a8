"""Who goes to a visit and for which tasks, as its papers and the pages of its door name them, in a few statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.registry import find as registry
from inspection.visits import store_cards
from inspection.visits.links.store import one_with
from inspection.visits.reading import known_visit
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from inspection.visits.team import team_from
from inspection.visits.team_cards import team_cards
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import TeamMemberCard


@dataclass(frozen=True, slots=True)
class Going:
    """An unsealed visit. `joined`: the visits that are one with it, itself first; `tasks` of all of them, in the order
    in which they joined; `draws`: by which they were drawn; `photos`: by inspector, the digest (SHA-256, hex).
    """

    visit: VisitRow
    joined: tuple[UUID, ...]
    team: tuple[TeamMemberCard, ...]
    photos: Mapping[UUID, str]
    tasks: tuple[UUID, ...]
    draws: tuple[UUID, ...]


async def going_to(visit_id: UUID) -> Going:
    """Who goes to an unsealed visit.

    Raises:
        NotFound: `visits.no_visit`: there is none, or nobody goes.
        Refused: `visits.sealed`: nobody learns of it yet.
        Conflict: `visits.cancelled`: another object came in.
    """
    visit = await unsealed_visit(visit_id)
    joined = (visit, *(one for one in await one_with(visit) if one.id != visit_id))
    ids = [one.id for one in joined]
    members = await store_cards.members_of(ids)
    team = team_from(joined, members)
    if not team.going:
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_visit", visit=str(visit_id))
    people = await registry.carried({member.inspector for member in team.going})
    served = await store_cards.tasks_of(ids)
    ended = {one.id for one in joined if one.state is VisitState.CANCELLED}
    return Going(
        visit=visit,
        joined=tuple(ids),
        team=team_cards(
            visit,
            team,
            {id_: (one.name, one.unit) for id_, one in people.items()},
            {id_: one.certificates for id_, one in people.items()},
        ),
        photos={id_: one.photo for id_, one in people.items() if one.photo is not None},
        tasks=tuple(task for one in ids if one not in ended for task, _ in served.get(one, ())),
        draws=tuple(sorted({draw for tasks in served.values() for _, draw in tasks if draw is not None})),
    )


async def unsealed_visit(visit_id: UUID) -> VisitRow:
    """The visit, if anybody may know of it and it is still to be or was carried out; raises as `going_to`."""
    visit = await known_visit(visit_id)
    if visit.state is VisitState.SEALED:
        raise Refused(ProblemCode.VISIT_SEALED, "visits.sealed", visit=str(visit_id))
    if visit.state is VisitState.CANCELLED:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.cancelled", visit=str(visit_id))
    return visit
