from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store, store_lines
from inspection.planning.above import deployed_above, taken_above
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plan_in_force
from inspection.planning.finding import Fault, Finding, finding, refuse
from inspection.planning.parties import unknown_parties
from inspection.planning.plan_checks import check_plan, notes_on
from inspection.planning.plan_diff import fields_of, line_of
from inspection.planning.plan_lines import Line, LineChange, Party, line_for, settled
from inspection.planning.plan_rules import PlanDates, PlanState, plan_due
from inspection.policy.keep_rules import keep_rules
from inspection.policy.model import RuleSet
from inspection.registry.find import published_items
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.census import Census, census
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What the planner sets otherwise than list and rule-set would: changes by item code, and items left out."""

    changes: Mapping[str, LineChange]
    left_out: Collection[str] = ()

    @property
    def codes(self) -> set[str]:
        return {*self.changes, *self.left_out}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that breaks no rule: its lines with the items they are of, and what must be said of it."""

    lines: Sequence[Line]
    items: Mapping[str, ItemFacts]
    notes: Sequence[Finding]


async def draft_plan(
    cmd: Command,
    *,
    authority: UUID,
    year: int,
    name: str | None = None,
    changes: Mapping[str, LineChange] | None = None,
    left_out: Collection[str] = (),
    revise: bool = False,
    reason: str | None = None,
) -> PlanFacts:
    """Draft the annual plan out of the published item list: one line for every item (威海 第十一、十二条).

    `changes` (by item code) sets lines otherwise than list and rule-set would; `left_out` names items without a line,
    where the rule-set does not ask for all. An item that a higher authority draws as a whole is left to it (兴隆台
    六(三)). A year that has a plan gets a new version only with `revise` and a `reason` (动态调整, 第十三条): it
    begins with the lines in force, which stay so until the new version is approved. A plan drafted after its due day
    is marked late, before the first day early; neither is refused.

    Raises:
        Conflict: `planning.plan_exists` without `revise`.
        Invalid: `planning.plan_rule_broken` with all findings; `planning.revision_reason_missing`.
        NotFound: the authority is unknown or has no rule-set today.
    """
    rules = await rules_today(cmd, authority)
    if revise and not (reason or "").strip():
        raise Invalid(ProblemCode.INVALID, "planning.revision_reason_missing", year=year)
    wish = PlanWish(changes or {}, left_out)
    former = await plan_in_force(authority, year) if revise else None
    drafted = await _checked(cmd, authority, year, rules, wish, former)
    dates = plan_due(rules, year, await load_calendar())
    async with unit_of_work():
        # The counter's row lock lets two planners draft one after the other; a roll-back leaves no gap.
        version = await authorities.next_number(f"{authority}:plan:{year}")
        await _make_room(await store.newest_plan(authority, year), revise=revise)
        plan_id = cmd.new_id()
        await store.add_plan(
            store.NewPlan(
                id=plan_id,
                authority=authority,
                year=year,
                version=version,
                name=name or f"{year}年度随机抽查工作计划",
                rule_set=rules.name,
                rule_digest=await keep_rules(cmd, rules),
                opens_on=dates.opens.day if dates.opens else None,
                due_on=dates.due.day,
                reason=(reason or "").strip() or None,
                drafted_by=cmd.actor.id,
                drafted_at=cmd.now,
            )
        )
        lines = {cmd.new_id(): (drafted.items[line.item].id, line) for line in drafted.lines}
        await store_lines.add_lines(plan_id, lines, cmd.new_id)
        made = await plan(plan_id)
        event = cmd.under(rules.name).event(EventKind.PLAN_DRAFTED, f"plan:{plan_id}", lane=None, **_told(made, dates))
        await append(replace(event, payload={**event.payload, "notes": [note.as_json() for note in drafted.notes]}))
    return made


async def _checked(
    cmd: Command, authority: UUID, year: int, rules: RuleSet, wish: PlanWish, former: PlanFacts | None
) -> Drafted:
    items = await published_items(authority)
    by_code = {item.code: item for item in items}
    counts = await census(authority, {item.code: item.object_kinds for item in items}, local_day(cmd.now))
    deployed = await deployed_above(authority, items, year, rules)
    above = {item.code: plan.number for item, plan in deployed}
    wanted = [item for item in items if item.code not in wish.left_out]
    lines = _lines(wanted, rules, year, wish, former, counts)
    # Whom a higher authority draws is left to it unless the planner asked for the line: then it is refused.
    left = {line.item for line in lines if line.item in above and line.item not in wish.changes}
    lines = await _with_lead(authority, [line for line in lines if line.item not in left])
    findings = [
        *check_plan(lines, items, rules, year, census=counts, above=taken_above(deployed, lines)),
        *await unknown_parties(lines, rules),
        *_unknown(by_code, rules, wish),
    ]
    refuse(ProblemCode.PLAN_RULE_BROKEN, "planning.plan_rule_broken", findings)
    article = rules.higher_plans.article
    notes = [finding(Fault.LEFT_TO_ABOVE, article, item=code, plan=above[code]) for code in sorted(left)]
    return Drafted(lines, by_code, [*notes, *notes_on(lines, items, rules, counts)])


def _lines(
    items: Sequence[ItemFacts],
    rules: RuleSet,
    year: int,
    wish: PlanWish,
    former: PlanFacts | None,
    counts: Census,
) -> list[Line]:
    kept = {line.item_code: line_of(line) for line in former.lines} if former else {}
    lines = []
    for item in items:
        line = kept.get(item.code)
        if line is not None:  # as it is in force, but for what the list and the registers say by now
            line = replace(line, object_text=item.object_text, content=item.content, quantity=None, base=None)
        line = wish.changes.get(item.code, LineChange()).on(line or line_for(item, rules, year))
        lines.append(settled(line, item, rules, counts))
    return lines


async def _with_lead(authority: UUID, lines: Sequence[Line]) -> list[Line]:
    """谁发起、谁牵头 (安岳 二(二)): who plans a line leads it unless another department is named."""
    own = await authorities.authority(authority)
    lead = Party(own.name, own.id) if own else None
    return [line if line.lead else replace(line, lead=lead) for line in lines]


async def _make_room(former: PlanFacts | None, *, revise: bool) -> None:
    if former is None:
        return
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


def _told(made: PlanFacts, dates: PlanDates) -> dict[str, JSON]:
    return {
        "year": made.year,
        "version": made.version,
        "reason": made.reason,
        "rule_digest": made.rule_digest,
        "opens": dates.opens.day.isoformat() if dates.opens else None,
        "due": dates.due.day.isoformat(),
        "provisional": dates.due.provisional or bool(dates.opens and dates.opens.provisional),
        "late": made.late,
        "early": made.early,
        "lines": {line.item_code: {"item": str(line.item), **fields_of(line)} for line in made.lines},
    }


def _unknown(items: Collection[str], rules: RuleSet, wish: PlanWish) -> list[Finding]:
    codes = sorted(wish.codes.difference(items))
    return [finding(Fault.ITEM_NOT_PUBLISHED, rules.plan.article, item=code) for code in codes]
