from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.publicity import store
from inspection.publicity.clock import is_late
from inspection.publicity.objections.due import DueObjection, due_objections
from inspection.publicity.release import Hindrance, Standing, hindrances


@dataclass(frozen=True, slots=True)
class DueItem:
    """A result that is not out. `due_on` None: its clock has not started. `days_left` in calendar days, negative when
    it is overdue; `provisional` while the calendar it was counted with is not announced."""

    publication: UUID
    visit: UUID
    object_name: str
    item_name: str
    standing: Standing
    due_on: date | None
    provisional: bool
    days_left: int | None
    overdue: bool
    why: tuple[Hindrance, ...]


async def due_list(*, authority: UUID | None, on: date) -> tuple[DueItem | DueObjection, ...]:
    """What is still to be published and which objections are still to be settled, the most urgent first, judged on the
    day `on`; of one authority or of all.
    """
    due: list[DueItem | DueObjection] = [*await _results(authority, on)]
    due += await due_objections(authority=authority, on=on)
    return tuple(sorted(due, key=lambda one: one.due_on or date.max))


async def _results(authority: UUID | None, on: date) -> tuple[DueItem, ...]:
    return tuple(
        DueItem(
            publication=row.id,
            visit=row.visit,
            object_name=row.object_name,
            item_name=row.item_name,
            standing=row.standing,
            due_on=row.due_on,
            provisional=row.provisional,
            days_left=(row.due_on - on).days if row.due_on else None,
            overdue=row.due_on is not None and is_late(row.due_on, on),
            why=hindrances(row.readiness, on),
        )
        for row in await store.waiting(authority=authority)
    )
