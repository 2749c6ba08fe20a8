"""The visit that was filed afterwards comes to be, under the id that its tablet gave it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID

from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.planning.facts import TaskFacts
from inspection.policy.keep_rules import keep_rules
from inspection.policy.load import rule_set_named
from inspection.registry.find import checklist_for
from inspection.visits import store as visits
from inspection.visits.entries.admit import readmit
from inspection.visits.late_filing import store
from inspection.visits.late_filing.rows import LateTaskRow
from inspection.visits.opening.open_visits import Assembled, Plan, new_visit, write_plan
from inspection.visits.rows import Door, DrawnTask, VisitRow
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode

ENDED = frozenset({VisitState.APPROVED, VisitState.CANCELLED})


async def open_filed(
    cmd: Command, task: TaskFacts, late: LateTaskRow, members: Sequence[tuple[UUID, int, str]]
) -> Assembled:
    """Make the visit that the task was filed for, and number what waited for it; a further task of it joins it.

    Inside the caller's unit of work. It is no secret: somebody was there. It begins with its day, and was carried out
    when its first entry came.

    Raises:
        Conflict: `visits.filing_taken`: the id is that of another visit, or of one that is over.
    """
    (object_id,) = task.objects
    await visits.lock_objects(task.objects)
    window = (task.starts_on, task.ends_on)
    named = DrawnTask(None, task.authority, task.id, task.item, *window, task.rule_set)
    door = Door(object_id, None, tuple(members))
    checklist = (await checklist_for(task.item)).id
    known = await visits.lock_visit(late.visit)
    if known is None:
        made = await _new(cmd, named, door, late)
        await write_plan(cmd, named, Plan([(made, door)], []), checklist)
        await _admit(cmd, made)
        return Assembled((made.id,), ())
    if (known.authority, known.object, known.rule_set) != (task.authority, object_id, task.rule_set) or (
        known.state in ENDED
    ):
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.filing_taken", visit=str(late.visit))
    await write_plan(cmd, named, Plan([], [(known, door)]), checklist)
    return Assembled((), (known.id,))


async def _new(cmd: Command, named: DrawnTask, door: Door, late: LateTaskRow) -> VisitRow:
    digest = await keep_rules(cmd, rule_set_named(named.rule_set))
    # Nothing that was written on that day was written before there was the visit.
    begins = datetime.combine(late.visited_on, time.min, BEIJING).astimezone(UTC)
    made = new_visit(cmd, named, door, digest)
    return replace(made, id=late.visit, state=VisitState.OPEN, created_at=begins, unsealed_at=cmd.now)


async def _admit(cmd: Command, made: VisitRow) -> None:
    unsealed = cmd.under(made.rule_set).event(EventKind.VISIT_UNSEALED, f"visit:{made.id}", object=str(made.object))
    await append(unsealed)
    await readmit(cmd, made.id)
    row, now = await store.filing(made.id), await visits.visit(made.id)
    if row is not None and now is not None and now.executed_at is not None:
        await visits.change_visit(made.id, executed_at=row.known_at)
