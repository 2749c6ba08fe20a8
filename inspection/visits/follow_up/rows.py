"""What follows the result of a visit, as it is known: frozen values, as of the moment they were read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from inspection.planning.task_states import TaskState
from inspection.policy.terms import ReferralKind
from inspection.visits.rows import OutcomeRow


class AnswerPart(StrEnum):
    """What came back to a referral."""

    ACCEPTED = "accepted"  # 签收受理
    REFUSED = "refused"  # 退回、不予受理
    ANSWER = "answer"  # 办理情况反馈
    CLOSING = "closing"  # 办结


class ReferralResult(StrEnum):
    """What became of a referred case."""

    CASE_OPENED = "case_opened"  # 予以立案
    NO_CASE = "no_case"  # 不予立案
    PENALTY_DECIDED = "penalty_decided"  # 作出行政处罚决定: with its number
    NO_PENALTY = "no_penalty"  # 不予处罚
    PASSED_ON = "passed_on"  # 转送其他机关
    LAID_DOWN = "laid_down"  # 本机关不再移送
    OTHER = "other"


class ReferralState(StrEnum):
    """Where a referral stands."""

    SENT = "sent"  # 待回执
    ACCEPTED = "accepted"  # 已受理，待办结
    REFUSED = "refused"  # 被退回
    CLOSED = "closed"  # 已办结


class SettledBy(StrEnum):
    """How it was found whether something was put right."""

    RECHECK = "recheck"  # 现场复查
    PAPERS = "papers"  # 书面复核


class RecheckResult(StrEnum):
    """What became of something that was to be put right."""

    VERIFIED = "verified"  # 已整改
    FAILED = "failed"  # 未整改到位: pending again, with the follow-up of the re-check's own result
    LAPSED = "lapsed"  # 对象已关闭、注销、迁出: nothing is left to put right


class ConclusionKind(StrEnum):
    """What a third party was asked for (安岳 二(三), 威海 第十九条)."""

    TESTING = "testing"  # 检验检测
    AUDIT = "audit"  # 审计
    CONSULTING = "consulting"  # 咨询
    EXPERT_OPINION = "expert_opinion"  # 专家意见、鉴定


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A file that went along. `digest`: SHA-256 (hex)."""

    digest: str
    name: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What came back to a referral. `day`: when its sender gave it; `result` only of answers and of the end."""

    id: UUID
    referral: UUID
    form: str
    part: AnswerPart
    day: date
    sender: str
    their_number: str
    result: ReferralResult | None
    said: str
    at: datetime
    by: str
    by_name: str


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """移送. `region`: where to, of one to another region; `answers`: the oldest first."""

    id: UUID
    authority: UUID
    visit: UUID
    outcome: UUID
    form: str
    kind: ReferralKind
    number: str
    addressee: str
    region: str
    ground: str
    handed: tuple[HandedOver, ...]
    made_at: datetime
    made_by: str
    made_by_name: str
    answers: tuple[AnswerRow, ...] = ()

    @property
    def receipt(self) -> AnswerRow | None:
        """By which its receiver took it or sent it back."""
        return next((one for one in self.answers if one.part in {AnswerPart.ACCEPTED, AnswerPart.REFUSED}), None)

    @property
    def closing(self) -> AnswerRow | None:
        return next((one for one in self.answers if one.part is AnswerPart.CLOSING), None)

    @property
    def state(self) -> ReferralState:
        if self.closing is not None:
            return ReferralState.CLOSED
        if self.receipt is None:
            return ReferralState.SENT
        taken = self.receipt.part is AnswerPart.ACCEPTED
        return ReferralState.ACCEPTED if taken else ReferralState.REFUSED


@dataclass(frozen=True, slots=True)
class SettledRow:
    """What became of what `outcome` left to be put right. `found`: the outcome of the re-check that says so."""

    id: UUID
    outcome: UUID
    way: SettledBy
    recheck: UUID | None
    found: UUID | None
    result: RecheckResult
    reason: str
    at: datetime
    by: str
    by_name: str


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """复查 that was ordered. `task`: made for it; `went`: the visit that serves it, once there is one."""

    id: UUID
    authority: UUID
    visit: UUID
    outcome: UUID
    task: UUID
    form: str
    due_on: date
    reason: str
    ordered_at: datetime
    ordered_by: str
    ordered_by_name: str
    task_number: str = ""
    task_state: TaskState = TaskState.PRESET
    went: UUID | None = None
    settled: SettledRow | None = None

    @property
    def given_up(self) -> bool:
        """Its task was cancelled or closed before anybody looked again."""
        return self.settled is None and self.task_state in {TaskState.CANCELLED, TaskState.CLOSED}

    @property
    def running(self) -> bool:
        return self.settled is None and not self.given_up


@dataclass(frozen=True, slots=True)
class ConclusionRow:
    """第三方结论. `digest`: SHA-256 (hex) of its file; `basis_of`: outcomes that rest on it; `withdrawn`: why it does
    not count any more.
    """

    id: UUID
    authority: UUID
    visit: UUID
    item: UUID
    form: str
    kind: ConclusionKind
    institution: str
    qualification: str
    number: str
    issued_on: date
    said: str
    digest: str
    name: str
    entered_at: datetime
    entered_by: str
    entered_by_name: str
    withdrawn: str | None = None
    basis_of: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpFile:
    """All that follows the results of a visit and those that are one with it, the oldest first.

    `outcomes`: corrected ones included; `settled`: of any of them; `failed`: outcomes of these visits by which a
    re-check failed, so that the matter is pending again here.
    """

    visit: UUID
    outcomes: tuple[OutcomeRow, ...] = ()
    referrals: tuple[ReferralRow, ...] = ()
    rechecks: tuple[RecheckRow, ...] = ()
    conclusions: tuple[ConclusionRow, ...] = ()
    settled: tuple[SettledRow, ...] = ()
    failed: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def standing(self) -> tuple[OutcomeRow, ...]:
        """The outcomes that stand: the newest of each item."""
        replaced = {one.replaces for one in self.outcomes}
        return tuple(one for one in self.outcomes if one.id not in replaced)


class MatterKind(StrEnum):
    """What is not settled yet after a result."""

    TO_REFER = "to_refer"  # 后续处置措施为移送，尚未移送
    RECEIPT = "receipt"  # 待收件机关回执
    SENT_BACK = "sent_back"  # 被退回，待另行处理
    PUT_RIGHT = "put_right"  # 待整改及复核
    RECHECK = "recheck"  # 复查进行中


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Something that is still to be done. `subject`: the id of the referral or re-check, or of the outcome itself;
    `due_on`: None where no day is set.
    """

    kind: MatterKind
    visit: UUID
    outcome: UUID
    subject: UUID
    since: datetime
    due_on: date | None
