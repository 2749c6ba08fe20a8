"""The figures of the list, the plan and the register: what there is to inspect, and what of it was."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from inspection.oversight.statistics import rates, store_draws
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
from inspection.registry.objects import store_census, store_registers
from inspection.registry.objects.census import CLOSED, counted
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.store import read_texts
from inspection.registry.objects.store_census import Alike, Group


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
    """Who was visited of those who stand in the register today, by item of those whom its directory holds."""
    register = await store_census.groups(authority)
    there = await _registers(authority, items, register, today)
    by_item = [Named(one.code, one.name, rate(visited.get(one.code, 0), there.get(one.code, 0))) for one in items]
    return rates.coverage(held, register, by_item)


async def _registers(
    authority: UUID, items: Sequence[ItemFacts], register: Sequence[Group], today: date
) -> dict[str, int]:
    """By item, how many objects its directory holds; one that is in it by its kind and by a special register is one."""
    wanted = {item.code: item.object_kinds for item in items}
    words = {word for kinds in wanted.values() for word in kinds}
    named = await store_registers.named(authority, words) if words else {}
    inside = await store_census.members(named, CLOSED, today)
    alike = [
        Alike(ObjectKind(one.kind), read_texts(one.trades), one.grade, one.objects)
        for one in register
        if ObjectStatus(one.status) not in CLOSED
    ]
    told = counted(alike, [(one, named[one.register]) for one in inside], wanted)
    return {code: sum(grades.values()) for code, grades in told.registers.items()}
