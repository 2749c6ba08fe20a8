"""What somebody is reminded of, and that he has seen it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.reminders import store
from inspection.oversight.reminders.store import ReminderRow
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
    role = None if cmd.actor.role in EVERYBODYS else cmd.actor.role
    found = [one for one in await store.open_reminders(authority, role) if addressed(cmd.actor, one)]
    newest: dict[object, ReminderRow] = {}
    for one in sorted(found, key=lambda row: (row.noted_on, str(row.id))):
        newest[one.clock] = one
    seen = await store.seen_of(cmd.actor.id, {one.id for one in newest.values()})
    shown = [ReminderShown(one, one.id in seen) for one in newest.values() if not (unseen and one.id in seen)]
    return sorted(shown, key=lambda one: (one.reminder.due_on, one.reminder.matter.value, one.reminder.subject))


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
