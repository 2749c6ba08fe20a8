"""The parts of a rule-set. Each names the article it was read from; `note` says what we decided ourselves."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from inspection.policy.terms import (
    Bilingual,
    CapCounts,
    CapPeriod,
    Clause,
    ClockStart,
    DrawMode,
    LeaderNamedBy,
    MatchKind,
    Method,
    Name,
    NoticeTime,
    Part,
    Ratio,
    RatioBase,
    RecusalWay,
    Signer,
    Text,
)


def _refuse_repeats(what: str, codes: list[str]) -> None:
    if len(set(codes)) != len(codes):
        raise ValueError(f"{what} codes must be unique")


class RatioRule(Clause):
    """Least share of the base that a plan may draw, unless a law sets another (抽查比例)."""

    minimum: Ratio
    base: RatioBase

    @model_validator(mode="after")
    def _within_one(self) -> "RatioRule":
        if not 0 < self.minimum <= 1:
            raise ValueError("the least ratio lies above 0 and at most at 1")
        return self


class FrequencyRule(Clause):
    """Least number of draws of an item in a calendar year (抽查频次)."""

    minimum_per_year: int = Field(ge=0, le=366)


class Exemption(Part):
    """A ground on which an object is outside the ratio, frequency and cap."""

    code: Name
    text: Bilingual


class VisitCapRule(Clause):
    """Most visits that one object has to bear in a period, and the grounds of exemption."""

    maximum: int = Field(ge=1, le=366)
    counts: CapCounts
    period: CapPeriod
    exemptions: tuple[Exemption, ...]

    @model_validator(mode="after")
    def _codes_once(self) -> "VisitCapRule":
        _refuse_repeats("exemption", [exemption.code for exemption in self.exemptions])
        return self

    @property
    def exemption_codes(self) -> frozenset[str]:
        return frozenset(exemption.code for exemption in self.exemptions)


class DrawRule(Clause):
    """Permitted ways of drawing objects and matching inspectors."""

    modes: tuple[DrawMode, ...] = Field(min_length=1)
    dimensions: tuple[Name, ...]
    match_kinds: tuple[MatchKind, ...] = Field(min_length=1)


class TeamRule(Clause):
    """How many inspectors stand before an object, and who names their leader."""

    minimum_size: int = Field(ge=1, le=50)
    leaders: int = Field(ge=0, le=1)
    leader_named_by: LeaderNamedBy | None


class RecusalRule(Clause):
    """An inspector with an interest must apply for recusal."""

    ways: tuple[RecusalWay, ...] = Field(min_length=1)


class ReplacementReason(Part):
    code: Name
    text: Bilingual


class ReplacementRule(Clause):
    """A drawn inspector is replaced only for a listed reason, by lot, after approval."""

    reasons: tuple[ReplacementReason, ...] = Field(min_length=1)
    approval_by: Literal["approver", "section_head"] | None

    @model_validator(mode="after")
    def _codes_once(self) -> "ReplacementRule":
        _refuse_repeats("reason", [reason.code for reason in self.reasons])
        return self


class RegisterRule(Clause):
    """What the two registers hold (两库)."""

    covers_all_objects: bool
    inspector_labels: tuple[Name, ...]


class PlanDue(Part):
    """The last day for the plan of a year.

    Either a day of the planned year (`month`, `day`), or so many working days before the planned year begins
    (`working_days_before`): exactly one of the two.
    """

    month: int | None = Field(default=None, ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    working_days_before: int | None = Field(default=None, ge=1, le=250)

    @model_validator(mode="after")
    def _one_way(self) -> "PlanDue":
        by_day = self.month is not None and self.day is not None
        if (self.month is None) != (self.day is None) or by_day == (self.working_days_before is not None):
            raise ValueError("give month and day, or working_days_before, not both")
        if self.month is not None and self.day is not None:
            date(2001, self.month, self.day)  # a day that every year has
        return self


class PlanRule(Clause):
    """The annual plan: when it is due, what it must cover, with whom it is filed."""

    due: PlanDue
    covers_all_items: bool
    line_fields: tuple[Name, ...] = Field(min_length=1)
    filed_with: Bilingual | None


class TaskRule(Clause):
    """A task passes a review by another person before anything is drawn."""

    review_required: bool
    scheme_required: bool
    scheme_article: Text
    merge_same_object_same_period: bool
    merge_article: Text


class MethodRule(Clause):
    allowed: tuple[Method, ...] = Field(min_length=1)
    third_party_conclusions: bool
    third_party_article: Text


class NoticeRule(Clause):
    """The notice (抽查告知书): when it is handed over, and what it says of the duty to cooperate."""

    served: NoticeTime
    show_certificate: bool
    text: Bilingual


class RecordRule(Clause):
    """The record of the visit and its confirmation by the object."""

    signers: tuple[Signer, ...] = Field(min_length=1)
    seal_accepted: bool
    refusal_note_required: bool
    refusal_inspector_signatures: int = Field(ge=1, le=50)
    witness: Literal["required", "when_necessary", "never"]


class Channel(Part):
    """A place where something is published."""

    code: Name
    text: Bilingual


class PublicationRule(Clause):
    """Results are published within `working_days` of the start event."""

    working_days: int = Field(ge=1, le=250)
    starts: ClockStart
    channels: tuple[Channel, ...] = Field(min_length=1)


class ListPublicationRule(Clause):
    """Where the item list, the plan and their changes are published."""

    channels: tuple[Channel, ...] = Field(min_length=1)


class ObjectionRule(Clause):
    """An objection is reviewed within `working_days` of its receipt."""

    working_days: int = Field(ge=1, le=250)
    starts: ClockStart


class RetentionRule(Clause):
    """How long a tablet keeps its own entries after their publication, in calendar days."""

    tablet_days_after_publication: int = Field(ge=0, le=3650)
