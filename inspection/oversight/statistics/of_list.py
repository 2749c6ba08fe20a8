"""The figures of the list, the plan and the register: what there is to inspect, and what of it was."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from inspection.oversight.statistics import rates, store_draws, store_visits
from inspection.oversight.statistics.figures import (
    Counted,
    CoverageFigures,
    HighRatio,
    ListFigures,
    Named,
    PlanFigures,
    rate,
)
from inspection.oversight.statistics.spans import Span
from inspection.oversight.statistics.store_draws import DrawnTask
from inspection.oversight.statistics.store_visits import Held
from inspection.planning import find as planning
from inspection.planning.facts import PlanLineFacts
from inspection.policy.model import RuleSet
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.ratios import percent
from inspection.registry.items.statistics import Concern, item_statistics
from inspection.registry.objects.census import census


async def plan_lines(authority: UUID, asked: Span) -> tuple[PlanLineFacts, ...]:
    """The lines of the plans in force of all years that the span touches."""
    plans = [await planning.plan_in_force(authority, year) for year in asked.years]
    return tuple(line for plan in plans if plan is not None for line in plan.lines)


async def plan_figures(
    authority: UUID, asked: Span, lines: Sequence[PlanLineFacts], drawn: Sequence[DrawnTask]
) -> PlanFigures:
    """The plan against the draws."""
    planned, taken = rates.planned(lines, asked), sum(one.drawn for one in drawn)
    outside = await store_draws.outside(authority, asked)
    return PlanFigures(
        planned=planned,
        base=await store_draws.frames(authority, asked),
        drawn=taken,
        fulfilled=rate(taken, planned),
        tasks=len({one.task for one in drawn}) + outside,
        outside=outside,
    )


def list_figures(
    items: Sequence[ItemFacts], lines: Sequence[PlanLineFacts], visited: Mapping[str, int], rules: RuleSet
) -> ListFigures:
    """The list under the rule-set, and what of it is planned and executed. Pure."""
    told = item_statistics(items, rules)
    codes = {item.code for item in items}
    over = sum(len(one.items) for one in told.cautions if one.concern is Concern.GENERAL_ABOVE_CAP)
    return ListFigures(
        items=told.total,
        key=rate(told.key, told.total),
        highest=tuple(HighRatio(one.code, one.name, percent(one.ratio)) for one in told.highest),
        over_cap=over,
        cautions=tuple(Counted(one.concern.value, len(one.items)) for one in told.cautions),
        planned=rate(len(codes & {line.item_code for line in lines}), len(codes)),
        executed=rate(len(codes & visited.keys()), len(codes)),
        unexecuted=tuple(sorted(codes - visited.keys())),
    )


async def covered(
    authority: UUID, items: Sequence[ItemFacts], visited: Mapping[str, int], held: Sequence[Held], today: date
) -> CoverageFigures:
    """Who was visited of those who stand in the register today."""
    there = await census(authority, {item.code: item.object_kinds for item in items}, today)
    by_item = [
        Named(item.code, item.name, rate(visited.get(item.code, 0), sum(there.registers.get(item.code, {}).values())))
        for item in items
    ]
    return rates.coverage(held, await store_visits.register(authority), by_item)
