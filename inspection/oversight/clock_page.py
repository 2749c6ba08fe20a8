"""A page of the clocks that run. Of what there is much of, results and windows of tasks, only the page is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from inspection.kernel.command import Role
from inspection.kernel.errors import Invalid
from inspection.oversight.clock_filters import ClockFilter, chosen, key_of, page_behind, place_in
from inspection.oversight.clocks import (
    HINDERED,
    READERS,
    WHOSE,
    Matter,
    Place,
    RunningClock,
    Summary,
    clock_of_result,
    clocks_of_tasks,
    summaries,
)
from inspection.planning import store_task_clocks
from inspection.planning.store_task_clocks import WindowsWanted
from inspection.planning.task_clocks import ClockKind
from inspection.publicity import store, store_due
from inspection.publicity.due_list import due_items
from inspection.publicity.store_due import DueWanted
from inspection.visits.due import windows_of
from mobile_contract.problems import ProblemCode

_FIRST: Final = UUID(int=0)
_LAST: Final = UUID(int=2**128 - 1)
_SHELVES: Final = (store_due.WAITING, store_due.WITHHELD)


@dataclass(frozen=True, slots=True)
class ClockPage:
    """Some of the clocks that were asked for, the most urgent first; how many of them run, by matter, and in all.

    `after`: what to ask for behind them, None at the end.
    """

    clocks: tuple[RunningClock, ...]
    summaries: tuple[Summary, ...]
    after: str | None

    @property
    def running(self) -> int:
        return sum(one.running for one in self.summaries)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.summaries)


@dataclass(frozen=True, slots=True)
class _Part:
    """How many clocks of one matter were asked for, and the first of them behind the place."""

    summary: Summary
    clocks: Sequence[RunningClock]


async def clock_page(
    authority: UUID, today: date, asked: ClockFilter, *, after: str | None = None, limit: int = 50
) -> ClockPage:
    """The clocks that were asked for, those behind `after` (a `ClockPage.after`).

    Raises:
        Invalid: `oversight.cursor_unreadable`.
    """
    behind = place_in(after) if after is not None else None
    few = [
        one
        for matters, read in READERS.items()
        if asked.matter is None or asked.matter in matters
        for one in await read(authority, today)
    ]
    held = await chosen(few, asked)
    many = [
        await _results(authority, today, asked, behind, limit + 1),
        await _windows(authority, today, asked, behind, limit + 1),
    ]
    found = page_behind([*held, *(one for part in many for one in part.clocks)], behind, limit + 1)
    counted = {one.matter: one for one in summaries(held)} | {part.summary.matter: part.summary for part in many}
    shown = found[:limit]
    return ClockPage(
        tuple(shown), tuple(counted[matter] for matter in Matter), key_of(shown[-1]) if len(found) > limit else None
    )


async def _results(authority: UUID, today: date, asked: ClockFilter, behind: Place | None, limit: int) -> _Part:
    """Results and penalties that are not out: nobody has them in hand by name."""
    if asked.matter not in {None, Matter.PUBLICATION} or asked.person:
        return _Part(Summary(Matter.PUBLICATION, 0, 0), ())
    first = None if asked.whose is None else [one for one, role in _CLEARED_BY if role is asked.whose]
    if first == []:
        return _Part(Summary(Matter.PUBLICATION, 0, 0), ())
    wanted = DueWanted(today, first, asked.late, asked.unit)
    counts = [await store_due.due_count(authority, shelf, wanted) for shelf in _SHELVES]
    place = _within(Matter.PUBLICATION, behind)
    ids = [one for shelf in _SHELVES for one in await store_due.due_page(authority, shelf, wanted, place, limit)]
    rows = await store.waiting(among=[publication for _, publication in sorted(ids)[:limit]])
    clocks = [clock_of_result(due) for due in await due_items(rows, today)]
    return _Part(Summary(Matter.PUBLICATION, *(sum(each) for each in zip(*counts, strict=True))), clocks)


async def _windows(authority: UUID, today: date, asked: ClockFilter, behind: Place | None, limit: int) -> _Part:
    whose = asked.whose in {None, WHOSE[ClockKind.WINDOW]}
    if asked.matter not in {None, Matter.WINDOW} or asked.person or not whose:
        return _Part(Summary(Matter.WINDOW, 0, 0), ())
    wanted = WindowsWanted(today, asked.late, asked.unit)
    place = _within(Matter.WINDOW, behind)
    counted = await store_task_clocks.count_windows(authority, wanted)
    ids = await store_task_clocks.windows(authority, wanted, behind=place, limit=limit)
    clocks = clocks_of_tasks(await windows_of([task for _, task in ids], today))
    return _Part(Summary(Matter.WINDOW, *counted), clocks)


_CLEARED_BY: Final = (*HINDERED.items(), (None, Role.PLANNER))


def _within(matter: Matter, behind: Place | None) -> tuple[date, UUID] | None:
    """The place among the clocks of one matter behind which those stand that are behind a place among all. Pure.

    Raises:
        Invalid: `oversight.cursor_unreadable`.
    """
    if behind is None:
        return None
    day, at, subject = behind
    if at != matter.value:
        return day, _FIRST if at < matter.value else _LAST
    try:
        return day, UUID(subject)
    except ValueError:
        raise Invalid(ProblemCode.INVALID, "oversight.cursor_unreadable") from None
