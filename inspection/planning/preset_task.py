from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.canonical import JSON, digest_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store, store_procedures, store_tasks
from inspection.planning.above import check_above
from inspection.planning.facts import PlanFacts, PlanLineFacts, TaskFacts
from inspection.planning.find import task
from inspection.planning.finding import Finding, refuse
from inspection.planning.line_ratio import line_ratio
from inspection.planning.materials import tidied
from inspection.planning.plan_rules import IN_FORCE
from inspection.planning.scope import Scope
from inspection.planning.task_rules import Needs, Papers, PlanFrame, TaskDraft, check_task, task_number
from inspection.planning.task_states import TaskStep, after, first_state
from inspection.policy.keep_rules import keep_rules
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, MatchKind, MatchMode
from inspection.registry import find as registry
from inspection.registry.items.facts import ItemFacts
from mobile_contract.problems import ProblemCode


async def preset_task(
    cmd: Command,
    *,
    plan_line: UUID,
    scheme: str,
    starts_on: date,
    ends_on: date,
    name: str | None = None,
    unit: UUID | None = None,
    ratio: Fraction | None = None,
    team_size: int | None = None,
    draw_mode: DrawMode = DrawMode.UNTARGETED,
    match_kind: MatchKind = MatchKind.AUTOMATIC,
    match_mode: MatchMode = MatchMode.SCATTERED,
    scope: Scope | None = None,
    needs: Needs | None = None,
    lead: str = "",
    participants: tuple[str, ...] = (),
    inspectors: tuple[UUID, ...] = (),
    materials: tuple[str, ...] = (),
) -> TaskFacts:
    """Set up a task of the annual plan and give it a number; it then waits for its review (威海 第十四条).

    Ratio, team size, lead and participants are the plan line's and the rule-set's unless given. `materials`: what the
    notice asks for. The item's newest procedure is pinned, and the plan's rule-set for ever.

    Raises:
        NotFound: `planning.line_unknown`, `planning.inspector_unknown`.
        Conflict: `planning.plan_not_approved`: the plan of the line is not in force.
        Invalid: `planning.task_rule_broken` with all findings.
    """
    async with unit_of_work():
        plan, line = await _line_in_force(plan_line)
        rules = rule_set_named(plan.rule_set)
        wanted = TaskDraft(
            name=name or f"{plan.year}年度{line.item_name}",
            ratio=ratio if ratio is not None else line_ratio(line, scope or Scope()),
            team_size=team_size if team_size is not None else rules.team.minimum_size,
            draw_mode=draw_mode,
            match_kind=match_kind,
            match_mode=match_mode,
            scope=scope or Scope(),
            scheme=scheme,
            starts_on=starts_on,
            ends_on=ends_on,
            needs=needs or Needs(),
            lead=lead,
            participants=participants,
            inspectors=await _known(inspectors, plan.authority),
            materials=tidied(materials),
        )
        draft, item = _with_parties(wanted, line), await registry.item(line.item)
        procedure, papers = await item_papers(item, joint_line=line.joint)
        _check(draft, line, rules, papers, await check_above(plan.authority, item, starts_on, ends_on, rules))
        facts = {"unit": unit, "plan_line": line.id, "item": line.item, "procedure": procedure}
        number = await next_task_number(plan.authority, plan.year)
        task_id = await _add(cmd, draft, rules, authority=plan.authority, number=number, **facts)
        told: dict[str, JSON] = {"number": number, "plan": str(plan.id), "terms": _told(draft), **_grades(line)}
        await append(cmd.under(rules.name).event(EventKind.TASK_PRESET, f"task:{task_id}", lane=None, **told))
        return await task(task_id)


def _grades(line: PlanLineFacts) -> dict[str, JSON]:
    """What the line plans by credit grade, for the journal: the draw has one stratum and takes the task's ratio."""
    planned: dict[str, JSON] = {stratum.grade: str(stratum.ratio) for stratum in line.strata}
    return {"planned_grades": planned} if planned else {}


async def _add(cmd: Command, draft: TaskDraft, rules: RuleSet, **facts: object) -> UUID:
    task_id = cmd.new_id()
    state = first_state(review_required=rules.task.review_required).value
    kept = await keep_rules(cmd, rules)
    stamp = {"rule_set": rules.name, "rule_digest": kept, "preset_by": cmd.actor.id, "preset_at": cmd.now}
    await store_tasks.add_task(task_id, draft, state=state, **stamp, **facts)
    return task_id


