"""Whether a result may go out. Pure: facts in, hindrances out; an empty answer lets it go."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Hindrance(StrEnum):
    """Why a result stays in. Each has a text in the catalogue under `publicity.hindrance_<value>`."""

    CLOCK_NOT_STARTED = "clock_not_started"  # 起算事件未发生
    LEGAL_REVIEW = "legal_review"  # 未经法制审核
    LEGAL_OBJECTION = "legal_objection"  # 法制审核提出意见，结果待更正
    NOT_APPROVED = "not_approved"  # 未经公示审批
    SAME_PERSON = "same_person"  # 公示审批人即检查审批人
    WITHHELD = "withheld"  # 依法不予公开
    DEFERRED = "deferred"  # 暂缓公开
    FACTS_INCOMPLETE = "facts_incomplete"  # 公示要素不全: found only when the document is made


class Ground(StrEnum):
    """The ground in law on which a result is kept back (金凤 articles 14 and 17; 安岳 二(四))."""

    STATE_SECRET = "state_secret"  # noqa: S105  保守国家秘密法
    TRADE_SECRET = "trade_secret"  # noqa: S105  商业秘密
    PRIVACY = "privacy"  # 个人隐私
    OTHER_LAW = "other_law"  # 其他法律法规规定不宜公开


class Standing(StrEnum):
    """Where the publication of one outcome or penalty stands."""

    OPEN = "open"  # waits for its approval
    APPROVED = "approved"  # waits for its day
    WITHHELD = "withheld"  # kept back, for good or until a day
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # taken back, or annulled before it was out


WAITING: frozenset[Standing] = frozenset({Standing.OPEN, Standing.APPROVED, Standing.WITHHELD})
"""Not out yet, and not given up."""


@dataclass(frozen=True, slots=True)
class Withholding:
    """A decision to keep a result back; `until` is the first day it may go out again, None for good."""

    reason: str
    ground: Ground
    by: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a release is judged by. Persons are account ids; None where the act has not been done.

    `legal_objected`: None unless the result waits for the legal office; then whether the office has objected to it.
    """

    clock_started: bool
    visit_approved_by: str
    approved_by: str | None
    withholding: Withholding | None
    legal_objected: bool | None = None


def hindrances(ready: Readiness, on: date) -> tuple[Hindrance, ...]:
    """Every decision or missing step that keeps the result in on this day, in the order of `Hindrance`."""
    held = ready.withholding
    found = {
        Hindrance.CLOCK_NOT_STARTED: not ready.clock_started,
        Hindrance.LEGAL_REVIEW: ready.legal_objected is False,
        Hindrance.LEGAL_OBJECTION: ready.legal_objected is True,
        Hindrance.NOT_APPROVED: ready.approved_by is None,
        Hindrance.SAME_PERSON: ready.approved_by is not None and ready.approved_by == ready.visit_approved_by,
        Hindrance.WITHHELD: held is not None and held.until is None,
        Hindrance.DEFERRED: held is not None and held.until is not None and on < held.until,
    }
    return tuple(hindrance for hindrance, stands in found.items() if stands)
