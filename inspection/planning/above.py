"""What higher authorities have planned already, so that nobody is drawn twice (兴隆台 五(五)、六(三)). Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from uuid import UUID

from inspection.planning import store_above
from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.higher_rows import same_item
from inspection.planning.plan_lines import Line
from inspection.planning.store_above import HigherPlanFacts
from inspection.policy.model import RuleSet
from inspection.registry.items.facts import ItemFacts


@dataclass(frozen=True, slots=True)
class PlannedAbove:
    """`whole`: numbers of the higher plans that draw the whole item; `codes`: object code → number of the higher plan
    by which it is drawn."""

    whole: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def number_of(self, code: str) -> str | None:
        """The number of the higher plan by which the object is drawn; None for an object that is not."""
        return self.codes.get(code) or next(iter(self.whole), None)


NOTHING_ABOVE = PlannedAbove()


async def planned_above(authority: UUID, item: ItemFacts, starts_on: date, ends_on: date) -> PlannedAbove:
    """What higher authorities draw of an item in a window. Whether it excludes anybody is the rule-set's to say
    (`higher_plans.excludes_planned_above`)."""
    plans = _of_item(item, await store_above.higher_plans(authority, starts_on, ends_on))
    number = {plan.id: plan.number for plan in plans}
    drawn = await store_above.drawn_above([plan.id for plan in plans if plan.objects])
    codes = {code: number[plan] for plan, code in drawn}
    return PlannedAbove(tuple(plan.number for plan in plans if plan.whole), MappingProxyType(codes))


async def excluded_above(
    authority: UUID, item: ItemFacts, starts_on: date, ends_on: date, rules: RuleSet
) -> PlannedAbove:
    """`planned_above` where the rule-set excludes whom a higher authority has planned; nothing elsewhere."""
    if not rules.higher_plans.excludes_planned_above:
        return NOTHING_ABOVE
    return await planned_above(authority, item, starts_on, ends_on)


async def check_above(
    authority: UUID, item: ItemFacts, starts_on: date, ends_on: date, rules: RuleSet
) -> list[Finding]:
    """What is wrong with planning or presetting an item in a window: a higher authority draws it as a whole, so the
    unit does not (兴隆台 六(三)). Empty where the rule-set does not say so."""
    above = await excluded_above(authority, item, starts_on, ends_on, rules)
    return [
        finding(Fault.DEPLOYED_ABOVE, rules.higher_plans.article, item=item.code, plan=number)
        for number in above.whole[:1]
    ]


async def deployed_above(
    authority: UUID, items: Iterable[ItemFacts], year: int, rules: RuleSet
) -> list[tuple[ItemFacts, HigherPlanFacts]]:
    """The items that a higher authority draws as a whole in some part of a year, each with that plan; empty where the
    rule-set does not exclude them. One query, however many items."""
    if not rules.higher_plans.excludes_planned_above:
        return []
    plans = await store_above.higher_plans(authority, date(year, 1, 1), date(year, 12, 31))
    whole = [plan for plan in plans if plan.whole]
    return [(item, plan) for item in items for plan in _of_item(item, whole)]


def taken_above(deployed: Iterable[tuple[ItemFacts, HigherPlanFacts]], lines: Sequence[Line]) -> dict[str, str]:
    """Item code → number of the higher plan, for the items that the plan leaves to it or of which it has a line whose
    window meets the higher plan's days."""
    by_item: dict[str, list[Line]] = {}
    for line in lines:
        by_item.setdefault(line.item, []).append(line)
    return {
        item.code: plan.number
        for item, plan in deployed
        if all(line.starts_on <= plan.ends_on and line.ends_on >= plan.starts_on for line in by_item.get(item.code, ()))
    }


def _of_item(item: ItemFacts, plans: Sequence[HigherPlanFacts]) -> list[HigherPlanFacts]:
    return [plan for plan in plans if plan.item_code == item.code or same_item(plan.item_text, item.name)]
