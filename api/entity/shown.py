"""What the pages behind a door show, read from the rooms that keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.commands import AnyRequest
from api.entity.session import DoorVisit
from api.process import process_of
from inspection.documents.of_visit import KnownNotice, known_notice
from inspection.documents.views import Contact, Officer
from inspection.door.put_right import PutRight, put_right
from inspection.kernel.errors import NotFound
from inspection.kernel.unit_of_work import read_at_once
from inspection.publicity.objections.read import objections_together
from inspection.publicity.objections.rows import ObjectionRow
from inspection.visits.notices.steps import ServedNotice
from inspection.visits.notices.store import Step, StepRow
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import TeamMemberCard


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """What the pages of a door are written from, in whatever language. `left`: what the result leaves to put right."""

    notice: KnownNotice
    objections: Sequence[ObjectionRow]
    left: PutRight

    def opened(self, visit: UUID, day: date) -> bool:
        """Whether it is kept that the party opened its notice on this day."""
        steps = self.notice.served.of(Step.OPENED)
        return any(step.visit == visit and step.source == day.isoformat() for step in steps)

    def photo(self, slot: int) -> str | None:
        """The digest of the photo of whoever stands at this place of the team; None where there is none."""
        going = self.notice.visit.going
        person = next((member.inspector for member in going.team if member.slot == slot), None)
        return going.photos.get(person) if person is not None else None


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


async def door_facts(request: AnyRequest, door: DoorVisit) -> DoorFacts:
    """What the pages of this door are written from, read once while things stand as they do."""
    return await process_of(request).door_facts.of(
        door.now, door.visit, door.door.standing, lambda: read_at_once(_facts, door.visit)
    )


def shown_home(door: DoorVisit, facts: DoorFacts) -> ShownHome:
    """The first page."""
    told = facts.notice.visit
    photos = told.going.photos
    pairs = zip(told.team, told.officers(), strict=True)
    return ShownHome(
        party=told.object.name,
        authority=told.authority.name,
        opens=told.visit.starts_on,
        closes=told.visit.ends_on,
        members=[_member(door, card, officer, card.inspector in photos) for card, officer in pairs],
        contact=told.contact(),
        notice=facts.notice.served,
        formed=is_formed(door),
        put_right=facts.left,
        objections=facts.objections,
    )


def shown_notice(facts: DoorFacts) -> ShownNotice:
    """Whether the notice was served and acknowledged."""
    told = facts.notice.served
    return ShownNotice(told.number, told.of(Step.SERVED), next(iter(told.of(Step.ACKNOWLEDGED)), None))


async def _facts(visit_id: UUID) -> DoorFacts:
    notice = await known_notice(visit_id)
    objections = await objections_together(notice.visit.going.joined)
    approved = notice.visit.visit.state is VisitState.APPROVED
    return DoorFacts(notice, objections, await put_right(visit_id) if approved else PutRight(False, False, None))


def _member(door: DoorVisit, card: TeamMemberCard, officer: Officer, has_photo: bool) -> Member:
    return Member(
        name=officer.name,
        unit=officer.unit,
        certificate=officer.certificate,
        valid_until=card.certificate.valid_until if card.certificate else None,
        leader=officer.leader,
        photo=f"{door.path}/photos/{card.slot}" if has_photo else None,
    )
