"""From a sealed draw to visits: one an object, one door for all checks of the same days (威海 第十五条)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from inspection.draw.ceremony import SealedMatch
from inspection.draw.disclose import sealed_matches
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.registry.find import checklist_for
from inspection.visits import store
from inspection.visits.admit import readmit
from inspection.visits.rows import DrawnTask, VisitRow
from inspection.visits.rules import shared_window
from inspection.visits.states import MERGEABLE, VisitState
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Assembled:
    """Visits of a draw: `created` are new, `merged` served another task of the same object already. Ids only."""

    created: tuple[UUID, ...] = field(repr=False)
    merged: tuple[UUID, ...] = field(repr=False)


async def assemble_visits(cmd: Command, *, draw_id: UUID) -> Assembled:
    """Make the visits of a sealed draw; they stay secret until they are unsealed. Repeating it makes none twice.

    Raises:
        NotFound: `visits.no_draw`, `registry.checklist_missing`.
        Conflict: `visits.object_drawn_twice`; the draw is not sealed (raised by the draw).
    """
    return await in_unit(_assemble, cmd, draw_id)


async def _assemble(cmd: Command, draw_id: UUID) -> Assembled:
    drawn = await store.drawn_task(draw_id)
    if drawn is None or (cmd.authority is not None and drawn.authority != cmd.authority):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "visits.no_draw", draw=str(draw_id))
    matches = await sealed_matches(draw_id)
    served = await store.tickets_served(draw_id)
    fresh = sorted((match for match in matches if match.ticket_id not in served), key=lambda m: m.ticket_id)
    if not fresh:
        return Assembled((), ())
    if len({match.object_id for match in fresh}) != len(fresh):
        raise Conflict(ProblemCode.CONFLICT, "visits.object_drawn_twice", draw=str(draw_id))
    checklist = (await checklist_for(drawn.item)).id
    await store.lock_objects({match.object_id for match in fresh})
    plan = await _plan(cmd, drawn, fresh)
    await _write(cmd, drawn, plan, checklist)
    for visit, _ in plan.created:
        await readmit(cmd, visit.id)
    return Assembled(tuple(visit.id for visit, _ in plan.created), tuple(visit.id for visit, _ in plan.merged))


@dataclass(frozen=True, slots=True)
class _Plan:
    created: list[tuple[VisitRow, SealedMatch]]
    merged: list[tuple[VisitRow, SealedMatch]]


async def _plan(cmd: Command, drawn: DrawnTask, matches: Sequence[SealedMatch]) -> _Plan:
    """For each object: the visit that is open for it in the same days and can still take place on one, or a new one."""
    plan = _Plan([], [])
    joinable: dict[UUID, VisitRow] = {}
    if rule_set_named(drawn.rule_set).task.merge_same_object_same_period:
        objects = {match.object_id for match in matches}
        still = max(drawn.starts_on, local_day(cmd.now))
        # Newest first: of several, the oldest remains in the mapping.
        for visit in reversed(await store.overlapping(objects, MERGEABLE, still, drawn.ends_on)):
            # A record is judged by one rule-set for ever: a task under another one has a visit of its own.
            if (visit.authority, visit.rule_set) == (drawn.authority, drawn.rule_set):
                joinable[visit.object] = visit
    for match in matches:
        open_one = joinable.get(match.object_id)
        if open_one is None:
            plan.created.append((_new_visit(cmd, drawn, match), match))
            continue
        first, last = shared_window((open_one.starts_on, open_one.ends_on), (drawn.starts_on, drawn.ends_on))
        plan.merged.append((replace(open_one, starts_on=first, ends_on=last), match))
    return plan


def _new_visit(cmd: Command, drawn: DrawnTask, match: SealedMatch) -> VisitRow:
    return VisitRow(
        id=cmd.new_id(),
        authority=drawn.authority,
        object=match.object_id,
        state=VisitState.SEALED,
        year=drawn.starts_on.year,
        starts_on=drawn.starts_on,
        ends_on=drawn.ends_on,
        leader=None,
        rule_set=drawn.rule_set,
        created_at=cmd.now,
        unsealed_at=None,
        executed_at=None,
        approved_at=None,
        approved_by=None,
        remarks=None,
    )


async def _write(cmd: Command, drawn: DrawnTask, plan: _Plan, checklist: UUID) -> None:
    pairs = [*plan.created, *plan.merged]
    await store.add_visits([visit for visit, _ in plan.created])
    for visit, _ in plan.merged:
        await store.change_visit(visit.id, starts_on=visit.starts_on, ends_on=visit.ends_on)
    await store.add_tasks([_task_row(cmd, drawn, visit, match, checklist) for visit, match in pairs])
    await store.add_members([row for visit, match in pairs for row in await _member_rows(cmd, visit, match)])
    await append(*_events(cmd.under(drawn.rule_set), drawn, plan))


async def _member_rows(cmd: Command, visit: VisitRow, match: SealedMatch) -> list[dict[str, Any]]:
    """The drawn team behind those who are in the visit's team already."""
    known = {member.inspector: member.slot for member in await store.members(visit.id)}
    fresh = [member for member in sorted(match.team, key=lambda one: one[1]) if member[0] not in known]
    taken = max(known.values(), default=0)
    return [
        {
            "id": cmd.new_id(),
            "visit": visit.id,
            "inspector": inspector,
            "slot": slot,
            "how": how,
            "joined_at": cmd.now,
        }
        for slot, (inspector, _, how) in enumerate(fresh, start=taken + 1)
    ]


def _task_row(cmd: Command, drawn: DrawnTask, visit: VisitRow, match: SealedMatch, checklist: UUID) -> dict[str, Any]:
    return {
        "id": cmd.new_id(),
        "visit": visit.id,
        "task": drawn.task,
        "item": drawn.item,
        "checklist": checklist,
        "draw": drawn.draw,
        "ticket": match.ticket_id,
    }


def _events(cmd: Command, drawn: DrawnTask, plan: _Plan) -> list[Event]:
    # No object and no inspector: the journal is read by people who must not know them yet.
    task, draw = str(drawn.task), str(drawn.draw)
    events = [
        cmd.event(EventKind.VISIT_ASSEMBLED, f"visit:{visit.id}", task=task, draw=draw) for visit, _ in plan.created
    ]
    events += [cmd.event(EventKind.VISIT_MERGED, f"visit:{visit.id}", task=task, draw=draw) for visit, _ in plan.merged]
    created, merged = len(plan.created), len(plan.merged)
    told = cmd.event(EventKind.VISITS_ASSEMBLED, f"draw:{draw}", task=task, created=created, merged=merged)
    return [*events, told]
