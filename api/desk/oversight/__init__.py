"""Time limits, alerts, statistics, reports and the audit trail."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.oversight import (
    alerts,
    clocks,
    diligence,
    journal,
    late_filings,
    overdue,
    remarks,
    reminders,
    reports,
    statistics,
    verification,
)

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *clocks.HANDLERS,
    *reminders.HANDLERS,
    *overdue.HANDLERS,
    *alerts.HANDLERS,
    *late_filings.HANDLERS,
    *statistics.HANDLERS,
    *reports.HANDLERS,
    *diligence.HANDLERS,
    *remarks.HANDLERS,
    *journal.HANDLERS,
    *verification.HANDLERS,
)
