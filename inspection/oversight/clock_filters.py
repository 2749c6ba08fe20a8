"""Clocks of one kind, of one person, of one unit; a page of them at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.command import Role
from inspection.oversight.clocks import Matter, RunningClock
from inspection.oversight.store_units import tasks_of_unit, visits_of_tasks

_OF_TASKS = frozenset({Matter.APPROVAL, Matter.JOINT_START, Matter.LIST_FILING, Matter.COMPLETION, Matter.WINDOW})


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """What is asked for; None asks for nothing. `person`: a part of the name of who took it on."""

    matter: Matter | None = None
    whose: Role | None = None
    person: str | None = None
    late: bool = False
    unit: UUID | None = None


async def chosen(clocks: Sequence[RunningClock], asked: ClockFilter) -> list[RunningClock]:
    """The clocks that are asked for, in the same order. What belongs to no task (plan, reports) is of no unit."""
    held = [one for one in clocks if fits(one, asked)]
    if asked.unit is None:
        return held
    tasks = await tasks_of_unit(asked.unit)
    visits = await visits_of_tasks({one.visit for one in held if one.visit is not None}, tasks)
    named = {str(one) for one in tasks}
    return [one for one in held if one.visit in visits or (one.matter in _OF_TASKS and one.subject in named)]


def fits(one: RunningClock, asked: ClockFilter) -> bool:
    """Whether a clock is asked for, its unit apart. Pure."""
    return (
        asked.matter in {None, one.matter}
        and asked.whose in {None, one.whose}
        and (asked.person is None or asked.person in (one.person or ""))
        and (one.late or not asked.late)
    )


def key_of(one: RunningClock) -> str:
    """By what a page goes on behind a clock."""
    return f"{one.due_on.isoformat() if one.due_on else ''}:{one.matter.value}:{one.subject}"


def page_behind(clocks: Iterable[RunningClock], after: str | None, limit: int) -> list[RunningClock]:
    """At most `limit` clocks behind the one with this key. Where it runs no more: those that are due with it or later,
    so that none is passed over. Pure.
    """
    held = list(clocks)
    if after is None:
        return held[:limit]
    keys = [key_of(one) for one in held]
    if after in keys:
        start = keys.index(after) + 1
        return held[start : start + limit]
    return [one for one in held if _not_before(one.due_on, after)][:limit]


def _not_before(due: date | None, after: str) -> bool:
    day = after.partition(":")[0]
    return due is None or (day != "" and due.isoformat() >= day)
