"""What somebody is reminded of, and that he has seen it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.clock_filters import place_in
from inspection.oversight.clocks import Matter
from inspection.oversight.reminders import store
from inspection.oversight.reminders.store import Clock, ReminderRow, RemindersWanted
from mobile_contract.problems import ProblemCode

EVERYBODYS: Final = frozenset({Role.SUPERVISOR})
"""Those who watch are shown what others are reminded of."""


@dataclass(frozen=True, slots=True)
class ReminderShown:
    """A reminder of the newest stage of its clock; `seen`: by the one who asks."""

    reminder: ReminderRow
    seen: bool


def addressed(actor: Actor, row: ReminderRow) -> bool:
    """Whether a reminder is for somebody: for his role, and for himself where it names a person."""
    if actor.role in EVERYBODYS:
        return True
    return row.whose is actor.role and row.person in {None, actor.name}


async def my_reminders(cmd: Command, authority: UUID, *, unseen: bool = False) -> list[ReminderShown]:
    """What the actor is reminded of today, the earliest due first; of a clock its newest reminder only."""
    found = await store.newest(authority, _mine(cmd.actor, seen=False if unseen else None))
    return [ReminderShown(*one) for one in found]


async def first_reminders(cmd: Command, authority: UUID, limit: int) -> list[ReminderShown]:
    """The first of them."""
    return [ReminderShown(*one) for one in await store.newest(authority, _mine(cmd.actor), limit=limit)]


async def count_reminders(cmd: Command, authority: UUID, *, most: int, unseen: bool = False) -> tuple[int, int]:
    """How many there are, and how many of them are over their day; both up to `most`."""
    wanted = _mine(cmd.actor, seen=False if unseen else None)
    return await store.count_newest(authority, wanted, today=local_day(cmd.now), most=most)


@dataclass(frozen=True, slots=True)
class ReminderPage:
    """Some of what the actor is reminded of; `after`: what to ask for behind them, None at the end."""

    reminders: tuple[ReminderShown, ...]
    after: str | None


async def reminder_page(cmd: Command, authority: UUID, *, after: str | None = None, limit: int = 50) -> ReminderPage:
    """What the actor is reminded of, those not seen yet first, each by its day; those behind `after`.

    Raises:
        Invalid: `oversight.cursor_unreadable`: `after` is not a place that a page gave.
    """
    seen, behind = _place_in(after) if after is not None else (False, None)
    found = [] if seen else await store.newest(authority, _mine(cmd.actor, seen=False), behind=behind, limit=limit + 1)
    if len(found) <= limit:
        wanted, rest = _mine(cmd.actor, seen=True), limit + 1 - len(found)
        found += await store.newest(authority, wanted, behind=behind if seen else None, limit=rest)
    shown = tuple(ReminderShown(*one) for one in found[:limit])
    return ReminderPage(shown, _key_of(shown[-1]) if len(found) > limit else None)


def _mine(actor: Actor, *, seen: bool | None = None) -> RemindersWanted:
    """`addressed`, as the store asks for it."""
    role = None if actor.role in EVERYBODYS else actor.role
    return RemindersWanted(actor.id, role, actor.name, seen)


def _key_of(one: ReminderShown) -> str:
    row = one.reminder
    return f"{int(one.seen)}:{row.due_on.isoformat()}:{row.matter.value}:{row.subject}"


def _place_in(after: str) -> tuple[bool, Clock]:
    seen, _, key = after.partition(":")
    due, matter, subject = place_in(key)
    if seen not in {"0", "1"} or due == date.max:
        raise Invalid(ProblemCode.INVALID, "oversight.cursor_unreadable")
    return seen == "1", (Matter(matter), subject, due)


async def see_reminder(cmd: Command, reminder_id: UUID) -> ReminderShown:
    """The actor has seen a reminder; marking it again changes nothing.

    Raises:
        NotFound: `oversight.no_reminder`: none of his.
    """
    async with unit_of_work():
        row = await store.reminder(reminder_id)
        if row is None or row.authority != cmd.authority or not addressed(cmd.actor, row):
            raise NotFound(ProblemCode.NOT_FOUND, "oversight.no_reminder", reminder=str(reminder_id))
        if await store.add_seen(cmd.new_id(), row.id, cmd.actor.id, cmd.now):
            await append(cmd.event(EventKind.REMINDER_SEEN, f"reminder:{row.id}", stage=row.stage.value))
    return ReminderShown(row, seen=True)
