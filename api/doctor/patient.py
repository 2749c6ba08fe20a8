"""What a check is given, and how one is told."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from api.doctor.judging import Check, Tone
from inspection.kernel.clock import Clock
from inspection.kernel.errors import DomainError
from inspection.kernel.keys import ServerKeys
from inspection.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Patient:
    """An installation that is looked at. `keys` reads the server's keys, which are there; `told` a refusal in words."""

    settings: Settings
    clock: Clock
    keys: Callable[[], ServerKeys]
    told: Callable[[DomainError], str] = str

    @property
    def now(self) -> datetime:
        """This moment: to look at a large database takes minutes, and people go on working."""
        return self.clock.now()


Look: TypeAlias = Callable[[Patient], Awaitable[Check]]
"""One check: a small coroutine; what it raises is told as a failure of what it looks at."""


def good(name: str, **facts: str | int) -> Check:
    """Nothing to be done."""
    return Check(name, "good", Tone.GOOD, facts)


def warn(name: str, how: str, **facts: str | int) -> Check:
    """It works, and should not stay so."""
    return Check(name, how, Tone.WARN, facts)


def bad(name: str, how: str, **facts: str | int) -> Check:
    """It does not work, or evidence is in danger."""
    return Check(name, how, Tone.BAD, facts)
