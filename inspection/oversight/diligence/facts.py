"""尽职照单免责 (安岳 三): what was required of a person by the list, what was done when, how that is proven. Values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from inspection.kernel.command import Role


class DutyKind(StrEnum):
    """What somebody had to do. Each has a text in the catalogue under `oversight.duty_<value>`."""

    VISIT = "visit"  # 参加检查
    LEAD = "lead"  # 带队检查
    RECORD = "record"  # 审核检查记录
    PUBLICATION = "publication"  # 公示审批
    OBJECTION = "objection"  # 异议复核
    TASK = "task"  # 任务设定
    TASK_REVIEW = "task_review"  # 任务审核
    PLAN = "plan"  # 计划编制、审批
    REPORT = "report"  # 报告编制、审批


@dataclass(frozen=True, slots=True)
class Proof:
    """A line of the journal: whoever doubts it re-hashes the stream (`hash`: SHA-256, hex)."""

    kind: str
    stream: str
    seq: int
    at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote of one visit on a tablet: how many entries, from when to when they came, and the digest
    (SHA-256, hex) of their hashes in order; `submitted_at`: when the first submission came.
    """

    entries: int
    first_at: datetime
    last_at: datetime
    digest: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that was required of the person.

    `items`: those of the list that it rests on, as code and name; `since`: the first day for it; `due_on`: the last,
    None where none is set; `done_at`: when it was done, None while it is not; `days_late`: 0 in time, None without a
    day; `reason`: what was said of its being late; `public_as`: numbers of publications that came of it;
    `stream`: of the journal, in which its acts stand.
    """

    kind: DutyKind
    subject: UUID
    name: str
    items: tuple[tuple[str, str], ...]
    since: date | None
    due_on: date | None
    done_at: datetime | None
    days_late: int | None
    reason: str | None = None
    written: Written | None = None
    public_as: tuple[str, ...] = ()
    stream: str = ""
    proofs: tuple[Proof, ...] = field(default=())

    @property
    def late(self) -> bool:
        """Whether it was not done by its day."""
        return bool(self.days_late)


@dataclass(frozen=True, slots=True)
class Diligence:
    """Everything that was required of a person from `first` to `last`, as it was known at `at`.

    `role` and `unit` are those of now; `other_acts`: by kind, the lines of the journal in the span that belong to none
    of the duties; nothing is said of a visit that is sealed.
    """

    authority: str
    person: str
    name: str
    role: Role
    unit: str | None
    certificates: tuple[str, ...]
    first: date
    last: date
    at: datetime
    duties: tuple[Duty, ...]
    other_acts: tuple[tuple[str, int], ...]

    @property
    def done(self) -> int:
        return sum(one.done_at is not None for one in self.duties)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.duties)
