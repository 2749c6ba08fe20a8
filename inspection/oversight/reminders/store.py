"""Queries of reminders."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.command import Role
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, insert_new
from inspection.oversight.clocks import Matter
from inspection.oversight.reminders.rules import Stage
from inspection.oversight.reminders.tables import Reminder, ReminderSeen

LONGEST_NAME = 700
PAGE = 500
_READ = (
    *("id", "authority", "matter", "subject", "name", "to_do", "whose", "person"),
    *("due_on", "provisional", "stage", "noted_on", "over_on"),
)


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder; its fields are those of the clock (`RunningClock`) when it was noted."""

    id: UUID
    authority: UUID
    matter: Matter
    subject: str
    name: str
    to_do: str
    whose: Role
    person: str | None
    due_on: date
    provisional: bool
    stage: Stage
    noted_on: date
    over_on: date | None = None

    @property
    def clock(self) -> tuple[Matter, str, date]:
        """What it reminds of."""
        return self.matter, self.subject, self.due_on


async def add(rows: Sequence[ReminderRow]) -> set[UUID]:
    """Keep those that were not noted before; returns their ids."""
    fresh = await insert_new(Reminder, [asdict(row) | _words(row) for row in rows], "id")
    return {plain_uuid(one) for one in fresh}


async def open_reminders(authority: UUID, whose: Role | None = None) -> list[ReminderRow]:
    """The reminders of an authority whose clocks run, by due day; of one role or of all."""
    query = Reminder.select(*_READ).where(Reminder.authority == authority, Reminder.over_on.is_null())
    if whose is not None:
        query = query.where(Reminder.whose == whose.value)
    return [_row(row) for row in await query.order_by(Reminder.due_on).order_by(Reminder.id)]


async def reminder(reminder_id: UUID) -> ReminderRow | None:
    row = await Reminder.select(*_READ).where(Reminder.id == reminder_id).first()
    return _row(row) if row else None


async def end(reminders: Collection[UUID], on: date) -> None:
    """The clocks of these run no more."""
    wanted = sorted(reminders)
    for start in range(0, len(wanted), PAGE):
        part = wanted[start : start + PAGE]
        await Reminder.update({Reminder.over_on: on}).where(Reminder.id.is_in(part))


async def pass_on(row: ReminderRow) -> None:
    """Somebody else's turn it is now: the reminder is theirs."""
    told: dict[str, Any] = {"whose": row.whose.value, "to_do": row.to_do, "person": row.person}
    await Reminder.update(**told).where(Reminder.id == row.id)


async def add_seen(row_id: UUID, reminder_id: UUID, account: str, at: datetime) -> bool:
    """Note that somebody has seen a reminder; False when he had before."""
    row = {"id": row_id, "reminder": reminder_id, "account": account, "at": at}
    return bool(await bulk_insert(ReminderSeen, [row], on_conflict="nothing"))


async def seen_of(account: str, reminders: Collection[UUID]) -> set[UUID]:
    """Those of these reminders that somebody has seen."""
    wanted, found = sorted(reminders), set[UUID]()
    for start in range(0, len(wanted), PAGE):
        rows = await ReminderSeen.select(ReminderSeen.reminder).where(
            ReminderSeen.account == account, ReminderSeen.reminder.is_in(wanted[start : start + PAGE])
        )
        found |= {plain_uuid(row["reminder"]) for row in rows}
    return found


def _words(row: ReminderRow) -> dict[str, str]:
    return {
        "matter": row.matter.value,
        "whose": row.whose.value,
        "stage": row.stage.value,
        "name": row.name[:LONGEST_NAME],
    }


def _row(row: dict[str, Any]) -> ReminderRow:
    ids = {name: plain_uuid(row[name]) for name in ("id", "authority")}
    words = {"matter": Matter(row["matter"]), "whose": Role(row["whose"]), "stage": Stage(row["stage"])}
    return ReminderRow(**row | ids | words)
