"""What is still to be done about objections, by when, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from inspection.publicity import store_documents
from inspection.publicity.clock import is_late
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.objections import store
from inspection.publicity.objections.rows import Against, ObjectionRow, ObjectionState


class ToDo(StrEnum):
    """What comes next."""

    TAKE = "take"  # nobody reviews it yet
    DECIDE = "decide"
    TELL = "tell"  # decided; the party does not know
    PUBLISH = "publish"  # corrected; what is public is still the old result
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class DueObjection:
    """An objection about which something is to be done. `days_left` in calendar days, negative when it is overdue;
    `provisional` while the calendar it was counted with is not announced; `reviewer`: whose it is, None until it is
    taken.
    """

    objection: UUID
    number: str
    visit: UUID
    object_name: str
    item_name: str | None
    state: ObjectionState
    to_do: ToDo
    reviewer: str | None
    reviewer_name: str | None
    due_on: date
    provisional: bool
    days_left: int
    overdue: bool


async def due_objections(*, authority: UUID | None, on: date) -> tuple[DueObjection, ...]:
    """Objections to be decided, told or published anew, the most urgent first, judged on the day `on`."""
    rows = await store.unsettled(authority)
    due = await shown_due(rows, on)
    return tuple(
        sorted((one for one in due if one.to_do is not ToDo.NOTHING), key=lambda one: (one.due_on, one.number))
    )


async def shown_due(rows: Sequence[ObjectionRow], on: date) -> list[DueObjection]:
    """Each of these objections with what comes next, judged on the day `on`."""
    against = await store.against({row.publication for row in rows if row.publication is not None})
    names = await store.object_names({row.visit for row in rows})
    return [_due(row, names[row.visit], against, await _to_do(row), on) for row in rows]


async def unfinished(rows: Sequence[ObjectionRow]) -> list[str]:
    """The numbers of those about which something is still to be done."""
    return [row.number for row in rows if await _to_do(row) is not ToDo.NOTHING]


def _due(row: ObjectionRow, name: str, against: dict[UUID, Against], to_do: ToDo, on: date) -> DueObjection:
    return DueObjection(
        objection=row.id,
        number=row.number,
        visit=row.visit,
        object_name=name,
        item_name=against[row.publication].item_name if row.publication is not None else None,
        state=row.state,
        to_do=to_do,
        reviewer=row.reviewer,
        reviewer_name=row.reviewer_name,
        due_on=row.due_on,
        provisional=row.due_provisional,
        days_left=(row.due_on - on).days,
        overdue=to_do is not ToDo.NOTHING and is_late(row.due_on, on),
    )


async def _to_do(row: ObjectionRow) -> ToDo:
    match row.state:
        case ObjectionState.RECEIVED:
            return ToDo.TAKE
        case ObjectionState.IN_REVIEW:
            return ToDo.DECIDE
        case ObjectionState.WITHDRAWN:
            return ToDo.NOTHING
        case ObjectionState.UPHELD | ObjectionState.CORRECTED:
            if row.untold:
                return ToDo.TELL
            return ToDo.PUBLISH if await _still_old(row) else ToDo.NOTHING


async def _still_old(row: ObjectionRow) -> bool:
    """Whether a result that was corrected is public as it was before."""
    if row.publication is None or row.corrected_by is None:
        return False
    versions = await store_documents.documents(publication=row.publication)
    if not versions or versions[-1].kind is DocumentKind.WITHDRAWAL:
        return False
    return versions[-1].outcome != await store_documents.newest_outcome(row.corrected_by)
