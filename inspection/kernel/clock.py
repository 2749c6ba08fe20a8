"""Where time comes from. Inside the domain it is an argument; only this module reads the machine's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, UTC-aware."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  the one reader of the machine's clock


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is moved: tests and simulated years."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def advance(self, by: timedelta) -> datetime:
        """Move forward and return the new instant."""
        self.instant += by
        return self.instant
