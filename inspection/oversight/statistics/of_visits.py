"""The figures of visits that were carried out."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from inspection.oversight.statistics import rates, store_visits
from inspection.oversight.statistics.cap import over_the_cap
from inspection.oversight.statistics.figures import VisitFigures, rate
from inspection.oversight.statistics.spans import Span
from inspection.oversight.statistics.store_visits import Held, Shared
from inspection.policy.model import RuleSet


async def visit_figures(
    authority: UUID, asked: Span, held: Sequence[Held], shared: Sequence[Shared], rules: RuleSet, today: date
) -> VisitFigures:
    """How often somebody came, to how many at once, and where too often."""
    days = await store_visits.days(authority, asked) if any(row.visits > 1 for row in held) else []
    over, exempt = await over_the_cap(days, rules, today)
    executed = sum(row.visits for row in shared)
    return VisitFigures(
        executed=executed,
        joint=rate(sum(row.visits for row in shared if row.joint), executed),
        cross_department=rate(sum(row.visits for row in shared if row.across), executed),
        per_object=rates.burdens(held),
        excess=rates.excesses(days, rules.warnings),
        over_cap=over,
        exempt=exempt,
    )
