"""What the registry of inspectors tells other rooms: frozen values, as of the moment they were read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.registry.inspectors.terms import (
    AbsenceKind,
    BatchState,
    CertificateStatus,
    ChangeKind,
    InspectorRole,
    RelationKind,
    RelationSource,
)

UNKNOWN_START = date(1900, 1, 1)
"""First day of a certificate of which a file says only when it ends: the real template has no other column."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """An enforcement certificate (执法证); valid on both its days and between them.

    `scope`: matters or items that it covers, `areas`: where; empty means no limit. `status_since`: the first day of a
    suspension or revocation; None when nobody knows, then it counts from ever.
    """

    id: UUID
    issuer: str
    number: str
    valid_from: date
    valid_until: date
    scope: tuple[str, ...]
    areas: tuple[str, ...]
    status: CertificateStatus
    status_since: date | None
    status_reason: str | None

    def covers(self, first: date, last: date) -> bool:
        """Whether it is valid on every day from `first` to `last`."""
        return self.valid_from <= first and last <= self.valid_until and not self.stopped(last)

    def stopped(self, last: date) -> bool:
        """Whether a suspension or revocation has begun by `last`."""
        if self.status is CertificateStatus.VALID:
            return False
        return self.status_since is None or self.status_since <= last


@dataclass(frozen=True, slots=True)
class Carried:
    """What somebody of the register shows at a door: name, unit and certificates. `photo`: SHA-256 (hex) of a stored
    image; None where there is none.
    """

    name: str
    unit: str | None
    photo: str | None
    certificates: tuple[CertificateFacts, ...]


@dataclass(frozen=True, slots=True)
class AbsenceFacts:
    """Days on which a person is not there for inspections, both included."""

    id: UUID
    inspector: UUID
    kind: AbsenceKind
    note: str | None
    first_day: date
    last_day: date
    entered_by: str
    entered_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it takes a day from `first` to `last`."""
        return self.withdrawn_at is None and self.first_day <= last and first <= self.last_day


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """An interest of a person in an object; bars on both its days and between them.

    An end that is open lasts. `id` is None for codes that an earlier version kept without days.
    """

    id: UUID | None
    inspector: UUID
    object_code: str
    kind: RelationKind
    source: RelationSource
    since: date | None
    until: date | None
    note: str | None

    def stands(self, first: date, last: date) -> bool:
        """Whether it bars on a day from `first` to `last`."""
        return (self.since is None or self.since <= last) and (self.until is None or first <= self.until)


def covering(certificates: Iterable[CertificateFacts], first: date, last: date) -> CertificateFacts | None:
    """That of the certificates which is valid on all these days, the longest first; None: there is none."""
    fitting = [certificate for certificate in certificates if certificate.covers(first, last)]
    return max(fitting, key=lambda c: (c.valid_until, c.issuer, c.number)) if fitting else None


@dataclass(frozen=True, slots=True)
class InspectorFacts:
    """One person of the register: an inspector (执法检查人员), or an expert or assistant beside them.

    `absences`: those that are not withdrawn; `relations`: past ones too. `unreviewed`: the newest change that entitles
    the person to be sent has been neither confirmed nor exempt from review. `photo`: SHA-256 (hex) of a stored image.
    """

    id: UUID
    authority: UUID
    staff_no: str
    name: str
    position: str | None
    unit_id: UUID | None
    unit: str | None
    category: str
    role: InspectorRole
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    post_class: str | None
    background: str | None
    maximum_load: int | None
    leader_capable: bool
    active: bool
    standing_reason: str | None
    certificates: tuple[CertificateFacts, ...]
    absences: tuple[AbsenceFacts, ...]
    relations: tuple[RelationFacts, ...]
    unreviewed: bool
    photo: str | None = None

    def certificate_for(self, first: date, last: date) -> CertificateFacts | None:
        """The certificate valid on all these days, the longest first; None: may not go (国办发〔2024〕54号)."""
        return covering(self.certificates, first, last)

    def related(self, first: date, last: date) -> tuple[str, ...]:
        """Codes of the objects that the person must not inspect on these days, each once."""
        return tuple(sorted({tie.object_code for tie in self.relations if tie.stands(first, last)}))


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What a batch changed of one person: field → [before, after]; of interests only that there was a change."""

    inspector: UUID
    staff_no: str
    name: str
    kind: ChangeKind
    facts: dict[str, JSON]
    entitles: bool


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """Changes of the register made at one go. `run` is the import that made them; None when made by hand."""

    id: UUID
    authority: UUID
    run: UUID | None
    made_by: str
    made_by_name: str
    made_at: datetime
    rule_set: str
    state: BatchState
    decided_by: str | None
    decided_by_name: str | None
    decided_at: datetime | None
    remarks: str | None
    changes: tuple[ChangeFacts, ...]
