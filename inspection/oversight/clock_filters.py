"""Clocks of one kind, of one person, of one unit; a page of them at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.command import Role
from inspection.kernel.errors import Invalid
from inspection.oversight.clocks import Matter, Place, RunningClock, place_of
from inspection.oversight.store_units import tasks_of_unit, visits_of_tasks
from mobile_contract.problems import ProblemCode

_OF_TASKS = frozenset({Matter.APPROVAL, Matter.JOINT_START, Matter.LIST_FILING, Matter.COMPLETION, Matter.WINDOW})


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """What is asked for; None asks for nothing. `person`: a part of the name of who took it on."""

    matter: Matter | None = None
    whose: Role | None = None
    person: str | None = None
    late: bool = False
    unit: UUID | None = None


async def chosen(clocks: Iterable[RunningClock], asked: ClockFilter) -> list[RunningClock]:
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


def place_in(key: str) -> Place:
    """The place that `key_of` told. Pure.

    Raises:
        Invalid: `oversight.cursor_unreadable`.
    """
    day, _, rest = key.partition(":")
    matter, _, subject = rest.partition(":")
    try:
        return date.fromisoformat(day) if day else date.max, Matter(matter).value, subject
    except ValueError:
        raise Invalid(ProblemCode.INVALID, "oversight.cursor_unreadable") from None


def page_behind(clocks: Iterable[RunningClock], behind: Place | None, limit: int) -> list[RunningClock]:
    """At most `limit` clocks behind a place, in their order; also where the clock of that place runs no more. Pure."""
    held = sorted(clocks, key=place_of)
    return [one for one in held if behind is None or place_of(one) > behind][:limit]
