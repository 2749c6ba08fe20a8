"""What the registry of inspectors tells other rooms: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """An enforcement certificate (执法证); valid on both its days and between them."""

    issuer: str
    number: str
    valid_from: date
    valid_until: date
    scope: tuple[str, ...]

    def covers(self, first: date, last: date) -> bool:
        """Whether it is valid on every day from `first` to `last`."""
        return self.valid_from <= first and last <= self.valid_until


@dataclass(frozen=True, slots=True)
class InspectorFacts:
    """One inspector (执法检查人员). `relations` are codes of objects the inspector must not inspect."""

    id: UUID
    authority: UUID
    staff_no: str
    name: str
    position: str | None
    unit_id: UUID | None
    unit: str | None
    category: str
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    relations: tuple[str, ...]
    leader_capable: bool
    active: bool
    certificates: tuple[CertificateFacts, ...]

    def certificate_for(self, first: date, last: date) -> CertificateFacts | None:
        """The certificate valid on all these days, the longest first; None: may not go (国办发〔2024〕54号)."""
        fitting = [certificate for certificate in self.certificates if certificate.covers(first, last)]
        return max(fitting, key=lambda c: (c.valid_until, c.issuer, c.number)) if fitting else None
