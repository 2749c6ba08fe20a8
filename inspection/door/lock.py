"""When a door is locked after wrong codes. Pure."""

from datetime import datetime, timedelta
from typing import Final

TRIES: Final = 5
"""Wrong codes after which a door is locked, and again after as many more."""
FIRST: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=24)
"""Whoever holds a link and not the code must not shut the party out for longer than a day; the office can renew it."""


def is_locked(now: datetime, locked_until: datetime | None) -> bool:
    """Whether not even the right code opens it now."""
    return locked_until is not None and now < locked_until


def locked_from(now: datetime, failures: int) -> datetime | None:
    """Until when the door is locked after its `failures`-th wrong code in a row; None where it is not.

    Fifteen minutes after five, half an hour after ten, and so on.
    """
    times, rest = divmod(failures, TRIES)
    if rest or not times:
        return None
    # The power is bounded before it is taken: nobody makes us count with numbers of a thousand digits.
    return now + min(FIRST * (1 << min(times - 1, 16)), LONGEST)
