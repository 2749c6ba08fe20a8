"""What the routes of the register of inspectors answer. Who is barred from which object, only those see who keep it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from api.language import Language
from inspection.registry.inspectors.dispatch import Hindrance
from inspection.registry.inspectors.facts import (
    AbsenceFacts,
    BatchFacts,
    CertificateFacts,
    InspectorFacts,
    RelationFacts,
)
from inspection.registry.inspectors.standing import EndingCertificate, Standing
from inspection.registry.inspectors.terms import BatchState, ChangeKind, InspectorRole


@dataclass(frozen=True, slots=True)
class HindranceView:
    """A reason against sending a person: its key, and in the caller's words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class InspectorView:
    """One person of the register; of certificates not why they were stopped.

    `hindrances`: what speaks against sending them on the days that were asked for; `notes`: labels that the rule-set
    wants and that are missing, where the whole register is listed.
    """

    id: UUID
    staff_no: str
    name: str
    position: str | None
    unit: str | None
    category: str
    role: InspectorRole
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    post_class: str | None
    maximum_load: int | None
    leader_capable: bool
    active: bool
    certificates: tuple[CertificateFacts, ...]
    dispatchable: bool
    hindrances: tuple[HindranceView, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InspectorDetail:
    """One person with what only those see who keep the register: absences, interests, why a certificate is stopped.

    `photo`: SHA-256 (hex) of the original; its copy is at `…/photo`.
    """

    person: InspectorView
    background: str | None
    standing_reason: str | None
    photo: str | None
    certificates: tuple[CertificateFacts, ...]
    absences: tuple[AbsenceFacts, ...]
    relations: tuple[RelationFacts, ...]


@dataclass(frozen=True, slots=True)
class EndingView:
    """A certificate that ends in `days` (negative: has ended); `step` is the warning it falls under: 30, 60 or 90."""

    inspector: UUID
    staff_no: str
    name: str
    unit: str | None
    issuer: str
    number: str
    valid_until: date
    days: int
    step: int
    renewed: bool


@dataclass(frozen=True, slots=True)
class CertificateWatch:
    """Certificates that end, and inspectors who hold none that is valid today."""

    ending: tuple[EndingView, ...]
    without: tuple[InspectorView, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What was changed of one person: field → [before, after]."""

    inspector: UUID
    staff_no: str
    name: str
    kind: ChangeKind
    facts: Mapping[str, Any]
    entitles: bool


@dataclass(frozen=True, slots=True)
class BatchView:
    """Changes made at one go. Accounts are told by name."""

    id: UUID
    run: UUID | None
    made_by: str
    made_at: datetime
    state: BatchState
    decided_by: str | None
    decided_at: datetime | None
    remarks: str | None
    changes: tuple[ChangeView, ...]


def standing_view(one: Standing, language: Language) -> InspectorView:
    """A person and whether they may be sent."""
    notes = tuple(note.text(language) for note in one.unlabelled)
    return replace(inspector_view(one.person, one.hindrances, language), notes=notes)


def inspector_view(person: InspectorFacts, against: tuple[Hindrance, ...], language: Language) -> InspectorView:
    """A person as the office sees one, in the caller's language."""
    return InspectorView(
        id=person.id,
        staff_no=person.staff_no,
        name=person.name,
        position=person.position,
        unit=person.unit,
        category=person.category,
        role=person.role,
        qualifications=person.qualifications,
        expertise=person.expertise,
        area=person.area,
        post_class=person.post_class,
        maximum_load=person.maximum_load,
        leader_capable=person.leader_capable,
        active=person.active,
        certificates=tuple(replace(held, status_reason=None) for held in person.certificates),
        dispatchable=not against,
        hindrances=tuple(HindranceView(one.key.value, one.text(language)) for one in against),
    )


def detail_view(person: InspectorFacts, against: tuple[Hindrance, ...], language: Language) -> InspectorDetail:
    """A person with all that the register holds."""
    return InspectorDetail(
        inspector_view(person, against, language),
        person.background,
        person.standing_reason,
        person.photo,
        person.certificates,
        person.absences,
        person.relations,
    )


def ending_view(one: EndingCertificate) -> EndingView:
    """A certificate that ends."""
    held = one.certificate
    return EndingView(
        one.inspector,
        one.staff_no,
        one.name,
        one.unit,
        held.issuer,
        held.number,
        held.valid_until,
        one.days,
        one.step,
        one.renewed,
    )


def batch_view(batch: BatchFacts) -> BatchView:
    """A batch of changes."""
    return BatchView(
        batch.id,
        batch.run,
        batch.made_by_name,
        batch.made_at,
        batch.state,
        batch.decided_by_name,
        batch.decided_at,
        batch.remarks,
        tuple(
            ChangeView(one.inspector, one.staff_no, one.name, one.kind, one.facts, one.entitles)
            for one in batch.changes
        ),
    )
