"""When a delivery is tried again, and when it is given up. Pure."""

import email.utils
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=6)
PATIENCE: Final = timedelta(days=3)
"""A receiver may be away over a weekend; what did not arrive by then is for people to look at."""
_DOUBLINGS: Final = 16
_SUCCESS: Final = range(200, 300)
_HOPELESS: Final = frozenset({400, 405, 410, 413, 415, 422})
"""The receiver says that it will never take this: repeating it changes nothing."""


class DeliveryState(StrEnum):
    """Where a delivery is. `SUPERSEDED`: a later version arrived while this one lay among the dead letters."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    SUPERSEDED = "superseded"


class ChannelKind(StrEnum):
    """What the receiver understands."""

    GSXT = "gsxt"
    CREDIT = "credit"
    WEBSITE = "website"
    WEBHOOK = "webhook"
    EVENTS = "events"


OF_RESULTS: Final = frozenset(ChannelKind) - {ChannelKind.EVENTS}
"""Kinds that are sent what is published; the others are told that something happened."""
SECRET_OVERLAP: Final = timedelta(hours=24)
"""After a secret was made anew, parcels bear the signature of the earlier one as well, for so long."""


def arrived(status: int) -> bool:
    """Whether an answer says that it has the delivery."""
    return status in _SUCCESS


def takes_none(status: int | None) -> bool:
    """Whether an answer, or None for none, speaks of the receiver as it is now, and not of what it was sent."""
    return status is None or not (arrived(status) or status in _HOPELESS)


def next_try(
    now: datetime, *, asked_at: datetime, attempts: int, status: int | None, retry_after: str = ""
) -> datetime | None:
    """When a delivery that failed for the `attempts`-th time is tried again; None: it is given up.

    `status` of the answer, None without one; `retry_after`: the header as it came (RFC 9110, 10.2.3), kept to as far as
    it asks for more patience than ours and for no more than the longest wait.
    """
    if status in _HOPELESS or now - asked_at >= PATIENCE:
        return None
    ours: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, _DOUBLINGS)
    return now + min(max(ours, _asked_for(retry_after, now)), LONGEST_WAIT)


def _asked_for(retry_after: str, now: datetime) -> timedelta:
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LONGEST_WAIT.total_seconds()))
    try:
        until = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta(0)
    return max((until if until.tzinfo else until.replace(tzinfo=UTC)) - now, timedelta(0))
