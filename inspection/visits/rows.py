"""What the store tells the verbs: frozen values, as of the moment they were read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from inspection.policy.terms import TaskKind
from inspection.visits.states import VisitState
from mobile_contract.push import Verdict


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit. `leader` is an inspector's id; `linked_to`: what it is read under when it is one with others."""

    id: UUID
    authority: UUID
    object: UUID
    state: VisitState
    year: int
    starts_on: date
    ends_on: date
    leader: UUID | None
    rule_set: str
    created_at: datetime
    unsealed_at: datetime | None
    executed_at: datetime | None
    approved_at: datetime | None
    approved_by: str | None
    remarks: str | None
    rule_digest: str | None = None
    linked_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class ServedTask:
    """A task the visit serves. `id` names the assignment on the wire; `checklist` is the pinned version's row."""

    id: UUID
    visit: UUID
    task: UUID
    task_name: str
    item: UUID
    item_code: str
    item_name: str
    checklist: UUID


@dataclass(frozen=True, slots=True)
class Member:
    """An inspector of the team; `slot` numbers it from 1, `left_at` is None while he is in it."""

    inspector: UUID
    slot: int
    how: str
    joined_at: datetime
    left_at: datetime | None
    left_reason: str | None


@dataclass(frozen=True, slots=True)
class DrawnTask:
    """The task that visits are made for. `draw` is None where it is made outside the draw."""

    draw: UUID | None
    authority: UUID
    task: UUID
    item: UUID
    starts_on: date
    ends_on: date
    rule_set: str


@dataclass(frozen=True, slots=True)
class Door:
    """An object to be visited and its team as (inspector, slot, how); a print of it names neither."""

    object: UUID = field(repr=False)
    ticket: UUID | None
    team: tuple[tuple[UUID, int, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Burden:
    """A visit as its object's yearly cap sees it; `executed_on` is None while nobody has been there.

    `kinds` are those of the tasks that it serves, each once; `sealed`: nobody may know of it yet.
    """

    object: UUID
    starts_on: date
    ends_on: date
    executed_on: date | None
    kinds: tuple[TaskKind, ...] = (TaskKind.RANDOM,)
    visit: UUID | None = None
    sealed: bool = False

    @property
    def borne_on(self) -> date:
        """The day of the visit, or the first on which it can take place."""
        return self.executed_on or self.starts_on

    @property
    def window(self) -> tuple[date, date]:
        """The days on which the visit is or may be: one, once it was carried out."""
        return (self.executed_on, self.executed_on) if self.executed_on else (self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry that is in the store stands for ever."""

    hash: str
    visit: UUID | None
    vseq: int | None
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with the exact bytes that were signed."""

    hash: str
    id: UUID
    vseq: int | None
    header: bytes
    body: bytes | None
    signature: bytes
    kid: str
    alg: str
    reasons: tuple[str, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """The result of one item of one visit."""

    id: UUID
    visit: UUID
    task: UUID
    item: UUID
    codes: tuple[str, ...]
    findings: str
    follow_up: tuple[str, ...]
    override_reason: str | None
    state_digest: str
    inspected_on: date
    formed_at: datetime
    formed_by: str
    replaces: UUID | None
    rectify_by: date | None = None
    """The last day on which what was found may be put right, where one was set."""
    problems: str | None = None
    """发现问题情况 in the reviewer's words, where the findings alone do not say it."""
    handling: str | None = None
    """处置情况 in the reviewer's words, beside the measures of `follow_up`."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A reviewer's decision on exactly what was seen.

    `cut`: digest of the set of entries it covers; `fold`: the version of the fold that made the record of them.
    """

    id: UUID
    visit: UUID
    decision: str
    seen: str
    remarks: str
    media_certified: bool
    through: int
    by: str
    by_name: str
    at: datetime
    cut: str | None = None
    fold: int | None = None
    correct_by: date | None = None
    """The last day on which what was sent back is corrected in time, where one was set."""


@dataclass(frozen=True, slots=True)
class FieldRemark:
    """What is to be corrected in one check point of a visit that was sent back."""

    checklist: str
    item: str
    remark: str


@dataclass(frozen=True, slots=True)
class ReturnedPoint:
    """A check point of a visit that was sent back; `through`: the newest entry that the reviewer had seen."""

    visit: UUID
    review: UUID
    through: int
    at: datetime
    field: FieldRemark


@dataclass(frozen=True, slots=True)
class LogGap:
    """Numbers `first` … `last` of a device log of which a neighbour is here and they are not."""

    device: UUID
    epoch: int
    first: int
    last: int
