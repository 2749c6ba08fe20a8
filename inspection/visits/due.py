from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import BEIJING
from inspection.planning import store_task_clocks, store_tasks
from inspection.planning.facts import TaskFacts
from inspection.planning.store_task_clocks import RulesOfClocks, WindowsWanted
from inspection.planning.task_clocks import Clock, ClockKind, ClockState, counts_from_first_visit, task_clocks
from inspection.planning.task_states import TaskState
from inspection.policy.load import known, rule_set_named
from inspection.visits.ledger import store as store_ledger

WAITING = frozenset({ClockState.OPEN, ClockState.OVERDUE})
_HOLIDAYS: Final = timedelta(days=30)
"""Of a year there are no more days off beside its weekends."""


@dataclass(frozen=True, slots=True)
class TaskDue:
    """A task with the clocks that run for it, the most urgent first."""

    task: UUID
    number: str
    name: str
    state: TaskState
    clocks: tuple[Clock, ...]


async def tasks_due(authority: UUID, today: date, *, within: int | None = None) -> list[TaskDue]:
    """What is due of the authority's tasks, the most urgent task first.

    `within`: only what is due in so many days, or overdue, or has no day.
    """
    ids = {task for _, task in await store_task_clocks.windows(authority, WindowsWanted(today))}
    ids |= await store_task_clocks.besides_windows(authority, _rules_of_clocks())
    return _waiting(await _with_clocks(ids, today), within=within)


async def besides_windows(authority: UUID, today: date) -> list[TaskDue]:
    """What is due of the authority's tasks, their windows apart; the most urgent task first."""
    ids = await store_task_clocks.besides_windows(authority, _rules_of_clocks())
    return _waiting(await _with_clocks(ids, today), kinds=frozenset(ClockKind) - {ClockKind.WINDOW})


async def windows_due(authority: UUID, today: date) -> list[TaskDue]:
    """The windows of the authority's tasks that run, the most urgent first."""
    return await windows_of(
        [task for _, task in await store_task_clocks.windows(authority, WindowsWanted(today))], today
    )


async def windows_of(tasks: Collection[UUID], today: date) -> list[TaskDue]:
    """The windows of these tasks, of those that run; the most urgent first."""
    return _waiting(await _with_clocks(tasks, today), kinds=frozenset({ClockKind.WINDOW}))


async def fallen_due(
    authority: UUID, first: date, last: date, today: date
) -> list[tuple[TaskFacts, tuple[Clock, ...]]]:
    """The tasks of which a clock was due from `first` to `last` or may have been, each with all of its clocks, those
    that were met as well.
    """
    ids = await store_task_clocks.due_between(authority, first, last, _rules_of_clocks(), _drawn_since(first))
    return await _with_clocks(ids, today)


async def clocks_of(tasks: Sequence[TaskFacts], today: date) -> dict[UUID, tuple[Clock, ...]]:
    """By task, the clocks that run for it, the most urgent first."""
    rules = {task.id: rule_set_named(task.rule_set) for task in tasks}
    begun = [task.id for task in tasks if counts_from_first_visit(task, rules[task.id])]
    calendar, visited = await load_calendar(), await store_ledger.first_visits(begun)
    found = {}
    for task in tasks:
        clocks = task_clocks(task, visited.get(task.id), rules[task.id], calendar, today)
        found[task.id] = tuple(sorted(clocks, key=_urgency))
    return found


async def _with_clocks(tasks: Collection[UUID], today: date) -> list[tuple[TaskFacts, tuple[Clock, ...]]]:
    held = await store_tasks.tasks_of(tasks)
    clocks = await clocks_of(held, today)
    return [(task, clocks[task.id]) for task in held]


def _waiting(
    held: Sequence[tuple[TaskFacts, tuple[Clock, ...]]],
    *,
    within: int | None = None,
    kinds: Collection[ClockKind] = frozenset(ClockKind),
) -> list[TaskDue]:
    due = []
    for task, clocks in held:
        shown = tuple(clock for clock in clocks if clock.kind in kinds and _asked(clock, within))
        if shown:
            due.append(TaskDue(task.id, task.number, task.name, task.state, shown))
    return sorted(due, key=lambda one: (_urgency(one.clocks[0]), one.number))


def _rules_of_clocks() -> RulesOfClocks:
    """Which of the rule-sets that are known count which days."""
    every = [rules for line in known().values() for rules in line]
    return RulesOfClocks(
        joint=[one.name for one in every if one.task.joint_start_within_working_days is not None],
        filing=[one.name for one in every if one.task.drawn_list_filed_with is not None],
        completion=[one.name for one in every if one.task.complete_within_days is not None],
    )


def _drawn_since(first: date) -> datetime:
    """What was drawn earlier had to begin before `first`, by every rule-set: two days hold a working day, holidays
    apart.
    """
    most = max(
        (rules.task.joint_start_within_working_days or 0 for line in known().values() for rules in line), default=0
    )
    return datetime.combine(first - timedelta(days=2 * most) - _HOLIDAYS, time(), BEIJING)


def _asked(clock: Clock, within: int | None) -> bool:
    return clock.state in WAITING and (within is None or clock.days is None or clock.days <= within)


def _urgency(clock: Clock) -> tuple[bool, date, str]:
    return clock.state not in WAITING, clock.due or date.max, clock.kind.value
