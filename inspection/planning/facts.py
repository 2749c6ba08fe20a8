"""What planning tells other rooms: frozen values, as of the moment they were read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.planning.plan_lines import Party, Stratum
from inspection.planning.plan_rules import PlanState
from inspection.planning.scope import Scope
from inspection.planning.task_rules import Needs
from inspection.planning.task_states import TaskState
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, Method, TaskKind


@dataclass(frozen=True, slots=True)
class PlanLineFacts:
    """What a plan says of one item; `item` is the version of the item that was public when the plan was drafted.

    `quantity` is the number of objects of one draw, `base` what the ratio is a share of; `strata` hold for single
    credit grades; `reason` is why a floor is not kept.
    """

    id: UUID
    plan: UUID
    item: UUID
    item_code: str
    item_name: str
    object_text: str
    content: str
    methods: tuple[Method, ...]
    ratio: Fraction
    frequency: int
    starts_on: date
    ends_on: date
    note: str
    quantity: int | None = None
    base: int | None = None
    strata: tuple[Stratum, ...] = ()
    lead: Party | None = None
    participants: tuple[Party, ...] = ()
    joint: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One version of one year's plan.

    `rule_digest` is that of the rule-set's content (SHA-256, hex); `opens_on` the first day for making the plan, None
    for any time; `reason` is why it was adjusted.
    """

    id: UUID
    authority: UUID
    year: int
    version: int
    name: str
    state: PlanState
    rule_set: str
    due_on: date
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    remarks: str | None
    filed_with: str | None
    filed_at: datetime | None
    lines: tuple[PlanLineFacts, ...]
    rule_digest: str | None = None
    opens_on: date | None = None
    reason: str | None = None
    published_at: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether the year's first version was not approved by the day it was due; adjustments are never late."""
        return self.version == 1 and local_day(self.approved_at or self.drafted_at) > self.due_on

    @property
    def early(self) -> bool:
        """Whether the year's first version was drafted before plans are made (兴隆台 六(二)); noted, not refused."""
        return self.version == 1 and self.opens_on is not None and local_day(self.drafted_at) < self.opens_on


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """监管方案: one version of the operable procedure of an item. `digest` is SHA-256 (hex) of its body."""

    id: UUID
    authority: UUID
    item_code: str
    version: int
    body: str
    digest: str
    released_at: datetime
    released_by: str


@dataclass(frozen=True, slots=True)
class AssistantFacts:
    """Somebody who helps with a task beside its teams. `inspector`: the id in the register; `role`: the word of it."""

    inspector: UUID
    staff_no: str
    name: str
    role: str
    attached_by: str
    attached_at: datetime
    detached_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One task. `rule_set` is the name (code and version) it is judged by, `rule_digest` what that said.

    A task outside the draw has no draw modes; its objects (ids) are named, and `basis`, `source` say what it rests on.
    `confirmed`: how the approval of an emergency was decided afterwards; None while it is open, or was never due.
    `filed_…`: the filing of the drawn list; `ended_…`: how it was cancelled or closed. `procedure` is pinned.
    `materials`: what the notice asks the party to have ready.
    """

    id: UUID
    authority: UUID
    unit: UUID | None
    plan_line: UUID | None
    item: UUID
    number: str
    name: str
    kind: TaskKind
    draw_mode: DrawMode | None
    match_kind: MatchKind | None
    match_mode: MatchMode | None
    scope: Scope
    needs: Needs
    lead: str
    participants: tuple[str, ...]
    ratio: Fraction
    team_size: int
    scheme: str
    scheme_version: int
    scheme_digest: str
    procedure: UUID | None
    starts_on: date
    ends_on: date
    state: TaskState
    rule_set: str
    rule_digest: str | None
    preset_by: str
    preset_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    remarks: str | None
    completed_at: datetime | None
    reason: str | None
    basis: str | None
    source: str | None
    objects: tuple[UUID, ...]
    inspectors: tuple[UUID, ...]
    approve_by: date | None
    confirmed: bool | None
    cap_override: str | None
    drawn_at: datetime | None
    filed_with: str | None
    filed_reference: str | None
    filed_by: str | None
    filed_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None
    shortfall: Mapping[str, Any] | None
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskPapers:
    """The texts of one task as they were pinned: its work scheme, its item's procedure, None without one, and what the
    notice asks the party to have ready.
    """

    scheme: str
    procedure: str | None
    materials: tuple[str, ...] = ()
