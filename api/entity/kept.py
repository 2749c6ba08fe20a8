"""What the pages of a door are written from, kept for a moment: reading a page again costs one statement and no fold.

Facts are those of one line of the visit's journal: whatever happens to the visit (another inspector, a step of the
notice, a result, an objection) is a further line, and the next page is written anew. What lies outside of it (a
certificate, the authority's phone) is a minute old at most. Kept in the process, never beyond it.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import Any, Final, TypeVar

T = TypeVar("T")
MOST: Final = 500
SECONDS: Final = 60


class KeptFacts:
    """By key, what was made for it in this minute; the least recently asked for is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._most = most

    async def of(self, now: datetime, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` gives, made once a minute for this key; what it raises is not kept."""
        full = (key, int(now.timestamp()) // SECONDS)
        if full not in self._known:
            self._known[full] = await make()
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        self._known.move_to_end(full)
        known: T = self._known[full]
        return known
