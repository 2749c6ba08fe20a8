from collections.abc import Sequence
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.facts import TaskFacts
from inspection.planning.finding import Fault, Finding, finding, refuse
from inspection.planning.outside_rules import check_team
from inspection.planning.preset_outside import named_team
from inspection.planning.review_task import locked_task, mark_assigned
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import TaskKind
from inspection.registry import find as registry
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.visits.late_filing import store as late_filing
from inspection.visits.late_filing.open import open_filed
from inspection.visits.ledger.warn import warn_of
from inspection.visits.opening.open_visits import Assembled, open_visits
from inspection.visits.rows import Door, DrawnTask
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode

DESIGNATED = "designated"
"""How a member came into a team that no lot has made."""


async def assign_outside(cmd: Command, *, task_id: UUID, inspectors: Sequence[UUID] = ()) -> Assembled:
    """Designate the team of a task outside the draw and make its visits; they go the way of all visits from here.

    `inspectors`: the team, where the task names none. Every member is recorded as designated; no fewer than the
    rule-set asks for, everybody certified and without an interest in an object (国办发〔2024〕54号). A task waits for
    its approval first, but for an emergency. An object that is visited in the same days already and knows of it gets no
    second visit (威海 第十五条); a visit that is still secret is left alone: joining it would tell of it. For a task by
    which a visit is filed afterwards, that visit is made, under the id that its tablet gave it.

    Raises:
        NotFound: `planning.task_unknown`, `planning.inspector_unknown`.
        Conflict: `planning.task_step`: it waits for its approval, or is assigned already; `visits.task_is_drawn`.
        Invalid: `planning.task_rule_broken` with what speaks against the team; `visits.team_named_already`.
        Refused: `visits.assigns_own_task`: by the person who preset it.
    """
    async with unit_of_work():
        found = await locked_task(task_id)
        if cmd.authority is not None and found.authority != cmd.authority:
            raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
        if found.kind is TaskKind.RANDOM:
            raise Conflict(ProblemCode.CONFLICT, "visits.task_is_drawn", task=found.number)
        if found.inspectors and inspectors:
            raise Invalid(ProblemCode.INVALID, "visits.team_named_already", task=found.number)
        if not found.inspectors and cmd.actor.id == found.preset_by:
            raise Refused(ProblemCode.SAME_PERSON, "visits.assigns_own_task", task=found.number)
        team = found.inspectors or tuple(inspectors)
        await _check_team(found, team)
        # The state first: it says whether the task may be assigned now.
        await mark_assigned(cmd, task_id)
        return await _open(cmd, found, team)


async def _open(cmd: Command, found: TaskFacts, team: Sequence[UUID]) -> Assembled:
    members = tuple((one, slot, DESIGNATED) for slot, one in enumerate(team, start=1))
    window = (found.starts_on, found.ends_on)
    if (late := await late_filing.late_task(found.id)) is not None:
        opened = await open_filed(cmd, found, late, members)
    else:
        doors = [Door(one, None, members) for one in sorted(found.objects)]
        named = DrawnTask(None, found.authority, found.id, found.item, *window, found.rule_set)
        opened = await open_visits(cmd, named, doors, frozenset({VisitState.OPEN}))
    rules = rule_set_named(found.rule_set)
    await warn_of(cmd, found.id, found.objects, rules, window, sealed=False)
    return opened


async def _check_team(found: TaskFacts, team: Sequence[UUID]) -> None:
    rules, item = rule_set_named(found.rule_set), await registry.item(found.item)
    codes = [facts.code for facts in (await registry.objects(found.objects)).values()]
    named = await named_team(team, item, rules, (found.starts_on, found.ends_on), codes)
    people = await registry.inspectors(team)
    findings = [*check_team(named, rules), *_needs_unmet(found, rules, [people[one] for one in team])]
    if len(set(team)) != len(team):
        findings.append(finding(Fault.INSPECTOR_TWICE, rules.team.article))
    refuse(ProblemCode.TASK_RULE_BROKEN, "planning.task_rule_broken", findings)


def _needs_unmet(found: TaskFacts, rules: RuleSet, people: Sequence[InspectorFacts]) -> list[Finding]:
    """A team as large as the task says, within the needs that it states."""
    article, needs, lacking = rules.team.article, found.needs, []
    if len(people) < found.team_size and not 0 < len(people) < rules.team.minimum_size:
        lacking.append(finding(Fault.TEAM_TOO_SMALL, article, size=len(people), least=found.team_size))
    for person in people:
        missing = [one for one in needs.qualifications if one not in person.qualifications]
        if missing:
            lacking.append(finding(Fault.NEED_UNMET, article, name=person.name, need="、".join(missing)))
    if needs.expertise and not any(needs.expertise in person.expertise for person in people):
        lacking.append(finding(Fault.NEED_UNMET, article, name="—", need=needs.expertise))
    return lacking
