"""The words a rule-set is written in: exact ratios, closed lists, texts in two languages."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints


def _fraction(value: Any) -> Any:
    """ "5/100" → Fraction(1, 20). Binary fractions (0.05) are refused: a quota must be exact."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and value.count("/") == 1:
        above, below = value.split("/")
        if above.isascii() and above.isdigit() and below.isascii() and below.isdigit() and int(below) > 0:
            return Fraction(int(above), int(below))
    raise ValueError('a ratio is written as a whole-number fraction, e.g. "5/100"')


Ratio = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    PlainSerializer(lambda f: f"{f.numerator}/{f.denominator}", return_type=str),
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Part(BaseModel):
    """A part of a rule-set. Frozen; unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Bilingual(Part):
    """One text in the language of the source and in English."""

    zh: Text
    en: Text


class Clause(Part):
    """A part read from the source document: `article` says where, `note` what we had to decide ourselves."""

    article: Text
    note: Text | None = None


class RatioBase(StrEnum):
    """What a drawing ratio is a share of."""

    REGISTER = "register"  # every row of the item's register (检查对象名录库)
    ELIGIBLE = "eligible"  # the rows left after exclusions


class CapCounts(StrEnum):
    """What uses up an object's yearly cap."""

    EXECUTED = "executed"  # visits carried out (实施抽查)
    DRAWN = "drawn"  # draws, whether or not the visit took place


class CapPeriod(StrEnum):
    CALENDAR_YEAR = "calendar_year"
    ROLLING_YEAR = "rolling_year"


class DrawMode(StrEnum):
    """How the objects are drawn."""

    UNTARGETED = "untargeted"  # 不定向: the whole register
    TARGETED = "targeted"  # 定向: the rows that meet named conditions
    CROSS_DEPARTMENT = "cross-department"  # 跨部门（联合）


class MatchKind(StrEnum):
    """Out of whom the inspectors are matched."""

    AUTOMATIC = "automatic"  # 自动: the whole register of inspectors
    CONSTRAINED = "constrained"  # 手动: by qualification, specialty, object; still by lot


class LeaderNamedBy(StrEnum):
    SECTION_HEAD = "section_head"
    LOT = "lot"


class RecusalWay(StrEnum):
    """What follows an accepted recusal (回避)."""

    SWAP = "swap"  # 与其他执法检查人员交换检查对象
    ABSTAIN = "abstain"  # 不参与本次检查任务
    REDRAW = "redraw"  # 另行随机选派


class Method(StrEnum):
    """How a check is carried out (检查方式)."""

    ON_SITE = "on_site"  # 实地核查
    WRITTEN = "written"  # 书面检查
    ONLINE = "online"  # 网络监测


class NoticeTime(StrEnum):
    ON_ARRIVAL = "on_arrival"
    IN_ADVANCE = "in_advance"


class Signer(StrEnum):
    """Who may sign for the object."""

    LEGAL_REPRESENTATIVE = "legal_representative"  # 法定代表人
    PERSON_IN_CHARGE = "person_in_charge"  # 负责人
    AUTHORISED_PERSON = "authorised_person"  # 其他授权人员


class ClockStart(StrEnum):
    """The event a working-day clock starts from; the day of the event is day 0."""

    TASK_COMPLETED = "task_completed"
    RESULT_FORMED = "result_formed"
    PENALTY_DECIDED = "penalty_decided"
    APPLICATION_RECEIVED = "application_received"
