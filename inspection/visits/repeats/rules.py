"""The same inspector, the same door, nothing found, again and again (成都, 2025-05-01). Pure."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from inspection.policy.clauses.measure import WarningRule

CLEAN = frozenset({"no_problem"})
"""The outcome of a visit at which nothing was found. A door that was shut is none: there was nothing to look at."""


@dataclass(frozen=True, slots=True)
class Been:
    """An approved visit of one inspector at one door. `clean`: all its results say that nothing was found."""

    visit: UUID
    on: date
    clean: bool


@dataclass(frozen=True, slots=True)
class Run:
    """So many visits in a row at which the same inspector found nothing at the same door (`code`), the oldest first."""

    inspector: UUID
    code: str = field(repr=False)
    visits: tuple[UUID, ...]
    first: date
    last: date

    @property
    def through(self) -> UUID:
        """The newest visit of the run, by which it is known."""
        return self.visits[-1]


def runs(inspector: UUID, code: str, been: Iterable[Been], rule: WarningRule) -> list[Run]:
    """Every run that was complete with some visit, the oldest first.

    A run of more visits than the rule asks for is complete again with each further one: the last so many of them.
    """
    held = sorted(been, key=lambda one: (one.on, str(one.visit)))
    needed = rule.clean_in_a_row
    parts = (held[end - needed : end] for end in range(needed, len(held) + 1))
    return [_run(inspector, code, part) for part in parts if _counts(part, part[-1].on, rule)]


def run_before(inspector: UUID, code: str, been: Iterable[Been], day: date, rule: WarningRule) -> Run | None:
    """The run that a visit on `day` would go on with: of the visits up to that day the last so many, if nothing was
    found at any of them and the first of them lies within the span before the day.
    """
    held = sorted((one for one in been if one.on <= day), key=lambda one: (one.on, str(one.visit)))
    part = held[-rule.clean_in_a_row :]
    if len(part) < rule.clean_in_a_row or not _counts(part, day, rule):
        return None
    return _run(inspector, code, part)


def months_before(day: date, months: int) -> date:
    """The day of the month so many months before, or that month's last."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _counts(part: Sequence[Been], day: date, rule: WarningRule) -> bool:
    return all(one.clean for one in part) and part[0].on >= months_before(day, rule.clean_within_months)


def _run(inspector: UUID, code: str, part: Sequence[Been]) -> Run:
    return Run(inspector, code, tuple(one.visit for one in part), part[0].on, part[-1].on)
