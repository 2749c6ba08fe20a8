"""What planning tells other rooms: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.planning.plan_rules import PlanState
from inspection.planning.task_rules import Scope, TaskState
from inspection.policy.terms import DrawMode, MatchKind, MatchMode, Method, TaskKind


@dataclass(frozen=True, slots=True)
class PlanLineFacts:
    """What a plan says of one item; `item` is the version of the item that was public when the plan was drafted."""

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


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One version of one year's plan."""

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

    @property
    def late(self) -> bool:
        """Whether the year's first version was not approved by the day it was due; adjustments are never late."""
        return self.version == 1 and local_day(self.approved_at or self.drafted_at) > self.due_on


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One task. `rule_set` is the name (code and version) it is judged by."""

    id: UUID
    authority: UUID
    unit: UUID | None
    plan_line: UUID | None
    item: UUID
    number: str
    name: str
    kind: TaskKind
    draw_mode: DrawMode
    match_kind: MatchKind
    match_mode: MatchMode
    scope: Scope
    ratio: Fraction
    team_size: int
    scheme: str
    starts_on: date
    ends_on: date
    state: TaskState
    rule_set: str
    preset_by: str
    preset_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    remarks: str | None
    completed_at: datetime | None
