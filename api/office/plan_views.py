"""What the office is told about a plan, in words: findings in the language that was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.language import Language
from inspection.planning.finding import Finding
from inspection.planning.plan_review import PlanReview
from inspection.planning.plan_rules import DutyState, PlanDuty


@dataclass(frozen=True, slots=True)
class SaidFinding:
    """One finding: its key, its sentence, and the article it stands on."""

    fault: str
    text: str
    article: str


@dataclass(frozen=True, slots=True)
class PlanCheckView:
    """A plan held against list, registers and higher plans as they are now. `findings` bar an approval; `notes` do
    not, but are told; `gaps` are how the published list has left the plan behind."""

    findings: tuple[SaidFinding, ...]
    notes: tuple[SaidFinding, ...]
    gaps: tuple[SaidFinding, ...]
    complete: bool
    objects: int
    items: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DutyView:
    """How the plan of a year stands on a day."""

    year: int
    state: DutyState
    opens_on: date | None
    due_on: date
    provisional: bool
    plan: UUID | None
    late: bool
    gaps: tuple[SaidFinding, ...]


def check_view(review: PlanReview, lang: Language) -> PlanCheckView:
    """The review in words."""
    return PlanCheckView(
        said(review.findings, lang),
        said(review.notes, lang),
        said(review.gaps, lang),
        review.complete,
        review.objects,
        {kind.value: count for kind, count in review.items.items()},
    )


def duty_view(duty: PlanDuty, lang: Language) -> DutyView:
    """The duty in words."""
    return DutyView(
        duty.year,
        duty.state,
        duty.opens_on,
        duty.due_on,
        duty.provisional,
        duty.plan,
        duty.late,
        said(duty.gaps, lang),
    )


def said(findings: Iterable[Finding], lang: Language) -> tuple[SaidFinding, ...]:
    """Each finding as a sentence."""
    return tuple(SaidFinding(one.fault.value, one.text(lang), one.article) for one in findings)
