"""What the registry of items tells other rooms: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from inspection.policy.terms import ItemClass, Method
from inspection.registry.items.frequencies import NO_FREQUENCY, FrequencyBound
from inspection.registry.items.ratios import NO_RATIO, RatioBound
from mobile_contract.checklist import Checklist


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One version of an inspection item (抽查事项).

    `ratio`, `frequency` (draws a year) are the least values that the texts state, None where they state none; all that
    could be read is in `ratio_bound` and `frequency_bound`. `item_class` is general where the list states none
    (`class_text` is None). `lead_department`, `departments`: who leads and who takes part in a joint check.
    `effective_from`: the day from which this version stands in the published list; `withdrawn_on`: the day from which
    the item no longer does (废止). `imported_by`, `published_by`, `withdrawn_by`: names as they were at the time.
    """

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
    class_text: str | None = None
    ratio_bound: RatioBound = NO_RATIO
    frequency_bound: FrequencyBound = NO_FREQUENCY
    lead_department: str | None = None
    departments: tuple[str, ...] = ()
    note: str | None = None
    imported_at: datetime | None = None
    imported_by: str | None = None
    published_by: str | None = None
    effective_from: date | None = None
    withdrawn_on: date | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChecklistFacts:
    """A released version of a checklist. `digest` is the one of the wire (base64url)."""

    id: UUID
    code: str
    version: int
    digest: str
    checklist: Checklist
    published_at: datetime | None = None
