"""From a sealed draw to visits."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from inspection.draw.ceremony import SealedMatch
from inspection.draw.told.disclose import sealed_matches
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.visits import store
from inspection.visits.ledger.warn import warn_of
from inspection.visits.opening.cap_race import over_cap
from inspection.visits.opening.open_visits import Assembled, open_visits
from inspection.visits.rows import Door, DrawnTask
from inspection.visits.states import MERGEABLE
from mobile_contract.problems import ProblemCode


async def assemble_visits(cmd: Command, *, draw_id: UUID) -> Assembled:
    """Make the visits of a sealed draw; they stay secret until they are unsealed. Repeating it makes none twice.

    Where another draw has used up the object's year since the freeze, the ticket is held: it gets no visit until
    another object takes its place (draw.md §4.9, CAP-RACE).

    Raises:
        NotFound: `visits.no_draw`, `registry.checklist_missing`.
        Conflict: `visits.object_drawn_twice`; the draw is not sealed (raised by the draw).
    """
    return await in_unit(_assemble, cmd, draw_id)


async def _assemble(cmd: Command, draw_id: UUID) -> Assembled:
    tasks = await store.drawn_tasks(draw_id)
    if not tasks or (cmd.authority is not None and tasks[0].authority != cmd.authority):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "visits.no_draw", draw=str(draw_id))
    served = await store.tickets_served(draw_id)
    matches = [match for match in await sealed_matches(draw_id) if match.ticket_id not in served]
    if len({(match.task, match.object_id) for match in matches}) != len(matches):
        raise Conflict(ProblemCode.CONFLICT, "visits.object_drawn_twice", draw=str(draw_id))
    # Before their visits are counted, and all at once: two draws find one another, and do not wait for each other.
    await store.lock_objects({match.object_id for match in matches})
    held = await over_cap(cmd, draw_id, tasks, {match.ticket_id: match.object_id for match in matches})
    free = [match for match in matches if match.ticket_id not in held]
    done = [await _of_task(cmd, drawn, free, tasks) for drawn in tasks]
    created = tuple(visit for one in done for visit in one.created)
    # What a further task of the same draw joins was made a moment ago: it is one new visit.
    merged = dict.fromkeys(visit for one in done for visit in one.merged if visit not in created)
    return Assembled(created, tuple(merged), tuple(sorted(set(held.values()))))


async def _of_task(
    cmd: Command, drawn: DrawnTask, matches: Sequence[SealedMatch], tasks: Sequence[DrawnTask]
) -> Assembled:
    """The visits of one task of the draw, batch by batch (安岳 一(三)): each has the days of its own batch."""
    own = [match for match in matches if (match.task or tasks[0].task) == drawn.task]
    batches: dict[tuple[date, date], list[Door]] = defaultdict(list)
    for match in sorted(own, key=lambda one: one.ticket_id):
        window = match.window or (drawn.starts_on, drawn.ends_on)
        batches[window].append(Door(match.object_id, match.ticket_id, match.team))
    created: list[UUID] = []
    merged: list[UUID] = []
    for window, doors in sorted(batches.items()):
        part = replace(drawn, starts_on=window[0], ends_on=window[1])
        opened = await open_visits(cmd, part, doors, MERGEABLE, announced_together=len(tasks) > 1)
        await warn_of(
            cmd, drawn.task, [door.object for door in doors], rule_set_named(drawn.rule_set), window, sealed=True
        )
        created += opened.created
        merged += opened.merged
    return Assembled(tuple(created), tuple(merged))
