"""What every page of one visit begins with: where it stands, whom it is about (unless sealed), who goes there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from api.commands import AnyRequest
from api.office.visits import my_visit
from inspection.kernel.errors import NotFound
from inspection.registry import find as registry
from inspection.registry.objects.facts import ObjectFacts
from inspection.visits.listing import proposed_leader
from inspection.visits.rows import Member, ServedTask, VisitRow
from inspection.visits.setting import setting_of
from inspection.visits.states import UNNAMED
from mobile_contract.problems import ProblemCode

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class TeamLine:
    """Somebody of the team. `leads` now; `proposed`: whom the lot proposes to lead."""

    inspector: UUID
    name: str
    unit: str | None
    how: str
    leads: bool
    proposed: bool
    left: bool


@dataclass(frozen=True, slots=True)
class VisitHead:
    """A visit as its pages name it. `object` is None while it is sealed, and for ever if it ended sealed; `joined`:
    the visits that are read as one with it, the canonical one first.
    """

    visit: VisitRow
    joined: tuple[UUID, ...]
    object: ObjectFacts | None
    tasks: tuple[ServedTask, ...]
    team: tuple[TeamLine, ...]

    @property
    def id(self) -> UUID:
        return self.visit.id

    @property
    def sealed(self) -> bool:
        """Whether nobody may be told whose visit it is."""
        return self.object is None

    @property
    def names(self) -> Mapping[str, str]:
        """By inspector's id, as text, the names of the team."""
        return {str(one.inspector): one.name for one in self.team}


async def head_of(request: AnyRequest, visit_id: UUID) -> VisitHead:
    """A visit of the caller's authority, sealed ones too.

    Raises:
        NotFound: `visits.no_visit`.
    """
    visit = await my_visit(request, visit_id)
    setting = await setting_of(visit)
    named = visit.unsealed_at is not None or visit.state not in UNNAMED
    about = await registry.object_facts(visit.object) if named else None
    members = [one.member for one in setting.people.memberships]
    people = await registry.named_people({one.inspector for one in members})
    first = await proposed_leader(visit.id, [one.inspector for one in members if one.left_at is None])
    team = {one.inspector: _line(one, people, visit, first) for one in members}
    return VisitHead(visit, tuple(one.id for one in setting.joined), about, setting.tasks, tuple(team.values()))


async def named_head(request: AnyRequest, visit_id: UUID) -> VisitHead:
    """The same of a visit that may be spoken about.

    Raises:
        NotFound: `visits.no_visit`, also while it is sealed.
    """
    head = await head_of(request, visit_id)
    if head.sealed:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return head


def chosen(values: type[Choice], told: str) -> Choice | None:
    """One of a closed list out of an address; None for anything else."""
    return values(told) if told in {one.value for one in values} else None


def day_chosen(told: str) -> date | None:
    """A day out of an address; None for anything else."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def id_chosen(told: str) -> UUID | None:
    """An id out of an address; None for anything else."""
    try:
        return UUID(told)
    except ValueError:
        return None


def _line(
    member: Member, people: Mapping[UUID, tuple[str, str | None]], visit: VisitRow, first: UUID | None
) -> TeamLine:
    name, unit = people.get(member.inspector, ("", None))
    return TeamLine(
        inspector=member.inspector,
        name=name,
        unit=unit,
        how=member.how,
        leads=member.inspector == visit.leader,
        proposed=member.inspector == first,
        left=member.left_at is not None,
    )
