"""What the store of late filings tells: frozen values, as of the moment they were read."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One visit that is to be filed, as `LateFiling` says."""

    visit: UUID
    authority: UUID
    begun_on: date
    known_at: datetime
    due_on: date
    due_provisional: bool
    reminded_on: date | None = None
    filed_at: datetime | None = None
    filed_by: str | None = None
    dismissed_at: datetime | None = None
    dismissed_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LateTaskRow:
    """A task that was made when a visit was filed afterwards, and the day of that visit."""

    task: UUID
    visit: UUID
    visited_on: date


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """How many entries of one author wait for a visit, by what was found of them when they came."""

    author: UUID
    reasons: frozenset[str]
    entries: int


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An entry `visit.open` with its body. `at`: its place in the log of its device (epoch, number)."""

    author: UUID
    device: UUID
    at: tuple[int, int]
    body: bytes
    reasons: frozenset[str] = frozenset()
