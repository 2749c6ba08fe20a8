"""Queries of reminders."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
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

Clock = tuple[Matter, str, date]


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
    def clock(self) -> Clock:
        """What it reminds of."""
        return self.matter, self.subject, self.due_on


async def add(rows: Sequence[ReminderRow]) -> set[UUID]:
    """Keep those that were not noted before; returns their ids."""
    fresh = await insert_new(Reminder, [asdict(row) | _words(row) for row in rows], "id")
    return {plain_uuid(one) for one in fresh}


async def open_reminders(authority: UUID) -> list[ReminderRow]:
    """The reminders of an authority whose clocks run, by due day."""
    query = Reminder.select(*_READ).where(Reminder.authority == authority, Reminder.over_on.is_null())
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


_NEWEST: Final = (
    "r.authority = {{}} AND r.over_on IS NULL{mine} AND NOT EXISTS (SELECT 1 FROM reminder newer "
    "WHERE newer.authority = r.authority AND newer.matter = r.matter AND newer.subject = r.subject "
    "AND newer.due_on = r.due_on AND newer.over_on IS NULL{theirs} "
    "AND (newer.noted_on, newer.id) > (r.noted_on, r.id))"
)
_SEEN: Final = "EXISTS (SELECT 1 FROM reminder_seen seen WHERE seen.reminder = r.id AND seen.account = {})"
_MINE: Final = " AND r.whose = {} AND (r.person IS NULL OR r.person = {})"
# COALESCE: of the indexes only that of one clock's reminders is of use here, and SQLite would take that of the role.
_THEIRS: Final = " AND COALESCE(newer.whose, '') = {} AND (newer.person IS NULL OR newer.person = {})"


@dataclass(frozen=True, slots=True)
class RemindersWanted:
    """Whose reminders are asked for: those of a role, and of a person of it by name; of everybody where `role` is None.

    `seen`: only those that the account `reader` has seen, or has not.
    """

    reader: str
    role: Role | None = None
    person: str = ""
    seen: bool | None = None


async def newest(
    authority: UUID, wanted: RemindersWanted, *, behind: Clock | None = None, limit: int | None = None
) -> list[tuple[ReminderRow, bool]]:
    """Of each clock that runs the newest reminder, and whether it was seen; in the order of day, matter and subject,
    those behind a clock.
    """
    where, args = _newest(authority, wanted)
    if behind is not None:
        where, args = f"{where} AND (r.due_on, r.matter, r.subject) > ({{}}, {{}}, {{}})", [*args, *_key(behind)]
    most, args = ("", args) if limit is None else (" LIMIT {}", [*args, limit])
    columns = ", ".join(f"r.{name}" for name in _READ)
    rows = await ask(
        f"SELECT {columns}, {_SEEN} AS was_seen FROM reminder r WHERE {where} "
        f"ORDER BY r.due_on, r.matter, r.subject{most}",
        wanted.reader,
        *args,
    )
    return [(_row({name: row[name] for name in _READ}), bool(row["was_seen"])) for row in rows]


async def count_newest(authority: UUID, wanted: RemindersWanted, *, today: date, most: int) -> tuple[int, int]:
    """How many clocks somebody is reminded of, and how many of them are over their day; both up to `most`, counted in
    the order of their days.
    """
    where, args = _newest(authority, wanted)
    sql = f"SELECT r.due_on FROM reminder r WHERE {where} ORDER BY r.due_on, r.matter, r.subject LIMIT {{}}"
    late = "COALESCE(SUM(CASE WHEN due_on < {} THEN 1 ELSE 0 END), 0) AS late"
    (row,) = await ask(f"SELECT COUNT(*) AS n, {late} FROM ({sql}) AS told", today, *args, most)
    return int(row["n"]), int(row["late"])


def _newest(authority: UUID, wanted: RemindersWanted) -> tuple[str, list[Any]]:
    if wanted.role is None:
        where, args = _NEWEST.format(mine="", theirs=""), list[Any]([authority])
    else:
        of = [wanted.role.value, wanted.person]
        where, args = _NEWEST.format(mine=_MINE, theirs=_THEIRS), [authority, *of, *of]
    if wanted.seen is not None:
        where, args = f"{where} AND {'' if wanted.seen else 'NOT '}{_SEEN}", [*args, wanted.reader]
    return where, args


def _key(clock: Clock) -> tuple[date, str, str]:
    matter, subject, due_on = clock
    return due_on, matter.value, subject


def _words(row: ReminderRow) -> dict[str, str]:
    return {
        "matter": row.matter.value,
        "whose": row.whose.value,
        "stage": row.stage.value,
        "name": row.name[:LONGEST_NAME],
    }


def _row(row: dict[str, Any]) -> ReminderRow:
    ids = {name: plain_uuid(row[name]) for name in ("id", "authority")}
    words: dict[str, Any] = {"matter": Matter(row["matter"]), "whose": Role(row["whose"]), "stage": Stage(row["stage"])}
    words["provisional"] = bool(row["provisional"])
    return ReminderRow(**row | ids | words)
