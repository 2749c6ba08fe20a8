"""What the registry tells other rooms: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from inspection.policy.terms import Method
from inspection.registry.codes import CodeKind
from inspection.registry.item_rows import ItemClass
from inspection.registry.object_rows import ObjectKind, ObjectStatus
from mobile_contract.checklist import Checklist


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One inspection object (检查对象)."""

    id: UUID
    authority: UUID
    code: str
    code_kind: CodeKind
    name: str
    kind: ObjectKind
    trades: tuple[str, ...]
    scale: str | None
    registrar: str | None
    office: str | None
    area: str | None
    address: str | None
    representative: str | None
    contact: str | None
    phone: str | None
    credit_grade: str | None
    status: ObjectStatus
    exemption: str | None
    warnings: tuple[str, ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One row of an item's directory (名录): what a draw may know of an object.

    `oid` is the identifying code; `exemption` a ground by which the yearly cap does not bind (rule-set code).
    """

    object_id: UUID
    oid: str
    kind: ObjectKind
    trades: tuple[str, ...]
    area: str | None
    scale: str | None
    credit_grade: str | None
    status: ObjectStatus
    exemption: str | None


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


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One version of an inspection item (抽查事项). `ratio`, `frequency` are None where nothing readable is stated."""

    id: UUID
    authority: UUID
    code: str
    version: int
    name: str
    basis: str
    subject: str
    object_kinds: tuple[str, ...]
    object_text: str
    content: str
    methods: tuple[Method, ...]
    method_text: str
    ratio_text: str
    ratio: Fraction | None
    frequency_text: str
    frequency: int | None
    item_class: ItemClass
    qualification: str | None
    channel: str
    joint_eligible: bool
    checklist_code: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChecklistFacts:
    """A released version of a checklist. `digest` is the one of the wire (base64url)."""

    id: UUID
    code: str
    version: int
    digest: str
    checklist: Checklist


@dataclass(frozen=True, slots=True)
class ImportRunFacts:
    """One import as it is remembered."""

    id: UUID
    authority: UUID
    what: str
    file_name: str
    file_digest: str
    header: tuple[str, ...]
    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    warned: int
    at: datetime
    finished_at: datetime | None


def in_directory(row: DirectoryRow, object_kinds: tuple[str, ...]) -> bool:
    """Whether an object belongs to the register of an item: by its kind or one of its trades; no kinds means all."""
    return not object_kinds or row.kind.value in object_kinds or not set(row.trades).isdisjoint(object_kinds)
