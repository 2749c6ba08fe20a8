"""A plan held against the list, the registers and the higher plans as they are on a day. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar import load_calendar
from inspection.kernel.errors import NotFound
from inspection.planning import store
from inspection.planning.above import deployed_above, taken_above
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan
from inspection.planning.finding import Finding
from inspection.planning.plan_checks import check_plan, gaps, notes_on
from inspection.planning.plan_diff import PlanDiff, differences, line_of
from inspection.planning.plan_rules import DutyState, PlanDuty, plan_due, plan_duty
from inspection.planning.store_lines import omissions_of
from inspection.policy.load import rule_set, rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import ItemClass
from inspection.registry.find import published_items
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.census import census


@dataclass(frozen=True, slots=True)
class PlanReview:
    """`findings`: what bars an approval; `notes`: what must be said all the same (floors not kept, more visits than
    the cap allows); `gaps`: how the published list has left the plan behind since it was drafted; `objects`: how many
    different objects the registers of the items hold; `items`: how many of the listed items are general and key
    (安岳 一(三): their number and ratios are to be kept small)."""

    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    gaps: tuple[Finding, ...]
    objects: int
    items: dict[ItemClass, int]

    @property
    def complete(self) -> bool:
        """Whether the plan still says what the list says."""
        return not self.gaps


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A published item that a plan has no line of. `above`: the number of the higher plan that draws it as a whole;
    `reason`: what the planner said of it, empty for nothing.
    """

    item: UUID
    code: str
    name: str
    above: str | None
    reason: str


async def review(found: PlanFacts, on: date) -> PlanReview:
    """Everything there is to say of a plan on a day, by the rule-set that it was drafted under."""
    rules = rule_set_named(found.rule_set)
    items = await published_items(found.authority)
    counts = await census(found.authority, {item.code: item.object_kinds for item in items}, on)
    return PlanReview(
        tuple(await _findings(found, items, rules)),
        tuple(notes_on([line_of(line) for line in found.lines], items, rules, counts)),
        tuple(gaps({line.item_code: line.item for line in found.lines}, items, rules)),
        counts.objects,
        dict(Counter(item.item_class for item in items)),
    )


async def bars(found: PlanFacts) -> list[Finding]:
    """What bars an approval of the plan, as list and higher plans stand now."""
    return await _findings(found, await published_items(found.authority), rule_set_named(found.rule_set))


async def _findings(found: PlanFacts, items: Sequence[ItemFacts], rules: RuleSet) -> list[Finding]:
    lines = [line_of(line) for line in found.lines]
    above = taken_above(await deployed_above(found.authority, items, found.year, rules), lines)
    # Without a census: number and base are those of the day on which the plan was drafted; the registers move on.
    return check_plan(lines, items, rules, found.year, above=above)


async def plan_gaps(found: PlanFacts) -> tuple[Finding, ...]:
    """How the published list has left the plan behind since the draft; empty for a complete one (威海 第十二条)."""
    rules = rule_set_named(found.rule_set)
    items = await published_items(found.authority)
    return tuple(gaps({line.item_code: line.item for line in found.lines}, items, rules))


async def left_out(found: PlanFacts) -> list[LeftOut]:
    """The items of the published list that the plan has no line of, each with the higher plan that it is left to and
    what the planner said of it.
    """
    items = await published_items(found.authority)
    there = {line.item_code for line in found.lines}
    missing = [item for item in items if item.code not in there]
    if not missing:
        return []
    deployed = await deployed_above(found.authority, missing, found.year, rule_set_named(found.rule_set))
    above = {item.code: plan.number for item, plan in deployed}
    why = await omissions_of(found.id)
    return [LeftOut(item.id, item.code, item.name, above.get(item.code), why.get(item.code, "")) for item in missing]


async def plan_changes(newer: PlanFacts, older: UUID | None = None) -> PlanDiff:
    """What a version changes of an older one (the one before it, when none is named); all lines are new in the first.

    Raises:
        NotFound: `planning.plan_unknown`.
    """
    if older is not None:
        return differences(await plan(older), newer)
    versions = await store.plans(newer.authority, newer.year)
    before = next((one for one in versions if one.version < newer.version), None)
    return (
        differences(before, newer)
        if before
        else PlanDiff(newer.id, newer.id, newer.reason, tuple(line.item_code for line in newer.lines), (), {})
    )


async def plan_duties(on: date, authority: UUID | None = None, *, every: bool = False) -> list[PlanDuty]:
    """How the plans of this year and the next stand on a day, for one authority or for all: those that are to be made,
    overdue, outgrown by the list or not published yet; with `every` those that are done as well."""
    years = (on.year, on.year + 1)
    calendar = await load_calendar()
    heads = await store.plan_heads(years)
    found = []
    for row in await authorities.authorities():
        if authority not in {None, row.id}:
            continue
        rules = _rules_on(row.rule_set, on)
        if rules is None:
            continue
        for year in years:
            mine = [head for head in heads if (head.authority, head.year) == (row.id, year)]
            duty = plan_duty(row.id, rules, year, mine, plan_due(rules, year, calendar), on)
            duty = await _with_gaps(duty) if duty is not None else None
            if duty is not None and (every or duty.state is not DutyState.DONE):
                found.append(duty)
    return found


async def _with_gaps(duty: PlanDuty) -> PlanDuty:
    """A plan in force that the list has left behind is not done."""
    if duty.plan is None or duty.state not in {DutyState.DONE, DutyState.UNPUBLISHED}:
        return duty
    missing = await plan_gaps(await plan(duty.plan))
    return replace(duty, state=DutyState.INCOMPLETE, gaps=missing) if missing else duty


def _rules_on(code: str, on: date) -> RuleSet | None:
    """None for an authority whose rule-set is not in force on the day: nothing is due by it."""
    try:
        return rule_set(code, on)
    except NotFound:
        return None
