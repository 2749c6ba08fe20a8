"""计划与任务: the annual plan, its tasks, and what may be inspected without a draw."""

from pydantic import Field, model_validator

from inspection.policy.clauses.part import Named, check_day_of_every_year, refuse_repeats
from inspection.policy.flaws import wrong
from inspection.policy.terms import ApprovalTime, Bilingual, Clause, Part, PlanField, TaskKind, Text


class PlanDue(Part):
    """The last day for the plan of a year: `month` and `day`, in the planned year or in the one before.

    `opens_working_days_before`: the plan is made in the last so many working days before 31 December of the year
    before; None: any time until it is due.
    """

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    in_year_before: bool
    opens_working_days_before: int | None = Field(default=None, ge=1, le=250)

    @model_validator(mode="after")
    def _a_day_of_every_year(self) -> "PlanDue":
        check_day_of_every_year(self.month, self.day)
        return self


class PlanRule(Clause):
    """The annual plan: when it is due, what it states and covers, with whom it is filed, whether it is published."""

    due: PlanDue
    covers_all_items: bool
    fields: tuple[PlanField, ...] = Field(min_length=1)
    filed_with: Bilingual | None = None
    published: bool


class HigherPlanRule(Clause):
    """Plans of higher authorities: whom they have drawn is not drawn again (兴隆台 五(五)、六(三))."""

    excludes_planned_above: bool


class OutsideKind(Part):
    """A kind of inspection made outside the draw."""

    kind: TaskKind
    text: Bilingual
    article: Text
    note: Text | None = None
    approval: ApprovalTime
    limited_by_cap: bool


class OutsideRule(Clause):
    """When an inspection may be made without a draw. Each such task states reason and basis."""

    kinds: tuple[OutsideKind, ...]

    @model_validator(mode="after")
    def _kinds_once(self) -> "OutsideRule":
        refuse_repeats("kind", [one.kind for one in self.kinds])
        if any(one.kind is TaskKind.RANDOM for one in self.kinds):
            raise wrong("random_outside")
        return self

    def of(self, kind: TaskKind) -> OutsideKind | None:
        return next((one for one in self.kinds if one.kind is kind), None)


class TaskRule(Clause):
    """A task: its gate before the draw, its papers and its clocks.

    `scheme_required`: a work scheme for the task; `procedure_required`: an operable procedure for the item;
    `joint_start_within_working_days`: after the draw of a joint task; `complete_within_days`: calendar days from the
    first visit; `drawn_list_filed_with`: where the confirmed list of drawn objects is filed.
    """

    review_required: bool
    scheme_required: bool
    procedure_required: bool
    scheme_article: Text
    merge_same_object_same_period: bool
    merge_article: Text
    joint_start_within_working_days: int | None = Field(default=None, ge=1, le=250)
    complete_within_days: int | None = Field(default=None, ge=1, le=366)
    drawn_list_filed_with: Bilingual | None = None


class ReportRule(Clause):
    """What is reported of the work: every quarter, and the day of the yearly summary."""

    quarterly: bool
    annual_month: int | None = Field(default=None, ge=1, le=12)
    annual_day: int | None = Field(default=None, ge=1, le=31)
    reported_to: tuple[Named, ...]

    @model_validator(mode="after")
    def _whole_day(self) -> "ReportRule":
        if (self.annual_month is None) != (self.annual_day is None):
            raise wrong("together", one="annual_month", other="annual_day")
        if self.annual_month is not None and self.annual_day is not None:
            check_day_of_every_year(self.annual_month, self.annual_day)
        return self
