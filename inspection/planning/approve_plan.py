from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plan_in_force
from inspection.planning.finding import refuse
from inspection.planning.plan_review import bars
from inspection.planning.plan_rules import STEPS, PlanState
from inspection.policy.load import rule_set_named
from mobile_contract.problems import ProblemCode


async def approve_plan(cmd: Command, plan_id: UUID) -> PlanFacts:
    """Put a drafted plan in force (主管领导批准, 兴隆台 六(二)); a former version in force is superseded.

    The plan is held against the item list and the higher plans once more: they may have changed since it was drafted.

    Raises:
        NotFound: `planning.plan_unknown`.
        Refused: `planning.same_person`: who drafted it may not approve it.
        Conflict: `planning.plan_not_open`.
        Invalid: `planning.plan_rule_broken`.
    """
    async with unit_of_work():
        found = await _open_plan(cmd, plan_id, PlanState.APPROVED)
        refuse(ProblemCode.PLAN_RULE_BROKEN, "planning.plan_rule_broken", await bars(found))
        former = await plan_in_force(found.authority, found.year)
        if former is not None:
            await store.move_plan(former.id, PlanState.SUPERSEDED)
        await store.set_review(plan_id, PlanState.APPROVED, cmd.actor.id, cmd.now, None)
        approved = await plan(plan_id)
        await append(
            cmd.under(found.rule_set).event(
                EventKind.PLAN_APPROVED,
                f"plan:{plan_id}",
                year=approved.year,
                version=approved.version,
                late=approved.late,
                supersedes=str(former.id) if former else None,
            )
        )
    return approved


async def return_plan(cmd: Command, plan_id: UUID, *, remarks: str) -> PlanFacts:
    """Send a drafted plan back with remarks; a new draft takes its place.

    Raises:
        NotFound: `planning.plan_unknown`.
        Refused: `planning.same_person`.
        Conflict: `planning.plan_not_open`.
    """
    async with unit_of_work():
        found = await _open_plan(cmd, plan_id, PlanState.RETURNED)
        await store.set_review(plan_id, PlanState.RETURNED, cmd.actor.id, cmd.now, remarks)
        event = cmd.under(found.rule_set).event(EventKind.PLAN_RETURNED, f"plan:{plan_id}", remarks=remarks)
        await append(event)
        return await plan(plan_id)


async def file_plan(cmd: Command, plan_id: UUID, *, filed_with: str | None = None) -> PlanFacts:
    """Note that an approved plan was filed (备案), by default with the office that the rule-set names (威海 第十一条).

    Raises:
        NotFound: `planning.plan_unknown`.
        Conflict: `planning.plan_not_approved`, `planning.nowhere_to_file` when the rule-set names no office.
    """
    async with unit_of_work():
        found = await locked_plan(plan_id)
        rules = rule_set_named(found.rule_set)
        if PlanState.FILED not in STEPS[found.state]:
            raise Conflict(ProblemCode.PLAN_NOT_APPROVED, "planning.plan_not_approved", state=found.state.value)
        office = filed_with or (rules.plan.filed_with.zh if rules.plan.filed_with else None)
        if office is None:
            raise Conflict(ProblemCode.CONFLICT, "planning.nowhere_to_file", rule_set=rules.name)
        await store.set_filed(plan_id, office, cmd.now)
        late = local_day(cmd.now) > found.due_on and found.version == 1
        event = cmd.under(rules.name).event(EventKind.PLAN_FILED, f"plan:{plan_id}", filed_with=office, late=late)
        await append(event)
        return await plan(plan_id)


async def locked_plan(plan_id: UUID) -> PlanFacts:
    """The plan, its row locked until the end of the unit of work.

    Raises:
        NotFound: `planning.plan_unknown`.
    """
    found = await store.lock_plan(plan_id)
    if found is None:
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=str(plan_id))
    return found


async def _open_plan(cmd: Command, plan_id: UUID, to: PlanState) -> PlanFacts:
    found = await locked_plan(plan_id)
    if to not in STEPS[found.state]:
        raise Conflict(ProblemCode.PLAN_NOT_OPEN, "planning.plan_not_open", state=found.state.value)
    if cmd.actor.id == found.drafted_by:
        raise Refused(ProblemCode.SAME_PERSON, "planning.same_person")
    return found
