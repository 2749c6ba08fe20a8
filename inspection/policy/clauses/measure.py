"""比例、频次、上限: how many are drawn, how often, and what an object has to bear."""

from pydantic import Field, model_validator

from inspection.policy.clauses.part import Named, refuse_repeats
from inspection.policy.flaws import wrong
from inspection.policy.terms import (
    CapCounts,
    CapPeriod,
    Clause,
    ExemptionEffect,
    ItemClass,
    Mark,
    Part,
    Ratio,
    RatioBase,
)

# A weight is a small whole number: probabilities stay explainable, and sums far from any limit.
MOST_WEIGHT = 1000


class RatioRule(Clause):
    """Least share of the base that a plan may draw, unless a law sets another (抽查比例).

    `minimum` is None where the document states no number: the list or the planner does. `adjustable`: the planner may
    go below it with a recorded reason.
    """

    minimum: Ratio | None = None
    base: RatioBase
    adjustable: bool

    @model_validator(mode="after")
    def _within_one(self) -> "RatioRule":
        if self.minimum is not None and not 0 < self.minimum <= 1:
            raise wrong("ratio_range")
        return self


class FrequencyRule(Clause):
    """Least number of draws of an item in a calendar year (抽查频次); None where the document states no number."""

    minimum_per_year: int | None = Field(default=None, ge=0, le=366)
    adjustable: bool


class GradeRule(Part):
    """What the plan draws at least and at most of the objects of one credit grade (A–D) under items of one class."""

    item_class: ItemClass
    grade: str = Field(pattern="^[A-D]$")
    ratio_minimum: Ratio | None = None
    ratio_maximum: Ratio | None = None
    frequency_minimum: int | None = Field(default=None, ge=0, le=366)
    frequency_maximum: int | None = Field(default=None, ge=0, le=366)

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "GradeRule":
        for low, high in (
            (self.ratio_minimum, self.ratio_maximum),
            (self.frequency_minimum, self.frequency_maximum),
        ):
            if low is not None and high is not None and low > high:
                raise wrong("minimum_above_maximum")
        return self


class Ground(Named):
    """A case named by the document, and the marks by which it is known: at least `least` of them in force on the day,
    each no older than `within_months` (None: as long as the mark stands)."""

    mark: Mark
    least: int = Field(default=1, ge=1, le=100)
    within_months: int | None = Field(default=None, ge=1, le=1200)


class RiskRule(Clause):
    """Who is drawn more (分级分类): grounds for the targeted pool, weights by credit grade, ratios by class and grade.

    `weights`: whole number by grade, all alike when empty (draw.md §4.5).
    """

    targeted: tuple[Ground, ...]
    weights: dict[str, int]
    differentiated: tuple[GradeRule, ...]

    @model_validator(mode="after")
    def _once_each(self) -> "RiskRule":
        refuse_repeats("ground", [ground.code for ground in self.targeted])
        refuse_repeats("grade", [f"{rule.item_class}-{rule.grade}" for rule in self.differentiated])
        if not self.weights.keys() <= set("ABCD") or not all(
            1 <= weight <= MOST_WEIGHT for weight in self.weights.values()
        ):
            raise wrong("weights")
        return self

    def of(self, item_class: ItemClass, grade: str | None) -> GradeRule | None:
        """The row of the table, if there is one."""
        rows = (rule for rule in self.differentiated if (rule.item_class, rule.grade) == (item_class, grade))
        return next(rows, None)


class Exemption(Ground):
    """A ground on which an object is not limited by the cap, or only in part."""

    effect: ExemptionEffect


class VisitCapRule(Clause):
    """Most visits that one object has to bear in a period, and the grounds of exemption; `maximum` None: no cap."""

    maximum: int | None = Field(default=None, ge=1, le=366)
    counts: CapCounts
    period: CapPeriod
    exemptions: tuple[Exemption, ...]

    @model_validator(mode="after")
    def _codes_once(self) -> "VisitCapRule":
        refuse_repeats("exemption", [exemption.code for exemption in self.exemptions])
        return self

    @property
    def exemption_codes(self) -> frozenset[str]:
        return frozenset(exemption.code for exemption in self.exemptions)


class WarningRule(Clause):
    """What makes the office look up: more visits at one door than so many a day, a week, a month; and what an alert is
    raised of.

    `clean_in_a_row`: visits at one door within `clean_within_months` at which the same inspector found nothing: from
    then on the next one is explained before its record is approved; `voids_of_a_draw`: voided draws of one task;
    `same_pair_least`: results in a year that the same two people approved, the record and the publication, and nobody
    else with either; `same_side_least`: conflicts in a year that were all decided for the same inspector.
    """

    per_day: int = Field(ge=1, le=100)
    per_week: int = Field(ge=1, le=100)
    per_month: int = Field(ge=1, le=100)
    clean_in_a_row: int = Field(ge=2, le=100)
    clean_within_months: int = Field(ge=1, le=120)
    voids_of_a_draw: int = Field(ge=1, le=100)
    same_pair_least: int = Field(ge=2, le=10_000)
    same_side_least: int = Field(ge=2, le=10_000)
