"""What the registry of items tells other rooms: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from inspection.policy.terms import Method
from inspection.registry.items.rows import ItemClass
from mobile_contract.checklist import Checklist


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
