"""Visits that nobody assigned: by when they are filed, what their entries say. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.calendar import DueDate, WorkCalendar
from inspection.kernel.calendar.rules import local_day
from inspection.policy.model import RuleSet
from inspection.visits.entries.admission import UNCOUNTED
from inspection.visits.late_filing.rows import OpeningRow, WaitingRow
from inspection.visits.record.intake import read_body
from mobile_contract.entries import EntryType, VisitOpen

RECALL: Final = timedelta(days=60)
"""A tablet's clock that tells an instant longer before the first receipt is wrong rather than right."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """What an entry `visit.open` says. `at`: its place in the log of its device (epoch, number)."""

    author: UUID
    device: UUID
    at: tuple[int, int]
    object: UUID
    reason: str | None


def begun_on(walls: Iterable[int], known_at: datetime) -> date:
    """The day of a visit: that of the earliest `wall` (ms since 1970) of its entries that can be right.

    The tablet's clock is evidence only: it may make a visit no later than its first receipt (`known_at`), and no
    earlier than `RECALL` before it. Where no clock can be right, the day of the receipt.
    """
    latest = (known_at - _EPOCH) // _MS
    earliest = latest - RECALL // _MS
    likely = [wall for wall in walls if earliest <= wall <= latest]
    return local_day(_EPOCH + min(likely) * _MS) if likely else local_day(known_at)


def filing_due(begun: date, rules: RuleSet, calendar: WorkCalendar) -> DueDate:
    """By when a visit of that day is filed (补录; 重庆 令第375号 第十八条)."""
    return calendar.add_working_days(begun, rules.notice.file_within_working_days)


def said_last(openings: Iterable[Opening]) -> dict[UUID, Opening]:
    """By device, the last of its openings: who has named the wrong object names the right one by another."""
    found: dict[UUID, Opening] = {}
    for one in sorted(openings, key=lambda opening: opening.at):
        found[one.device] = one
    return found


def authors_of(waiting: Iterable[WaitingRow]) -> tuple[UUID, ...]:
    """Who wrote what waits, sorted; nobody by entries alone that a revoked or somebody else's device brought."""
    return tuple(sorted({one.author for one in waiting if UNCOUNTED.isdisjoint(one.reasons)}))


def opening_of(row: OpeningRow) -> Opening | None:
    """What is said there; None where it does not count, or is no body of its type: it is kept, and says nothing."""
    if not UNCOUNTED.isdisjoint(row.reasons):
        return None
    try:
        members = json.loads(row.body)
    except (ValueError, RecursionError):
        return None
    body = read_body(EntryType.VISIT_OPEN, members)
    if not isinstance(body, VisitOpen):
        return None
    return Opening(row.author, row.device, row.at, body.object, body.reason)
