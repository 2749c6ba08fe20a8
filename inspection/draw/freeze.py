"""Freezing the frame: from here on nothing about the draw can change, and chance may come."""

from collections.abc import Collection, Mapping
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import CellRecord, Ceremony, DrawState
from inspection.draw.frozen import store_chunks
from inspection.draw.frozen.parameters import Occasion, parameters, sizes
from inspection.draw.frozen.snapshot import LastTeams, Visits
from inspection.draw.frozen.take import Taken, check, take
from inspection.draw.lot.chunks import squeezed
from inspection.draw.lot.frame import fingerprint, frame_root
from inspection.draw.lot.quota import probabilities
from inspection.draw.standing import event, past, someone_else
from inspection.draw.store import DrawRow
from inspection.draw.store_secrets import Kept
from inspection.draw.supervision.contributors import fixed_contributors
from inspection.draw.supervision.key_custody import lay_down
from inspection.draw.teams.roster import listing
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import digest, rule_set_named


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
    frozen = await take(cmd, row, visits)
    check(frozen, row)
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
        subjects=frozen.subjects,
        terms=row.terms,
        frame=frozen.frame,
        roster=frozen.roster,
        contributors=contributors,
        escrow=await lay_down(cmd, row, frozen.h, frozen.secret),
    )
    await _keep(cmd, row, frozen, params, occasion.sequence)


async def _keep(cmd: Command, row: DrawRow, frozen: Taken, params: bytes, sequence: int) -> None:
    frame, roster = frozen.frame, frozen.roster
    root = frame_root(frozen.h, frame)
    commitment = fingerprint(frozen.h, root, params)
    lists = (squeezed(listing(rows)) for rows in (roster.rows, roster.relations, roster.history))
    await store_secrets.keep(row.id, Kept(frozen.secret, *lists))
    for start in range(0, len(frame.chunks), store_chunks.PAGE):
        page = frame.chunks[start : start + store_chunks.PAGE]
        await store_chunks.add_chunks(row.id, [(cmd.new_id(), chunk) for chunk in page])
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
