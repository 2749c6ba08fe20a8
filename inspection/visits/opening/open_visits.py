"""One object, one door, for all checks of the same days (威海 第十五条): opens visits, or joins those that are open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import Event, EventKind, append
from inspection.policy.keep_rules import keep_rules
from inspection.policy.load import rule_set_named
from inspection.registry.find import checklist_for
from inspection.visits import store
from inspection.visits.entries.admit import readmit
from inspection.visits.rows import Door, DrawnTask, VisitRow
from inspection.visits.rules import shared_window
from inspection.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class Assembled:
    """Visits of a task: `created` are new, `merged` served another task of the same object already. Ids only.

    `held`: tickets (hex) whose object has had its visits of the year since the freeze; they wait to be replaced.
    """

    created: tuple[UUID, ...] = field(repr=False)
    merged: tuple[UUID, ...] = field(repr=False)
    held: tuple[str, ...] = ()


async def open_visits(
    cmd: Command,
    drawn: DrawnTask,
    doors: Sequence[Door],
    mergeable: Collection[VisitState],
    *,
    announced_together: bool = False,
) -> Assembled:
    """Visits for these doors, inside the caller's unit of work; they are secret until they are unsealed.

    `mergeable`: the states in which a visit of the same object and days takes the task in (一次进门), where the
    rule-set merges, or the tasks were `announced_together` and drawn at once (安岳 二(一)).

    Raises:
        NotFound: `registry.checklist_missing`.
    """
    checklist = (await checklist_for(drawn.item)).id
    await store.lock_objects({door.object for door in doors})
    rules = rule_set_named(drawn.rule_set)
    merging = announced_together or rules.task.merge_same_object_same_period
    plan = await _plan(cmd, drawn, doors, mergeable if merging else (), await keep_rules(cmd, rules))
    await write_plan(cmd, drawn, plan, checklist)
    for visit, _ in plan.created:
        await readmit(cmd, visit.id)
    return Assembled(tuple(visit.id for visit, _ in plan.created), tuple(visit.id for visit, _ in plan.merged))


@dataclass(frozen=True, slots=True)
class Plan:
    """Visits that are to be made, and such as take a task in, each with its door."""

    created: list[tuple[VisitRow, Door]]
    merged: list[tuple[VisitRow, Door]]


async def _plan(
    cmd: Command, drawn: DrawnTask, doors: Sequence[Door], mergeable: Collection[VisitState], rule_digest: str
) -> Plan:
    """For each object: the visit that is open for it in the same days and can still take place on one, or a new one."""
    plan = Plan([], [])
    joinable: dict[UUID, VisitRow] = {}
    if mergeable:
        objects = {door.object for door in doors}
        still = max(drawn.starts_on, local_day(cmd.now))
        # Newest first: of several, the oldest remains in the mapping.
        for visit in reversed(await store.overlapping(objects, mergeable, still, drawn.ends_on)):
            # A record is judged by one rule-set for ever: a task under another one has a visit of its own.
            if (visit.authority, visit.rule_set) == (drawn.authority, drawn.rule_set):
                joinable[visit.object] = visit
    for door in doors:
        open_one = joinable.get(door.object)
        if open_one is None:
            plan.created.append((new_visit(cmd, drawn, door, rule_digest), door))
            continue
        first, last = shared_window((open_one.starts_on, open_one.ends_on), (drawn.starts_on, drawn.ends_on))
        plan.merged.append((replace(open_one, starts_on=first, ends_on=last), door))
    return plan


def new_visit(cmd: Command, drawn: DrawnTask, door: Door, rule_digest: str) -> VisitRow:
    """A visit that is still secret, not stored yet."""
    return VisitRow(
        id=cmd.new_id(),
        authority=drawn.authority,
        object=door.object,
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
        rule_digest=rule_digest,
    )


async def write_plan(cmd: Command, drawn: DrawnTask, plan: Plan, checklist: UUID) -> None:
    """Store the visits of a plan with their task, team and journal lines. `checklist`: the row that is pinned."""
    pairs = [*plan.created, *plan.merged]
    await store.add_visits([visit for visit, _ in plan.created])
    for visit, _ in plan.merged:
        await store.change_visit(visit.id, starts_on=visit.starts_on, ends_on=visit.ends_on)
    await store.add_tasks([_task_row(cmd, drawn, visit, door, checklist) for visit, door in pairs])
    await store.add_members([row for visit, door in pairs for row in await _member_rows(cmd, visit, door)])
    await append(*_events(cmd.under(drawn.rule_set), drawn, plan))


async def _member_rows(cmd: Command, visit: VisitRow, door: Door) -> list[dict[str, Any]]:
    """The drawn team behind those who are in the visit's team already."""
    known = {member.inspector: member.slot for member in await store.members(visit.id)}
    fresh = [member for member in sorted(door.team, key=lambda one: one[1]) if member[0] not in known]
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


def _task_row(cmd: Command, drawn: DrawnTask, visit: VisitRow, door: Door, checklist: UUID) -> dict[str, Any]:
    return {
        "id": cmd.new_id(),
        "visit": visit.id,
        "task": drawn.task,
        "item": drawn.item,
        "checklist": checklist,
        "draw": drawn.draw,
        "ticket": door.ticket,
    }


def _events(cmd: Command, drawn: DrawnTask, plan: Plan) -> list[Event]:
    # No object and no inspector: the journal is read by people who must not know them yet.
    facts: dict[str, JSON] = {"task": str(drawn.task)}
    if drawn.draw is not None:
        facts["draw"] = str(drawn.draw)
    made = [(EventKind.VISIT_ASSEMBLED, visit) for visit, _ in plan.created]
    made += [(EventKind.VISIT_MERGED, visit) for visit, _ in plan.merged]
    events = [cmd.event(kind, f"visit:{visit.id}", lane=None, **facts) for kind, visit in made]
    stream = f"draw:{drawn.draw}" if drawn.draw is not None else f"task:{drawn.task}"
    counts: dict[str, JSON] = {"created": len(plan.created), "merged": len(plan.merged)}
    told = cmd.event(EventKind.VISITS_ASSEMBLED, stream, lane=None, task=str(drawn.task), **counts)
    return [*events, told]
