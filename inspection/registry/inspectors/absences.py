"""Days on which a person is not there for inspections: leave, training, other work."""

from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors import store_presence
from inspection.registry.inspectors.entry import Changed
from inspection.registry.inspectors.facts import AbsenceFacts
from inspection.registry.inspectors.keep_changes import keep_changes
from inspection.registry.inspectors.person import clean_note, held_person, in_order
from inspection.registry.inspectors.terms import AbsenceKind, ChangeKind
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


async def add_absence(
    cmd: Command, inspector: UUID, *, kind: AbsenceKind, first_day: date, last_day: date, note: str | None = None
) -> AbsenceFacts:
    """Enter that a person is away from `first_day` to `last_day`, both included; no draw counts on them meanwhile.

    Raises:
        NotFound: `registry.inspector_unknown`.
        Invalid: `registry.days_reversed`, `registry.note_too_long`.
    """
    in_order(first_day, last_day)
    told = clean_note(note)
    async with unit_of_work():
        person = await held_person(cmd, inspector)
        away = AbsenceFacts(cmd.new_id(), inspector, kind, told, first_day, last_day, cmd.actor.id, cmd.now, None, None)
        await store_presence.add_absence(away)
        await _log(cmd, person.authority, away, ChangeKind.ABSENCE_ENTERED, EventKind.ABSENCE_ENTERED)
    return away


async def withdraw_absence(cmd: Command, absence: UUID) -> None:
    """Take an absence back; it stays on record as withdrawn.

    Raises:
        NotFound: `registry.absence_unknown`: no such one in the caller's register, or withdrawn already.
    """
    async with unit_of_work():
        away = await store_presence.absence(absence)
        unknown = NotFound(ProblemCode.NOT_FOUND, "registry.absence_unknown", absence=str(absence))
        if away is None or away.withdrawn_at is not None:
            raise unknown
        person = await held_person(cmd, away.inspector, unknown)
        await store_presence.withdraw_absence(absence, cmd.actor.id, cmd.now)
        await _log(cmd, person.authority, away, ChangeKind.ABSENCE_WITHDRAWN, EventKind.ABSENCE_WITHDRAWN)


async def _log(cmd: Command, authority: UUID, away: AbsenceFacts, kind: ChangeKind, event: EventKind) -> None:
    days = [away.first_day.isoformat(), away.last_day.isoformat()]
    rules = await rules_today(cmd, authority)
    change = Changed(kind, {"kind": away.kind.value, "days": days}, entitles=False)
    await keep_changes(cmd, authority, rules, [(away.inspector, change)])
    stream = f"registry:{authority}"
    await append(cmd.event(event, stream, inspector=str(away.inspector), absence=str(away.id), days=days))
