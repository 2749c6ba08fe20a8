"""整改材料: the party shows that something was put right. What is late is taken and marked."""

from collections.abc import Sequence
from uuid import UUID

from inspection.door import store_sent
from inspection.door.admitted import admitted
from inspection.door.limits import NOTE, bounded
from inspection.door.put_right import put_right
from inspection.door.quota import check_files, each_once
from inspection.door.store_sent import RectificationRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections.rows import HandedIn
from inspection.visits.reading import joined_visits
from mobile_contract.problems import ProblemCode


async def rectify(
    cmd: Command, *, visit_id: UUID, turn: int, form: str, note: str, files: Sequence[HandedIn]
) -> RectificationRow:
    """Take what the party hands in. It is taken as well where no result asks for it: whoever put something right on the
    day of the visit need not wait for a paper that says so.

    `form`: the unique part of the form's name; the same form again is what came in with it first, whatever else it
    says. `files`: kept already.

    Raises:
        Conflict: `door.closed`; `door.enough_files`.
        Invalid: `door.nothing_sent`: neither a word nor a file; `door.note_too_long`; `door.too_many_files`.
    """
    handed_in = each_once(files)
    return await in_unit(_rectify, cmd, visit_id, turn, form, checked_note(note, len(handed_in)), handed_in)


def checked_note(note: str, files: int) -> str:
    """What is kept of a note that came with so many files. Pure.

    Raises:
        Invalid: `door.nothing_sent`; `door.note_too_long`.
    """
    told = bounded(note, NOTE, "door.note_too_long")
    if not told and not files:
        raise Invalid(ProblemCode.INVALID, "door.nothing_sent")
    return told


async def rectification_with(visit_id: UUID, form: str) -> RectificationRow | None:
    """What came in with this form already."""
    return await store_sent.rectification_of_form(visit_id, form)


async def rectifications_of(visit_id: UUID) -> list[RectificationRow]:
    """All that was handed in for a visit and those that are one with it, the oldest first.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return await store_sent.rectifications(await joined_visits(visit_id))


async def _rectify(
    cmd: Command, visit_id: UUID, turn: int, form: str, note: str, files: tuple[HandedIn, ...]
) -> RectificationRow:
    # Locked first: a form that is sent twice at the same moment finds what its twin has written.
    await admitted(cmd, visit_id, turn)
    if (known := await store_sent.rectification_of_form(visit_id, form)) is not None:
        return known
    await check_files(visit_id, len(files))
    late = (await put_right(visit_id)).is_late(local_day(cmd.now))
    row = RectificationRow(cmd.new_id(), visit_id, form, note, late, cmd.now, files)
    await store_sent.add_rectification(row, cmd.new_ids(len(files)))
    await append(
        cmd.event(
            EventKind.RECTIFICATION_RECEIVED,
            f"visit:{visit_id}",
            rectification=str(row.id),
            late=late,
            files=[one.digest for one in files],
        )
    )
    return row
