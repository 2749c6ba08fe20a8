"""What a rule-set (实施细则) says, as one typed value.

Rule-sets are data (`rulesets/*.toml`): no authority and no place is named in code. An unknown key, a missing
article or a value outside its limits is refused when the file is read, not when a draw is under way.
"""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints, model_validator

from inspection.policy.clauses.drawing import (
    ContinuityRule,
    DrawRule,
    RecusalRule,
    ReplacementRule,
    SupervisionRule,
    TeamRule,
)
from inspection.policy.clauses.lists import ItemRule, RegisterRule
from inspection.policy.clauses.measure import FrequencyRule, RatioRule, RiskRule, VisitCapRule, WarningRule
from inspection.policy.clauses.planning import HigherPlanRule, OutsideRule, PlanRule, ReportRule, TaskRule
from inspection.policy.clauses.publicity import (
    ArchiveRule,
    ListPublicationRule,
    ObjectionRule,
    PublicationRule,
    RetentionRule,
    SecrecyRule,
)
from inspection.policy.clauses.visiting import (
    LegalReviewRule,
    MethodRule,
    NoticeRule,
    RecordRule,
    ReferralRule,
    ResultRule,
)
from inspection.policy.flaws import wrong
from inspection.policy.terms import Bilingual, Name, Part, Text


class RuleSet(Part):
    """One authority's rules over one span of days. A version a record names never changes its content."""

    code: Name
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(\.[0-9]+)?$")]
    title: Bilingual
    source: Text
    effective_from: date
    effective_until: date | None = None
    effective_note: Text | None = None
    supersedes: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[0-9]{4}(\.[0-9]+)?$")] | None = None
    """The name of the version that this one ends: a file in force without an end is never touched to give it one."""

    items: ItemRule
    registers: RegisterRule
    ratio: RatioRule
    frequency: FrequencyRule
    risk: RiskRule
    visit_cap: VisitCapRule
    warnings: WarningRule
    plan: PlanRule
    higher_plans: HigherPlanRule
    outside_draw: OutsideRule
    task: TaskRule
    draw: DrawRule
    supervision: SupervisionRule
    team: TeamRule
    continuity: ContinuityRule
    recusal: RecusalRule
    replacement: ReplacementRule
    method: MethodRule
    notice: NoticeRule
    record: RecordRule
    results: ResultRule
    referral: ReferralRule
    legal_review: LegalReviewRule
    publication: PublicationRule
    list_publication: ListPublicationRule
    secrecy: SecrecyRule
    objection: ObjectionRule
    archive: ArchiveRule
    reports: ReportRule
    retention: RetentionRule

    @model_validator(mode="after")
    def _span_in_order(self) -> "RuleSet":
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise wrong("until_before_from")
        return self

    @property
    def name(self) -> str:
        """What records carry: code and version."""
        return f"{self.code}.{self.version}"

    def covers(self, on: date) -> bool:
        """Whether the rule-set is in force on that day (both ends included)."""
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)
