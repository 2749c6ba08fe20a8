"""What the registry of objects tells other rooms: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from uuid import UUID

from inspection.registry.objects.codes import CodeKind
from inspection.registry.objects.rows import ObjectKind, ObjectStatus


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


def in_directory(row: DirectoryRow, object_kinds: tuple[str, ...]) -> bool:
    """Whether an object belongs to the register of an item: by its kind or one of its trades; no kinds means all."""
    return not object_kinds or row.kind.value in object_kinds or not set(row.trades).isdisjoint(object_kinds)
