"""When a paper was issued: it bears that day however often it is printed, so the same record gives the same bytes."""

from collections.abc import Iterable
from datetime import datetime

from inspection.visits.notices.steps import ServedNotice
from inspection.visits.notices.store import Step
from inspection.visits.rows import OutcomeRow


def notice_issued(told: ServedNotice) -> datetime | None:
    """When the notice was issued: its serving, or its number's first printing before that; None while neither was."""
    return min((one.at for one in (*told.of(Step.NUMBERED), *told.of(Step.SERVED))), default=None)


def result_issued(outcomes: Iterable[OutcomeRow]) -> datetime | None:
    """When the result was formed: the newest of the outcomes that stand."""
    return max((one.formed_at for one in outcomes), default=None)
