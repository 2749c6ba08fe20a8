"""Wrong passwords for names that nobody bears are counted like those of accounts: a lock tells nobody who is here."""

from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from typing import Final

from inspection.authority.rules import is_locked, locked_from

MOST: Final = 10_000
"""Names that are remembered; the one that was tried the longest ago is forgotten."""


class StrangeNames:
    """How often each unknown name was tried, in this process's memory; of a name only its digest is kept."""

    def __init__(self, most: int = MOST) -> None:
        self._tried: OrderedDict[bytes, tuple[int, datetime | None]] = OrderedDict()
        self._most = most

    def locked_until(self, name: str, now: datetime) -> datetime | None:
        """Until when this name is locked, as an account would be; None: it is not, and one more try is counted."""
        key = sha256(name.encode(errors="replace")).digest()
        failures, until = self._tried.pop(key, (0, None))
        if is_locked(now, until):
            self._tried[key] = failures, until
            return until
        self._tried[key] = failures + 1, locked_from(now, failures + 1)
        while len(self._tried) > self._most:
            self._tried.popitem(last=False)
        return None
