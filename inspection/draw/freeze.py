"""Freezing the frame: from here on nothing about the draw can change, and chance may come."""

from collections.abc import Mapping
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.candidates import candidate, declared, roster_rows
from inspection.draw.ceremony import CellRecord, Ceremony, DrawState
from inspection.draw.contributors import fixed_contributors
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import SECRET_BYTES, Frame, build_frame, fingerprint, frame_root, manifest, squeezed
from inspection.draw.lot.quota import probabilities
from inspection.draw.standing import event, past, someone_else
from inspection.draw.store import DrawRow
from inspection.draw.store_secrets import Kept
from inspection.draw.teams.roster import Roster, build_roster, listing
from inspection.draw.teams.staffing import outlook
from inspection.draw.terms import Subject, parameters, sample_of
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import find as planning
from inspection.planning.above import excluded_above
from inspection.planning.facts import TaskFacts
from inspection.policy.load import digest, rule_set_named
from inspection.policy.terms import DrawMode
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import dispatch_rule, need_of
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.rules import lifting
from mobile_contract.problems import ProblemCode


async def freeze(cmd: Command, *, draw_id: UUID, visits_this_year: Mapping[UUID, int] | None = None) -> Ceremony:
    """Take the directory and the roster as they are now, commit to them, and publish the fingerprint (名录指纹).

    `visits_this_year`: by object, the visits that count towards the yearly cap; objects not named have none. A second
    call changes nothing and returns what was frozen.

    Raises:
        Refused: by the person who planned the draw; when too few inspectors could go to some object.
        Conflict: a commitment is missing, or the directory has nothing to draw from.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if not past(row, DrawState.DRAFT):
            someone_else(cmd, row.operator, "draw.operator_freezes")
            await _freeze(cmd, row, visits_this_year or {})
    return await store.ceremony(draw_id)


async def _freeze(cmd: Command, row: DrawRow, visits: Mapping[UUID, int]) -> None:
    contributors = await fixed_contributors(cmd, row.id)
    task = await planning.task(row.task)
    item = await registry.item(task.item)
    h, secret = hash_named(row.terms.hash_alg), cmd.random(SECRET_BYTES)
    frame, roster = await _snapshot(cmd, h, secret, row, task, visits)
    _check(frame, roster, row)
    params = parameters(
        h,
        secret,
        subject=_subject(task, item),
        terms=row.terms,
        frame=frame,
        roster=roster,
        contributors=contributors,
        snapshot_at=cmd.now,
        attempt=row.attempt,
        previous_void=row.previous_void,
    )
    await _keep(cmd, row, h, secret, frame, roster, params)


async def _snapshot(
    cmd: Command, h: Hash, secret: bytes, row: DrawRow, task: TaskFacts, visits: Mapping[UUID, int]
) -> tuple[Frame, Roster]:
    rules = rule_set_named(task.rule_set)
    exempt = lifting(rules, targeted=task.draw_mode is DrawMode.TARGETED)
    item = await registry.item(task.item)
    above = await excluded_above(row.authority, item, task.starts_on, task.ends_on, rules)
    candidates = [
        candidate(found, task.scope, visits.get(found.object_id, 0), row.terms, exempt, above.number_of(found.oid))
        async for found in registry.directory(
            row.authority, task.item, on=local_day(cmd.now), rules=rules, also=task.scope.named
        )
    ]
    people, window = await registry.inspectors_of(row.authority), (task.starts_on, task.ends_on)
    need = need_of(item)
    try:
        frame = build_frame(h, secret, candidates)
        rows = roster_rows(people, window, need, dispatch_rule(rules))
        return frame, build_roster(rows, declared(people, window))
    except ValueError as error:
        # The reasons name no object: this refusal is shown and logged before anything is secret, and after.
        raise Invalid(ProblemCode.INVALID, "draw.register_unfit", reason=str(error)) from error


def _check(frame: Frame, roster: Roster, row: DrawRow) -> None:
    if frame.eligible == 0:
        excluded = {code.value: n for code, n in frame.excluded.items()}
        raise Conflict(ProblemCode.DRAW_FRAME_EMPTY, "draw.frame_empty", rows=frame.size, excluded=excluded)
    ahead = outlook(frame, roster, row.terms.match, sample_of(frame, row.terms.ratio).size)
    if ahead.good:
        return
    raise Conflict(
        ProblemCode.DRAW_TOO_FEW_INSPECTORS,
        "draw.unstaffable_objects" if ahead.unstaffable else "draw.unstaffable_places",
        people=ahead.people,
        objects=ahead.unstaffable,
        places=ahead.places,
        capacity=ahead.capacity,
        slots=row.terms.match.slots,
    )


def _subject(task: TaskFacts, item: ItemFacts) -> Subject:
    return Subject(
        authority=str(task.authority),
        task=str(task.id),
        task_number=task.number,
        item=str(item.id),
        item_name=item.name,
        rule_set=task.rule_set,
        rule_set_digest=digest(rule_set_named(task.rule_set)),
        window=(task.starts_on, task.ends_on),
        condition=canonical_json({name: list(values) for name, values in task.scope.dimensions.items()}).decode(),
    )


async def _keep(
    cmd: Command, row: DrawRow, h: Hash, secret: bytes, frame: Frame, roster: Roster, params: bytes
) -> None:
    sample = sample_of(frame, row.terms.ratio)
    chance = probabilities(frame.cells, sample.size)
    root = frame_root(h, secret, frame)
    commitment = fingerprint(h, root, params)
    await store_secrets.keep(
        row.id,
        Kept(secret, *(squeezed(t) for t in (manifest(frame), listing(roster.rows), listing(roster.relations)))),
    )
    records = [CellRecord(c.number, c.stratum, c.weight, c.size, chance[c.number]) for c in frame.cells]
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
            params=h(params).hex(),
            directory=frame.directory,
            eligible=frame.eligible,
            wanted=sample.wanted,
            sample=sample.size,
        )
    )
