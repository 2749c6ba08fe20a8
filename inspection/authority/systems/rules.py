"""What a token of another system may be given, and for how long: pure."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from inspection.kernel.calendar.rules import BEIJING, local_day

LONGEST: Final = timedelta(days=366)
"""Whoever keeps a system looks once a year whether it is still there."""
PREFIX: Final = "fcs_"
"""What every such token begins with, so that one that was left somewhere is recognised."""


class TokenScope(StrEnum):
    """What a token is given for. What each lets in is one table: `api/token_scopes.py`."""

    REGISTRY = "registry"
    PLANS = "plans"
    RESULTS = "results"
    FIGURES = "figures"
    IMPORTS = "imports"


def lasts_until(last_day: date) -> datetime:
    """The instant at which `last_day` is over in Beijing."""
    return datetime.combine(last_day + timedelta(days=1), time(), BEIJING)


def may_last_until(last_day: date, now: datetime) -> bool:
    """Whether a token that is issued now may be good up to and including `last_day`."""
    return local_day(now) <= last_day <= local_day(now) + LONGEST


def spelt(scopes: Collection[TokenScope]) -> str:
    """Scopes as they are kept: each once, in the order of the list."""
    return " ".join(one.value for one in TokenScope if one in scopes)


def read(kept: str) -> frozenset[TokenScope]:
    """Scopes out of what is kept; a name that this version does not know gives nothing."""
    known = {one.value: one for one in TokenScope}
    return frozenset(known[name] for name in kept.split() if name in known)
