"""异议受理: an objection comes in, gets its number and its clock."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.store import next_number
from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import digest_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.publicity.objections import store
from inspection.publicity.objections.clock import due
from inspection.publicity.objections.rows import Channel, HandedIn, ObjectionRow, ObjectionState
from inspection.publicity.open_publications import stream
from inspection.visits.reading import joined_visits, locked_visit
from inspection.visits.rows import VisitRow
from mobile_contract.problems import ProblemCode

LETTERS = "异受"
MAX_GROUNDS = 4000
MAX_NAME = 120
MAX_FORM = 60
MOST_OPEN = 10
"""Undecided objections of one visit at a time: further grounds belong to those that are there."""


class _Said(NamedTuple):
    """What the party says."""

    grounds: str
    name: str
    contact: str


async def receive_objection(
    cmd: Command,
    *,
    visit_id: UUID,
    publication_id: UUID | None = None,
    form: str,
    channel: Channel,
    grounds: str,
    name: str,
    contact: str,
    files: Sequence[HandedIn] = (),
) -> ObjectionRow:
    """Receive an objection against a result, or against what was done on a visit; its clock starts (威海 第二十六条).

    `form`: the one-time name of the form; the same form again is the objection that came in with it first, whatever
    else it says. `files`: what was handed in, kept already. What is published stays so while it is reviewed.

    Raises:
        NotFound: `visits.no_visit`, also for one that nobody may know of yet; `publicity.no_publication` when it is
            none of this visit's.
        Conflict: `publicity.objections_enough`: so many of this visit are undecided that no more are taken.
        Invalid: `publicity.objection_words`: grounds, name, contact or form are missing or too long.
    """
    said = _Said(grounds.strip(), name.strip(), contact.strip())
    _check(form, said)
    # A file is kept once, by what it is and under its first name, however often the form holds it.
    handed: dict[str, HandedIn] = {}
    for one in files:
        handed.setdefault(one.digest, one)
    return await in_unit(_receive, cmd, visit_id, publication_id, form, channel, said, tuple(handed.values()))


async def _receive(
    cmd: Command,
    visit_id: UUID,
    publication: UUID | None,
    form: str,
    channel: Channel,
    said: _Said,
    files: tuple[HandedIn, ...],
) -> ObjectionRow:
    # Locked first: a form that is sent twice at the same moment finds what its twin has written.
    visit = await locked_visit(cmd, visit_id)
    if visit.unsealed_at is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    if (known := await store.of_form(visit_id, form)) is not None:
        return known
    await _check_place(visit_id, publication)
    last = due(rule_set_named(visit.rule_set).objection, cmd.now, await load_calendar())
    row = ObjectionRow(
        id=cmd.new_id(),
        authority=visit.authority,
        visit=visit_id,
        publication=publication,
        number=await _number(cmd, visit),
        form=form,
        channel=channel,
        grounds=said.grounds,
        name=said.name,
        contact=said.contact,
        received_at=cmd.now,
        due_on=last.day,
        due_provisional=last.provisional,
        state=ObjectionState.RECEIVED,
        files=files,
    )
    await store.add(row, cmd.new_ids(len(files)))
    await _tell(replace(cmd, authority=visit.authority).under(visit.rule_set), row)
    return row


async def _tell(cmd: Command, row: ObjectionRow) -> None:
    """The journal is for ever, and read by many: who objects and why is told in it as a digest only."""
    await append(
        cmd.event(
            EventKind.OBJECTION_RECEIVED,
            stream(row.visit),
            objection=str(row.id),
            number=row.number,
            publication=str(row.publication) if row.publication else None,
            channel=row.channel.value,
            said=digest_of({"grounds": row.grounds, "name": row.name, "contact": row.contact}),
            files=[one.digest for one in row.files],
            due_on=row.due_on.isoformat(),
            provisional=row.due_provisional,
        )
    )


async def _check_place(visit_id: UUID, publication: UUID | None) -> None:
    """Whether a further objection may be made there."""
    joined = await joined_visits(visit_id)
    if publication is not None:
        against = await store.against([publication])
        if publication not in against or against[publication].visit not in joined:
            raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    waiting = sum(row.open for row in await store.of_visits(joined))
    if waiting >= MOST_OPEN:
        raise Conflict(ProblemCode.OBJECTION_WRONG_STEP, "publicity.objections_enough", limit=MOST_OPEN)


async def _number(cmd: Command, visit: VisitRow) -> str:
    """The next number of the authority's series of the year: dense, and taken under the lock of its row."""
    year = local_day(cmd.now).year
    authority = await authorities.authority(visit.authority)
    assert authority is not None  # noqa: S101  the visit refers to it
    serial = await next_number(f"{visit.authority}:objection:{year}")
    return f"{authority.short_name}{LETTERS}〔{year}〕{serial:04d}号"


def _check(form: str, said: _Said) -> None:
    limits = {"form": MAX_FORM, "grounds": MAX_GROUNDS, "name": MAX_NAME, "contact": MAX_NAME}
    given = {"form": form, "grounds": said.grounds, "name": said.name, "contact": said.contact}
    for field, limit in limits.items():
        # A database keeps no NUL, and a name of a form is never blank.
        if not given[field].strip() or len(given[field]) > limit or "\0" in given[field]:
            raise Invalid(ProblemCode.INVALID, "publicity.objection_words", field=field, limit=limit)
