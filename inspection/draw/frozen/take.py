"""The registers taken as they are now: what a freeze commits to, and what is looked at before the ceremony."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inspection.draw.frozen.candidates import declared
from inspection.draw.frozen.parameters import Subject, samples, sizes
from inspection.draw.frozen.shortfall import lack_of
from inspection.draw.frozen.snapshot import Reader, Source, Visits, roster_of, sources, window_of
from inspection.draw.lot.build import FrameBuilder
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import SECRET_BYTES, CellKey, Frame
from inspection.draw.lot.quota import probabilities
from inspection.draw.lot.strata import Sample
from inspection.draw.store import DrawRow
from inspection.draw.teams.roster import Roster
from inspection.draw.terms import allowed_cells
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.registry import find as registry
from mobile_contract.problems import ProblemCode

if TYPE_CHECKING:
    from fractions import Fraction

    from inspection.draw.frozen.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken and made of it, secrets included."""

    h: Hash
    secret: bytes = field(repr=False)
    subjects: tuple[Subject, ...]
    frame: Frame = field(repr=False)
    roster: Roster = field(repr=False)
    drawn: tuple[Sample, ...]
    ahead: "Outlook"


async def take(cmd: Command, row: DrawRow, visits: Visits) -> Taken:
    """The frame under a new key, the roster, the sizes, and how the match looks from here.

    Raises:
        Invalid: the registers, or the floors of the strata, do not fit a draw.
    """
    # numpy and scipy, which an idle server never needs
    from inspection.draw.frozen.outlook import outlook  # noqa: PLC0415

    today = local_day(cmd.now)
    tasks = await sources(row, today)
    subjects = tuple(map(_subject, tasks))
    h, secret = hash_named(row.terms.hash_alg), cmd.random(SECRET_BYTES)
    people = await registry.inspectors_of(row.authority)
    reader = Reader(tasks, row.terms, visits, {tie.oid for tie in declared(people, window_of(tasks))})
    try:
        builder = FrameBuilder(h, secret, allowed_cells(row.terms, [one.names for one in tasks]))
        rows = reader.candidates(today)
        chunks = [chunk async for candidate in rows if (chunk := builder.add(candidate))]
        frame, roster = builder.frame([*chunks, *builder.close()]), roster_of(row, tasks, people, reader.history)
        drawn = samples(frame, row.terms, subjects)
        ahead = outlook(roster, row.terms.match, reader.where(), _chances(frame, drawn))
        return Taken(h, secret, subjects, frame, roster, drawn, ahead)
    except ValueError as error:
        # The reasons name no object: this refusal is shown and logged before anything is secret, and after.
        raise Invalid(ProblemCode.INVALID, "draw.register_unfit", reason=str(error)) from error


def check(taken: Taken, row: DrawRow) -> None:
    """Whether this can be drawn and staffed.

    Raises:
        Conflict: nothing to draw from; or too few inspectors, with the bottlenecks in counts.
    """
    for number, tally in enumerate(taken.frame.tallies, start=1):
        if tally.eligible == 0:
            excluded = {code.value: n for code, n in tally.excluded.items()}
            rows = taken.frame.size
            raise Conflict(ProblemCode.DRAW_FRAME_EMPTY, "draw.frame_empty", task=number, rows=rows, excluded=excluded)
    ahead = taken.ahead
    if ahead.good:
        return
    raise Conflict(
        ProblemCode.DRAW_TOO_FEW_INSPECTORS,
        _why(ahead),
        people=ahead.people,
        objects=ahead.unstaffable,
        places=ahead.places,
        capacity=ahead.capacity,
        slots=max(seat.slots for seat in row.terms.match.seats),
        **lack_of(ahead.shortage),
    )


def _why(ahead: "Outlook") -> str:
    if ahead.unstaffable:
        return "draw.unstaffable_objects"
    if ahead.capacity is not None and ahead.capacity < ahead.places:
        return "draw.unstaffable_places"
    return "draw.unstaffable_mix"


def _chances(frame: Frame, drawn: tuple[Sample, ...]) -> Mapping[CellKey, "Fraction"]:
    of_cell = probabilities(frame.cells, sizes(drawn))
    return {(cell.task, cell.stratum, cell.weight): of_cell[cell.number] for cell in frame.cells}


def _subject(source: Source) -> Subject:
    task, item = source.task, source.item
    return Subject(
        task=str(task.id),
        task_number=task.number,
        item=str(item.id),
        item_name=item.name,
        mode=task.draw_mode.value if task.draw_mode else "",
        window=(task.starts_on, task.ends_on),
        condition=canonical_json({name: list(values) for name, values in task.scope.dimensions.items()}).decode(),
        strata=source.names,
    )
