"""A plan as it would be drafted: out of list, rule-set, the plan in force and what the planner wishes. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.planning import store
from inspection.planning.above import deployed_above, taken_above
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan_in_force
from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.parties import unknown_parties
from inspection.planning.plan_checks import check_plan, notes_on
from inspection.planning.plan_diff import line_of
from inspection.planning.plan_lines import Line, LineChange, Party, line_for, settled
from inspection.planning.plan_rules import PlanState
from inspection.planning.store_lines import omissions_of
from inspection.policy.model import RuleSet
from inspection.registry.find import published_items
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.census import Census, census


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What the planner sets otherwise than list and rule-set would: changes by item code, and items left out."""

    changes: Mapping[str, LineChange]
    left_out: Collection[str] = ()

    @property
    def codes(self) -> set[str]:
        return {*self.changes, *self.left_out}


@dataclass(frozen=True, slots=True)
class PlanSketch:
    """What would be drafted. `items`: the published list by code; `above`: item code → number of the higher plan that
    the item is left to; `findings`: what a draft is refused for; `notes`: what must be said all the same.
    """

    lines: Sequence[Line]
    items: Mapping[str, ItemFacts]
    above: Mapping[str, str]
    findings: Sequence[Finding]
    notes: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class PlanYear:
    """Where the plan of a year stands before it is drafted. `in_force`: what a revision begins with; `newest`: the
    highest version, whatever its state; `why`: what `begun` says of items that it leaves out, by item code."""

    newest: PlanFacts | None
    in_force: PlanFacts | None
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def revises(self) -> bool:
        """Whether a draft is a revision, for which a reason is given: one version is in force, or waits."""
        return self.in_force is not None or (self.newest is not None and self.newest.state is PlanState.DRAFTED)

    @property
    def begun(self) -> PlanFacts | None:
        """The version that somebody goes on with: a draft that waits or was sent back, else the one in force."""
        waiting = {PlanState.DRAFTED, PlanState.RETURNED}
        return self.newest if self.newest is not None and self.newest.state in waiting else self.in_force


async def plan_year(authority: UUID, year: int) -> PlanYear:
    """The versions that a draft of a year has to do with."""
    there = PlanYear(await store.newest_plan(authority, year), await plan_in_force(authority, year))
    return replace(there, why=await omissions_of(there.begun.id)) if there.begun else there


async def sketch_plan(
    authority: UUID,
    year: int,
    rules: RuleSet,
    wish: PlanWish,
    former: PlanFacts | None = None,
    *,
    counted_on: date | None,
) -> PlanSketch:
    """What would be drafted of a year. `former`: the plan in force, where it is revised.

    `counted_on`: the day on which the registers are counted, in one pass; None leaves numbers and the cap on visits
    unsaid.
    """
    items = await published_items(authority)
    counts = None
    if counted_on is not None:
        counts = await census(authority, {item.code: item.object_kinds for item in items}, counted_on)
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
        *_unknown({item.code for item in items}, rules, wish),
    ]
    article = rules.higher_plans.article
    notes = [finding(Fault.LEFT_TO_ABOVE, article, item=code, plan=above[code]) for code in sorted(left)]
    return PlanSketch(
        lines,
        {item.code: item for item in items},
        {code: above[code] for code in sorted(left)},
        findings,
        [*notes, *notes_on(lines, items, rules, counts)],
    )


def _lines(
    items: Sequence[ItemFacts],
    rules: RuleSet,
    year: int,
    wish: PlanWish,
    former: PlanFacts | None,
    counts: Census | None,
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


def _unknown(items: Collection[str], rules: RuleSet, wish: PlanWish) -> list[Finding]:
    codes = sorted(wish.codes.difference(items))
    return [finding(Fault.ITEM_NOT_PUBLISHED, rules.plan.article, item=code) for code in codes]
