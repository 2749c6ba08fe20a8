"""What the pages of a door are written from, and the pages as they were written, kept while nothing happens.

Whatever a page tells is kept beside how it stood then (`inspection.door.store.Standing`): the heads of the journals of
the visit and of the object's other visits, of their tasks and of the registers of object and team, and how the
authority can be reached. Reading a page again is one statement, which asks how that stands now; another standing, and
it is made anew. What no line of these tells (what later entries of a tablet prove of its clock) is `LASTS` old at most.
Kept in the process, never beyond it.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

T = TypeVar("T")
VISITS: Final = 500
"""Whose facts are kept at a time."""
PAGES_BYTES: Final = 16 * 1024 * 1024
"""Of pages that are kept at a time."""
LASTS: Final = timedelta(minutes=10)


class Kept:
    """By key, what was made for it as things stood; the least recently asked for is forgotten first. `size`: of one of
    them; `most`: of all together.
    """

    def __init__(self, most: int = VISITS, size: Callable[[Any], int] = lambda _: 1) -> None:
        self._known: OrderedDict[Hashable, tuple[Hashable, datetime, Any]] = OrderedDict()
        self._most, self._size, self._held = most, size, 0

    async def of(self, now: datetime, key: Hashable, standing: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` gives, made once for this key while it stands like this; what it raises is not kept."""
        found = self._known.get(key)
        if found is None or found[0] != standing or not timedelta() <= now - found[1] < LASTS:
            # What is read now is as it stands or newer: then the next reader finds another standing.
            found = (standing, now, await make())
            self._keep(key, found)
        else:
            self._known.move_to_end(key)
        known: T = found[2]
        return known

    def _keep(self, key: Hashable, found: tuple[Hashable, datetime, Any]) -> None:
        if (before := self._known.pop(key, None)) is not None:
            self._held -= self._size(before[2])
        self._known[key] = found
        self._held += self._size(found[2])
        while self._held > self._most:
            self._held -= self._size(self._known.popitem(last=False)[1][2])


def kept_pages() -> Kept:
    """For pages as bytes."""
    return Kept(PAGES_BYTES, len)
