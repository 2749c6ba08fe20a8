"""Until when a door can be opened. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

AFTER_WINDOW: Final = timedelta(days=90)
AFTER_TURN: Final = timedelta(days=30)
"""After anything that the party may still want to read or to answer."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """What keeps a door open. `closes`: last day of the visit's window; the others as days, in any order.

    `renewed`: the day on which the office gave the door anew; None of one that was given once.
    """

    closes: date
    decided: Collection[date] = ()
    deadlines: Collection[date] = ()
    published: Collection[date] = ()
    renewed: date | None = None


def expires_on(known: Lasting) -> date:
    """The last day on which the door opens: 90 days after the visit's window; never before 30 days after an objection's
    decision, a deadline to put right, a publication, or the day it was given anew.
    """
    later = (*known.decided, *known.deadlines, *known.published, *((known.renewed,) if known.renewed else ()))
    return max([known.closes + AFTER_WINDOW, *(_later(day) for day in later)])


def _later(day: date) -> date:
    return day + AFTER_TURN
