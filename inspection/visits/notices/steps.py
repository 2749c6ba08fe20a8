"""The steps of a notice: what is known of them, and what the party does at its page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.unit_of_work import in_unit_at_once
from inspection.visits.links.store import one_with
from inspection.visits.notices import store
from inspection.visits.notices.numbers import own_number
from inspection.visits.notices.store import Step, StepRow
from inspection.visits.reading import known_visit

KINDS = {
    Step.SERVED: EventKind.NOTICE_SERVED,
    Step.OPENED: EventKind.NOTICE_OPENED,
    Step.ACKNOWLEDGED: EventKind.NOTICE_ACKNOWLEDGED,
}


@dataclass(frozen=True, slots=True)
class ServedNotice:
    """A visit's notice: its number (None before it has one) and its steps, the oldest first."""

    number: str | None
    steps: tuple[StepRow, ...]

    def of(self, step: Step) -> tuple[StepRow, ...]:
        """The steps of one kind."""
        return tuple(one for one in self.steps if one.step is step)

    @property
    def advance_reason(self) -> str:
        """Why it was served before the visit, as it is printed; nothing where it was not."""
        return next((one.reason for one in self.of(Step.SERVED) if one.reason), "")


async def served_notice(visit_id: UUID) -> ServedNotice:
    """The notice of a visit and of those that are one with it.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return await served_together([one.id for one in await one_with(await known_visit(visit_id))])


async def served_together(visits: Collection[UUID]) -> ServedNotice:
    """The notice of visits that are one, of whom it is known which they are."""
    found = tuple(await store.steps(visits))
    return ServedNotice(own_number(found), found)


async def note_opened(cmd: Command, visit_id: UUID) -> bool:
    """Keep that the party opened its page, once a local day; whether it was the first time today."""
    return await _note(cmd, visit_id, Step.OPENED, local_day(cmd.now).isoformat(), None)


async def note_acknowledged(cmd: Command, visit_id: UUID, by: str) -> bool:
    """Keep that the party acknowledges the notice, once; whether it was the first time. `by`: the name given,
    at most 120 characters; it stands in the row, not in the journal.
    """
    return await _note(cmd, visit_id, Step.ACKNOWLEDGED, "door", by)


async def _note(cmd: Command, visit_id: UUID, step: Step, source: str, receiver: str | None) -> bool:
    if await store.noted(visit_id, step, source):
        return False  # the page is read far more often than anything new is to be kept
    visit = await known_visit(visit_id)
    row = StepRow(cmd.new_id(), visit.id, step, source, cmd.actor.id, cmd.now, receiver=receiver)
    return await in_unit_at_once(take_step, replace(cmd, authority=visit.authority), row)


async def take_step(cmd: Command, row: StepRow) -> bool:
    """Keep a step and write it into the journal; whether it was new. Inside a unit of work."""
    return await take_steps(cmd, [row]) == 1


async def take_steps(cmd: Command, rows: Sequence[StepRow]) -> int:
    """Keep steps and write the new ones into the journal; how many there were. Inside a unit of work."""
    new = await store.add_steps(rows)
    await append(*(_line(cmd, row) for row in rows if row.id in new))
    return len(new)


def _line(cmd: Command, row: StepRow) -> Event:
    """No name stands in it: the journal outlives an erasure."""
    flags: list[JSON] = list(row.flags)
    told: dict[str, JSON] = {"how": row.how, "number": row.number, "reason": row.reason, "doc": row.doc, "flags": flags}
    event = cmd.event(KINDS[row.step], f"visit:{row.visit}", source=row.source)
    return replace(event, payload={**event.payload, **{name: value for name, value in told.items() if value}})