async def revise_task(
    cmd: Command,
    task_id: UUID,
    *,
    scheme: str,
    name: str,
    starts_on: date,
    ends_on: date,
    materials: tuple[str, ...] | None = None,
) -> TaskFacts:
    """Mend a returned task of the plan and hand it in again; its scheme gets a new version when it says something else.

    `materials`: None leaves them as they are.

    Raises:
        NotFound: `planning.task_unknown`; `planning.line_unknown` for a task outside the plan.
        Conflict: `planning.task_step`: it was not returned.
        Invalid: `planning.task_rule_broken`.
    """
    async with unit_of_work():
        found = await store_tasks.lock_task(task_id) or await task(task_id)  # the latter raises
        state = after(found.state, TaskStep.REVISE)
        if found.plan_line is None:
            raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.line_unknown", line="")
        rules = rule_set_named(found.rule_set)
        _, line = await _line_in_force(found.plan_line)
        wanted = found.materials if materials is None else tidied(materials)
        draft = replace(_draft_of(found), scheme=scheme, name=name, starts_on=starts_on, ends_on=ends_on)
        draft = replace(draft, materials=wanted)
        item = await registry.item(found.item)
        procedure, papers = await item_papers(item, joint_line=line.joint)
        _check(draft, line, rules, papers, await check_above(found.authority, item, starts_on, ends_on, rules))
        changed = digest_of(scheme) != found.scheme_digest
        facts = {"state": state.value, "scheme_version": found.scheme_version + changed, "procedure": procedure}
        await store_tasks.revise(task_id, draft, **facts, preset_by=cmd.actor.id, preset_at=cmd.now)
        await append(cmd.under(rules.name).event(EventKind.TASK_REVISED, f"task:{task_id}", terms=_told(draft)))
        return await task(task_id)


async def _known(inspectors: tuple[UUID, ...], authority: UUID) -> tuple[UUID, ...]:
    """Candidates of the authority's own register, each once."""
    found = await registry.inspectors(inspectors)
    for one in inspectors:
        if one not in found or found[one].authority != authority:
            raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "planning.inspector_unknown", inspector=str(one))
    return tuple(dict.fromkeys(inspectors))


def _with_parties(draft: TaskDraft, line: PlanLineFacts) -> TaskDraft:
    """A joint task has the departments of its plan line unless it names its own."""
    if draft.draw_mode is not DrawMode.CROSS_DEPARTMENT:
        return draft
    lead = draft.lead or (line.lead.name if line.lead else "")
    return replace(draft, lead=lead, participants=draft.participants or tuple(one.name for one in line.participants))


async def item_papers(item: ItemFacts, *, joint_line: bool = False) -> tuple[UUID | None, Papers]:
    """The procedure that a task of the item pins today, and what papers there are for it.

    `joint_line`: the plan has the item inspected jointly.
    """
    procedure = await store_procedures.newest(item.authority, item.code)
    papers = Papers(item.checklist_code is not None, procedure is not None, item.joint_eligible or joint_line)
    return (procedure.id if procedure else None), papers


async def next_task_number(authority_id: UUID, year: int) -> str:
    """The next number of the authority's tasks of a year.

    Raises:
        NotFound: `registry.authority_unknown`.
    """
    authority = await authorities.authority(authority_id)
    if authority is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.authority_unknown", authority=str(authority_id))
    serial = await authorities.next_number(f"{authority_id}:task:{year}")
    return task_number(authority.short_name, year, serial)


async def _line_in_force(line_id: UUID) -> tuple[PlanFacts, PlanLineFacts]:
    found = await store.plan_of_line(line_id)
    if found is None:
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.line_unknown", line=str(line_id))
    if found[0].state not in IN_FORCE:
        raise Conflict(ProblemCode.PLAN_NOT_APPROVED, "planning.plan_not_approved", state=found[0].state.value)
    return found


def _check(draft: TaskDraft, line: PlanLineFacts, rules: RuleSet, papers: Papers, above: list[Finding]) -> None:
    frame = PlanFrame(line_ratio(line, draft.scope), line.starts_on, line.ends_on)
    found = [*check_task(draft, frame, rules, papers), *above]
    refuse(ProblemCode.TASK_RULE_BROKEN, "planning.task_rule_broken", found)


def _draft_of(found: TaskFacts) -> TaskDraft:
    return TaskDraft(**{one.name: getattr(found, one.name) for one in fields(TaskDraft)})


def _told(draft: TaskDraft) -> dict[str, JSON]:
    """What the journal keeps of a task; the scheme by its digest."""
    told: dict[str, JSON] = {
        "name": draft.name,
        "ratio": str(draft.ratio),
        "team_size": draft.team_size,
        "draw_mode": draft.draw_mode.value,
        "match_kind": draft.match_kind.value,
        "match_mode": draft.match_mode.value,
        "scope": {name: list(values) for name, values in draft.scope.dimensions.items()},
        "window": [draft.starts_on.isoformat(), draft.ends_on.isoformat()],
        "scheme_digest": digest_of(draft.scheme),
    }
    if draft.needs:
        told["needs"] = {"qualifications": list(draft.needs.qualifications), "expertise": draft.needs.expertise}
    if draft.inspectors:
        told["candidates"] = len(draft.inspectors)
    if draft.lead:
        told |= {"lead": draft.lead, "participants": list(draft.participants)}
    if draft.materials:
        told["materials"] = list(draft.materials)
    return told
