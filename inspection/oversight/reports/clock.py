"""The reports that are asked for, with how far each is."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.oversight.reports import store
from inspection.oversight.reports.rules import ReportDuty, ReportState, duties
from inspection.registry.rules_in_force import rules_on


async def report_duties(authority: UUID, years: Iterable[int], today: date) -> list[ReportDuty]:
    """The reports that the rule-set of today asks for of these years, the earliest due first."""
    asked = sorted(set(years))
    try:
        rules = await rules_on(authority, today)
    except NotFound:
        return []  # nothing is due by a rule-set that is not in force
    rule = rules.reports
    if not rule.quarterly and rule.annual_month is None:
        return []
    return duties(asked, await store.founded_on(authority), rule, await store.made(authority, asked))


async def reports_due(authority: UUID, today: date) -> list[ReportDuty]:
    """Those that are not done: of this year whose period has begun, and of the year before."""
    found = await report_duties(authority, (today.year - 1, today.year), today)
    return [one for one in found if one.state is not ReportState.FILED and one.period.first <= today]
