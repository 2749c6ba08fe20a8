"""Freezing the frame: from here on nothing about the draw can change, and chance may come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from inspection.draw import store, store_chunks, store_secrets
from inspection.draw.candidates import declared
from inspection.draw.ceremony import CellRecord, Ceremony, DrawState
from inspection.draw.contributors import fixed_contributors
from inspection.draw.key_custody import lay_down
from inspection.draw.lot.build import FrameBuilder
from inspection.draw.lot.chunks import squeezed
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import SECRET_BYTES, Frame, fingerprint, frame_root
from inspection.draw.lot.quota import probabilities
from inspection.draw.lot.strata import Sample
from inspection.draw.outlook import Outlook, outlook
from inspection.draw.parameters import Occasion, Subject, parameters, samples, sizes
from inspection.draw.snapshot import LastTeams, Reader, Source, Visits, roster_of, sources, window_of
from inspection.draw.standing import event, past, someone_else
from inspection.draw.store import DrawRow
from inspection.draw.store_secrets import Kept
from inspection.draw.teams.roster import Roster, listing
from inspection.draw.terms import allowed_cells
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import digest, rule_set_named
from inspection.registry import find as registry
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a freeze has taken and made, secrets included."""

    h: Hash
    secret: bytes = field(repr=False)
    frame: Frame = field(repr=False)
    roster: Roster = field(repr=False)
    drawn: tuple[Sample, ...]
    ahead: Outlook


async def freeze(
    cmd: Command,
    *,
    draw_id: UUID,
    visits_this_year: Mapping[UUID, int] | None = None,
    awaited: Mapping[UUID, Collection[UUID]] | None = None,
    last_teams: LastTeams | None = None,
) -> Ceremony:
    """Take the directory and the roster as they are now, commit to them, and publish the fingerprint (名录指纹).

    `visits_this_year`: by object, the visits that count towards the yearly cap; objects not named have none.
    `awaited`: by task, the objects whose visit for its item is still to come. `last_teams`: by object, who was sent
    last, for continuity. A second call changes nothing and returns what was frozen.

    Raises:
        Refused: by the person who planned the draw; when too few inspectors could go to some object.
        Conflict: a commitment is missing, or the directory has nothing to draw from.
        Invalid: the registers, or the floors of the strata, do not fit a draw.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if not past(row, DrawState.DRAFT):
            someone_else(cmd, row.operator, "draw.operator_freezes")
            await _freeze(cmd, row, Visits(visits_this_year or {}, awaited or {}, last_teams or {}))
    return await store.ceremony(draw_id)


async def _freeze(cmd: Command, row: DrawRow, visits: Visits) -> None:
    contributors = await fixed_contributors(cmd, row.id)
    tasks = await sources(row, local_day(cmd.now))
    subjects = [_subject(one) for one in tasks]
    frozen = await _snapshot(cmd, row, tasks, subjects, visits)
    _check(frozen, row)
    occasion = Occasion(
        authority=str(row.authority),
        rule_set=row.rule_set,
        rule_set_digest=digest(rule_set_named(row.rule_set)),
        sequence=await store.next_sequence(row.authority),
        attempt=row.attempt,
        previous_void=row.previous_void,
        snapshot_at=cmd.now,
    )
    params = parameters(
        frozen.h,
        frozen.secret,
        occasion=occasion,
        subjects=subjects,
        terms=row.terms,
        frame=frozen.frame,
        roster=frozen.roster,
        contributors=contributors,
        escrow=await lay_down(cmd, row, frozen.h, frozen.secret),
    )
    await _keep(cmd, row, frozen, params, occasion.sequence)


async def _snapshot(
    cmd: Command, row: DrawRow, tasks: Sequence[Source], subjects: Sequence[Subject], visits: Visits
) -> Frozen:
    h, secret = hash_named(row.terms.hash_alg), cmd.random(SECRET_BYTES)
    people = await registry.inspectors_of(row.authority)
    reader = Reader(tasks, row.terms, visits, {tie.oid for tie in declared(people, window_of(tasks))})
    try:
        builder = FrameBuilder(h, secret, allowed_cells(row.terms, [one.names for one in tasks]))
        rows = reader.candidates(local_day(cmd.now))
        chunks = [chunk async for candidate in rows if (chunk := builder.add(candidate))]
        if last := builder.close():
            chunks.append(last)
        frame, roster = builder.frame(chunks), roster_of(row, tasks, people, reader.history)
        drawn = samples(frame, row.terms, subjects)
        ahead = outlook(roster, row.terms.match, reader.where(), sum(one.size for one in drawn))
        return Frozen(h, secret, frame, roster, drawn, ahead)
    except ValueError as error:
        # The reasons name no object: this refusal is shown and logged before anything is secret, and after.
        raise Invalid(ProblemCode.INVALID, "draw.register_unfit", reason=str(error)) from error


def _check(frozen: Frozen, row: DrawRow) -> None:
    for tally in frozen.frame.tallies:
        if tally.eligible == 0:
            excluded = {code.value: n for code, n in tally.excluded.items()}
            rows = frozen.frame.size
            raise Conflict(ProblemCode.DRAW_FRAME_EMPTY, "draw.frame_empty", rows=rows, excluded=excluded)
    ahead = frozen.ahead
    if ahead.good:
        return
    raise Conflict(
        ProblemCode.DRAW_TOO_FEW_INSPECTORS,
        "draw.unstaffable_objects" if ahead.unstaffable else "draw.unstaffable_places",
        people=ahead.people,
        objects=ahead.unstaffable,
        places=ahead.places,
        capacity=ahead.capacity,
        slots=max(seat.slots for seat in row.terms.match.seats),
    )


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


async def _keep(cmd: Command, row: DrawRow, frozen: Frozen, params: bytes, sequence: int) -> None:
    frame, roster = frozen.frame, frozen.roster
    root = frame_root(frozen.h, frame)
    commitment = fingerprint(frozen.h, root, params)
    lists = (squeezed(listing(rows)) for rows in (roster.rows, roster.relations, roster.history))
    await store_secrets.keep(row.id, Kept(frozen.secret, *lists))
    await store_chunks.add_chunks(row.id, [(cmd.new_id(), chunk) for chunk in frame.chunks])
    chance = probabilities(frame.cells, sizes(frozen.drawn))
    records = [CellRecord(c.number, c.task, c.stratum, c.weight, c.size, chance[c.number]) for c in frame.cells]
    await store.add_cells(row.id, [(cmd.new_id(), record) for record in records])
    await store.change_draw(
        row.id,
        {
            "state": DrawState.FROZEN.value,
            "approver": cmd.actor.id,
            "params": params.decode(),
            "frame_root": root,
            "frame_rows": frame.size,
            "fingerprint": commitment,
            "sequence": sequence,
            "frozen_at": cmd.now,
        },
    )
    await append(
        event(
            cmd,
            row,
            EventKind.DRAW_FROZEN,
            fingerprint=commitment.hex(),
            frame_root=root.hex(),
            frame_rows=frame.size,
            params=frozen.h(params).hex(),
            sequence=sequence,
            directory=[tally.rows for tally in frame.tallies],
            eligible=[tally.eligible for tally in frame.tallies],
            wanted=[one.wanted for one in frozen.drawn],
            sample=[one.size for one in frozen.drawn],
        )
    )
