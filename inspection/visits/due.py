from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.planning import find as planning
from inspection.planning.facts import TaskFacts
from inspection.planning.task_clocks import Clock, ClockState, task_clocks
from inspection.planning.task_states import TaskState
from inspection.policy.load import rule_set_named
from inspection.visits.ledger import store as store_ledger

WAITING = frozenset({ClockState.OPEN, ClockState.OVERDUE})


@dataclass(frozen=True, slots=True)
class TaskDue:
    """A task with the clocks that run for it, the most urgent first."""

    task: UUID
    number: str
    name: str
    state: TaskState
    clocks: tuple[Clock, ...]


async def tasks_due(
    authority: UUID, today: date, *, within: int | None = None, all_clocks: bool = False
) -> list[TaskDue]:
    """What is due of the authority's tasks, the most urgent task first.

    `within`: only what is due in so many days, or overdue, or has no day. `all_clocks`: those that were met as well.
    """
    held = await planning.tasks(authority)
    running = await clocks_of(held, today)
    due = []
    for task in held:
        shown = [clock for clock in running[task.id] if all_clocks or _asked(clock, within)]
        if shown:
            due.append(TaskDue(task.id, task.number, task.name, task.state, tuple(shown)))
    return sorted(due, key=lambda one: (_urgency(one.clocks[0]), one.number))


async def clocks_of(tasks: Sequence[TaskFacts], today: date) -> dict[UUID, tuple[Clock, ...]]:
    """By task, the clocks that run for it, the most urgent first."""
    calendar, first = await load_calendar(), await store_ledger.first_visits([task.id for task in tasks])
    found = {}
    for task in tasks:
        clocks = task_clocks(task, first.get(task.id), rule_set_named(task.rule_set), calendar, today)
        found[task.id] = tuple(sorted(clocks, key=_urgency))
    return found


def _asked(clock: Clock, within: int | None) -> bool:
    return clock.state in WAITING and (within is None or clock.days is None or clock.days <= within)


def _urgency(clock: Clock) -> tuple[bool, date, str]:
    return clock.state not in WAITING, clock.due or date.max, clock.kind.value
