"""Visits that nobody assigned, as the office sees them: what is to be filed, what is late, what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.visits import store_cards
from inspection.visits.late_filing import store
from inspection.visits.late_filing.rows import FilingRow, LateTaskRow, OpeningRow, WaitingRow
from inspection.visits.late_filing.rules import authors_of, opening_of, said_last


class FilingState(StrEnum):
    OPEN = "open"
    APPROVAL = "approval"  # filed; its tasks wait for their approval, then for the team's designation
    FILED = "filed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class LateFilingShown:
    """One of them. `late`: it was not filed by its day; `days`: left until it, negative when past, None once it ended.

    `objects` (ids) and `reasons`: what the tablets say; `inspectors`: who wrote what waits, `entries` of them.
    `beside`: visits of the same object on the same day, which it may have to be linked to once it is filed.
    """

    visit: UUID
    state: FilingState
    begun_on: date
    known_at: datetime
    due_on: date
    due_provisional: bool
    late: bool
    days: int | None
    entries: int
    inspectors: tuple[UUID, ...]
    objects: tuple[UUID, ...]
    reasons: tuple[str, ...]
    beside: tuple[UUID, ...]
    tasks: tuple[UUID, ...]
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class FilingDue:
    """A visit that has to be filed, and by when; `days` are negative when it is late."""

    visit: UUID
    begun_on: date
    due_on: date
    provisional: bool
    late: bool
    days: int


async def filings_due(authority: UUID, today: date, limit: int = 1000) -> list[FilingDue]:
    """What is to be filed, the most urgent first."""
    return [
        FilingDue(
            one.visit, one.begun_on, one.due_on, one.due_provisional, today > one.due_on, (one.due_on - today).days
        )
        for one in await store.filings(authority, ended=False, limit=limit)
    ]


async def late_filings(authority: UUID, today: date, *, ended: bool = False, limit: int = 100) -> list[LateFilingShown]:
    """Those of an authority: what is to be filed by the day it is due; `ended`: all of them, the newest first."""
    rows = await store.filings(authority, ended=ended, limit=limit)
    ids = [row.visit for row in rows]
    waiting, openings, tasks = await store.waiting(ids), await store.openings(ids), await store.tasks_of(ids)
    made = await store_cards.visits_by_id(ids)
    said = {row.visit: _Said.of(openings.get(row.visit, [])) for row in rows}
    named = {row.visit: (said[row.visit].objects[0], row.begun_on) for row in rows if said[row.visit].objects}
    beside = await store.beside(named, authority)
    return [
        _shown(
            row,
            today,
            said[row.visit],
            waiting.get(row.visit, []),
            beside.get(row.visit, ()),
            tasks.get(row.visit, []),
            made=row.visit in made,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Said:
    objects: tuple[UUID, ...]
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, rows: list[OpeningRow]) -> "_Said":
        last = said_last(one for row in rows if (one := opening_of(row)) is not None).values()
        reasons = dict.fromkeys(one.reason for one in last if one.reason)
        return cls(tuple(sorted({one.object for one in last})), tuple(reasons))


def _shown(
    row: FilingRow,
    today: date,
    said: _Said,
    waiting: list[WaitingRow],
    beside: tuple[UUID, ...],
    tasks: list[LateTaskRow],
    *,
    made: bool,
) -> LateFilingShown:
    state = _state(row, made=made)
    ended_at = row.filed_at or row.dismissed_at
    return LateFilingShown(
        visit=row.visit,
        state=state,
        begun_on=row.begun_on,
        known_at=row.known_at,
        due_on=row.due_on,
        due_provisional=row.due_provisional,
        late=(local_day(ended_at) if ended_at else today) > row.due_on and state is not FilingState.DISMISSED,
        days=(row.due_on - today).days if state is FilingState.OPEN else None,
        entries=sum(one.entries for one in waiting),
        inspectors=authors_of(waiting),
        objects=said.objects,
        reasons=said.reasons,
        beside=beside,
        tasks=tuple(one.task for one in tasks),
        ended_at=ended_at,
        ended_by=row.filed_by or row.dismissed_by,
        reason=row.reason,
    )


def _state(row: FilingRow, *, made: bool) -> FilingState:
    if made:
        return FilingState.FILED
    if row.filed_at is not None:
        return FilingState.APPROVAL
    return FilingState.DISMISSED if row.dismissed_at is not None else FilingState.OPEN
