"""The office's figures of a span of days, counted once for all who ask: of a million results they take seconds.

Whoever is shown kept figures is told when they were counted, and may have them counted anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.oversight.statistics.figures import Statistics

LASTS: Final = timedelta(minutes=10)
MOST: Final = 20
"""Spans that are kept at a time."""

Key = tuple[UUID, date, date, date]
"""Authority, first day, last day, the day of asking."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures and when they were counted."""

    figures: Statistics
    at: datetime


class KeptFigures:
    """By span, the figures as they were counted last, for `LASTS` at the most; those that were not asked for the
    longest go first. Who asks while they are being counted waits for the same count.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Counted] = OrderedDict()
        self._counting: dict[Key, asyncio.Task[Counted]] = {}
        self.drawing = asyncio.Lock()
        """Held while plots are drawn: a page asks for all of them at once, and one process draws them together."""

    def known(self, key: Key, now: datetime) -> Counted | None:
        """What was counted and is young enough to be shown."""
        found = self._known.get(key)
        return found if found is not None and timedelta() <= now - found.at < LASTS else None

    async def of(self, key: Key, now: datetime, count: Callable[[], Awaitable[Statistics]]) -> Counted:
        """The figures of a span, counted now unless they are known; what `count` raises is not kept."""
        if (found := self.known(key, now)) is not None:
            self._known.move_to_end(key)
            return found
        if key not in self._counting:
            task = asyncio.create_task(self._count(key, now, count))
            self._counting[key] = task
            task.add_done_callback(lambda _: self._counting.pop(key, None))
        # Whoever goes away meanwhile does not take the count from the others.
        return await asyncio.shield(self._counting[key])

    def forget(self, key: Key) -> None:
        """Count this span anew when it is asked for again."""
        self._known.pop(key, None)

    async def _count(self, key: Key, now: datetime, count: Callable[[], Awaitable[Statistics]]) -> Counted:
        made = Counted(await count(), now)
        self._known[key] = made
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return made
