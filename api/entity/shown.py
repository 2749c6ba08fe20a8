"""What the pages behind a door show, read from the rooms that keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.entity.session import DoorVisit
from inspection.documents.known import KnownVisit, known
from inspection.documents.views import Contact, Officer
from inspection.door.put_right import PutRight, put_right
from inspection.kernel.errors import NotFound
from inspection.publicity.objections.read import objections_of
from inspection.publicity.objections.rows import ObjectionRow
from inspection.registry import find as registry
from inspection.visits.card import visit_card
from inspection.visits.notices.steps import ServedNotice, served_notice
from inspection.visits.notices.store import Step, StepRow
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import TeamMemberCard


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team. `photo`: the address of the picture, None where there is none."""

    name: str
    unit: str
    certificate: str
    valid_until: date | None
    leader: bool
    photo: str | None


@dataclass(frozen=True, slots=True)
class ShownHome:
    """Who is at the door, whom to ask, and what there is to do. `formed`: there is a record and a result to read."""

    party: str
    authority: str
    opens: date
    closes: date
    members: Sequence[Member]
    contact: Contact
    notice: ServedNotice
    formed: bool
    put_right: PutRight
    objections: Sequence[ObjectionRow]

    @property
    def acknowledged(self) -> bool:
        """Whether somebody said that the notice was received."""
        return bool(self.notice.of(Step.ACKNOWLEDGED))


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """What became of the notice: how it was served, oldest first, and who acknowledged it."""

    number: str | None
    served: Sequence[StepRow]
    acknowledged: StepRow | None


def is_formed(door: DoorVisit) -> bool:
    """Whether the party reads record and result: once the record is approved, with which the results are formed."""
    return door.door.state is VisitState.APPROVED


def formed(door: DoorVisit) -> None:
    """Raises NotFound while there is neither record nor result for the party to read."""
    if not is_formed(door):
        raise NotFound(ProblemCode.NOT_FOUND, "entity.not_formed")


async def shown_home(door: DoorVisit) -> ShownHome:
    """The first page."""
    told = await known(door.visit)
    return ShownHome(
        party=told.object.name,
        authority=told.authority.name,
        opens=told.visit.starts_on,
        closes=told.visit.ends_on,
        members=await _members(door, told),
        contact=told.contact(),
        notice=await served_notice(door.visit),
        formed=is_formed(door),
        put_right=await put_right(door.visit),
        objections=await objections_of(door.visit),
    )


async def shown_notice(visit_id: UUID) -> ShownNotice:
    """Whether the notice was served and acknowledged."""
    told = await served_notice(visit_id)
    return ShownNotice(told.number, told.of(Step.SERVED), next(iter(told.of(Step.ACKNOWLEDGED)), None))


async def photo_of(visit_id: UUID, slot: int) -> str | None:
    """The digest of the photo of whoever stands at this place of the team; None where there is none."""
    team = (await visit_card(visit_id)).team
    person = next((member.inspector for member in team if member.slot == slot), None)
    return (await registry.photos([person])).get(person) if person is not None else None


async def _members(door: DoorVisit, told: KnownVisit) -> list[Member]:
    photos = await registry.photos([member.inspector for member in told.card.team])
    pairs = zip(told.card.team, told.officers(), strict=True)
    return [_member(door, card, officer, card.inspector in photos) for card, officer in pairs]


def _member(door: DoorVisit, card: TeamMemberCard, officer: Officer, has_photo: bool) -> Member:
    return Member(
        name=officer.name,
        unit=officer.unit,
        certificate=officer.certificate,
        valid_until=card.certificate.valid_until if card.certificate else None,
        leader=officer.leader,
        photo=f"{door.path}/photos/{card.slot}" if has_photo else None,
    )
