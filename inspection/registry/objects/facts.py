"""What the registry of objects tells other rooms: frozen values, as of the moment they were read."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from inspection.policy.terms import Mark
from inspection.registry.objects.codes import CodeKind
from inspection.registry.objects.rows import ObjectKind, ObjectStatus, RiskLevel


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One inspection object (检查对象).

    `owner` is the code of the entity that a product, project or conduct belongs to; `complaints` how many the register
    counts; `flags` the grounds of exemption that the register itself states (rule-set codes), `exemption` their first.
    """

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
    owner: str | None = None
    risk: RiskLevel | None = None
    complaints: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One row of an item's directory (名录): what a draw may know of an object.

    `oid` is the identifying code. `grounds` (exemptions from the cap), `targeted` (grounds for the targeted pool) and
    `marks` (kinds of marks that count) are as of the day and the rule-set for which the directory was asked, in the
    rule-set's order; `registers` are the special registers and tags, of those the item names, in which the object stood
    on the day. `flags` is what the register itself states, whatever any rule-set says.
    """

    object_id: UUID
    oid: str
    kind: ObjectKind
    trades: tuple[str, ...]
    area: str | None
    scale: str | None
    credit_grade: str | None
    status: ObjectStatus
    grounds: tuple[str, ...] = ()
    targeted: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    registers: tuple[str, ...] = ()
    risk: RiskLevel | None = None
    office: str | None = None
    owner: str | None = None
    flags: tuple[str, ...] = ()


def in_directory(row: DirectoryRow, object_kinds: Collection[str]) -> bool:
    """Whether an object belongs to the directory of an item: by its kind, one of its trades, or a special register or
    tag in which it stands; no kinds means all."""
    return (
        not object_kinds
        or row.kind.value in object_kinds
        or not set(row.trades).isdisjoint(object_kinds)
        or not set(row.registers).isdisjoint(object_kinds)
    )
