from collections.abc import Mapping
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar import DueDate, load_calendar
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store
from inspection.planning.facts import PlanFacts, PlanLineFacts
from inspection.planning.find import plan
from inspection.planning.finding import Fault, Finding, finding, refuse
from inspection.planning.plan_rules import Line, LineChange, PlanState, check_plan, line_for, plan_due
from inspection.policy.model import RuleSet
from inspection.registry.find import published_items
from inspection.registry.items.facts import ItemFacts
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


async def draft_plan(
    cmd: Command,
    *,
    authority: UUID,
    year: int,
    name: str | None = None,
    changes: Mapping[str, LineChange] | None = None,
    revise: bool = False,
) -> PlanFacts:
    """Draft the annual plan out of the published item list: one line for every item (威海 第十一、十二条).

    `changes` (by item code) sets lines otherwise than list and rule-set would. A year that has a plan gets a new
    version only with `revise` (动态调整, 第十三条); the version in force stays so until the new one is approved.
    A plan drafted after its due day is marked late, not refused.

    Raises:
        Conflict: `planning.plan_exists` without `revise`.
        Invalid: `planning.plan_rule_broken` with all findings.
        NotFound: the authority is unknown or has no rule-set today.
    """
    rules = await rules_today(cmd, authority)
    items = await published_items(authority)
    lines = _lines(items, rules, year, changes or {})
    findings = [*check_plan(lines, items, rules, year), *_unknown(items, rules, changes or {})]
    refuse(ProblemCode.PLAN_RULE_BROKEN, "planning.plan_rule_broken", findings)
    due = plan_due(rules, year, await load_calendar()).due
    plan_id = cmd.new_id()
    async with unit_of_work():
        # The counter's row lock lets two planners draft one after the other; a roll-back leaves no gap.
        version = await authorities.next_number(f"{authority}:plan:{year}")
        former = await store.newest_plan(authority, year)
        if former is not None:
            await _make_room(former, revise=revise)
        ids = {item.code: item.id for item in items}
        await store.add_plan(
            plan_id,
            authority=authority,
            year=year,
            version=version,
            name=name or f"{year}年度随机抽查工作计划",
            rule_set=rules.name,
            due_on=due.day,
            drafted_by=cmd.actor.id,
            drafted_at=cmd.now,
            lines={cmd.new_id(): (ids[line.item], line) for line in lines},
        )
        drafted = await plan(plan_id)
        await append(
            cmd.under(rules.name).event(EventKind.PLAN_DRAFTED, f"plan:{plan_id}", lane=None, **_told(drafted, due))
        )
    return drafted


def _told(drafted: PlanFacts, due: DueDate) -> dict[str, JSON]:
    return {
        "year": drafted.year,
        "version": drafted.version,
        "due": due.day.isoformat(),
        "provisional": due.provisional,
        "late": drafted.late,
        "lines": {line.item_code: _line_json(line) for line in drafted.lines},
    }


async def _make_room(former: PlanFacts, *, revise: bool) -> None:
    if not revise and former.state is not PlanState.RETURNED:
        raise Conflict(
            ProblemCode.PLAN_EXISTS,
            "planning.plan_exists",
            year=former.year,
            plan=str(former.id),
            version=former.version,
        )
    if former.state in {PlanState.DRAFTED, PlanState.RETURNED}:
        await store.move_plan(former.id, PlanState.SUPERSEDED)


def _line_json(line: PlanLineFacts) -> dict[str, JSON]:
    """A line as the journal keeps it."""
    return {
        "item": str(line.item),
        "methods": [method.value for method in line.methods],
        "ratio": str(line.ratio),
        "frequency": line.frequency,
        "window": [line.starts_on.isoformat(), line.ends_on.isoformat()],
    }


def _unknown(items: list[ItemFacts], rules: RuleSet, changes: Mapping[str, LineChange]) -> list[Finding]:
    codes = sorted(changes.keys() - {item.code for item in items})
    return [finding(Fault.ITEM_NOT_PUBLISHED, rules.plan.article, item=code) for code in codes]


def _lines(items: list[ItemFacts], rules: RuleSet, year: int, changes: Mapping[str, LineChange]) -> list[Line]:
    return [changes.get(item.code, LineChange()).on(line_for(item, rules, year)) for item in items]
