"""What is wrong with an annual plan, and what must be said of one that is not: against the published list and the
rule-set (威海 第六、十一、十二条, 安岳 一(三)、一(五)、二(一), 泉州 二(三)1 and their like). Pure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from inspection.kernel.canonical import JSON
from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.line_checks import check_joint, check_measures
from inspection.planning.plan_lines import Line, least_frequency, least_ratio, quantity_of
from inspection.planning.plan_rules import percent
from inspection.policy.model import RuleSet
from inspection.policy.terms import PlanField
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.census import Census

_FIELD_WORDS: Mapping[PlanField, str] = {
    PlanField.OBJECT: "检查对象/object",
    PlanField.CONTENT: "抽查内容/content",
    PlanField.METHOD: "检查方式/method",
    PlanField.QUANTITY: "抽查数量/quantity",
    PlanField.LEAD: "牵头部门/lead department",
}


def check_plan(
    lines: Sequence[Line],
    items: Sequence[ItemFacts],
    rules: RuleSet,
    year: int,
    *,
    census: Census | None = None,
    above: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Everything wrong with a plan against the published list `items`; empty when it may be approved.

    `above`: item code → number of the higher plan by which a higher authority draws the whole item in the line's
    window (兴隆台 六(三): then the unit does not draw it again); such an item need not be covered.
    """
    by_code = {item.code: item for item in items}
    named = Counter(line.item for line in lines)
    article = rules.plan.article
    taken = above or {}
    found: list[Finding] = []
    if not items:
        found.append(finding(Fault.LIST_EMPTY, article))
    if rules.plan.covers_all_items:
        missing = sorted(by_code.keys() - named.keys() - taken.keys())
        found += [finding(Fault.ITEM_NOT_COVERED, article, item=code) for code in missing]
    found += [finding(Fault.ITEM_TWICE, article, item=code) for code, count in sorted(named.items()) if count > 1]
    for line in lines:
        if line.item not in by_code:
            found.append(finding(Fault.ITEM_NOT_PUBLISHED, article, item=line.item))
            continue
        found += _check_line(line, by_code[line.item], rules, year)
        found += _check_quantity(line, rules, census)
        if line.item in taken:
            facts = {"item": line.item, "plan": taken[line.item]}
            found.append(finding(Fault.DEPLOYED_ABOVE, rules.higher_plans.article, **facts))
    return found


def notes_on(
    lines: Sequence[Line], items: Sequence[ItemFacts], rules: RuleSet, census: Census | None = None
) -> list[Finding]:
    """What a plan that may be approved must not hide: floors not kept with a reason, and more visits than the cap on
    visits allows (the cap wins, the shortfall is reported)."""
    by_code = {item.code: item for item in items}
    found: list[Finding] = []
    for line in lines:
        if line.item in by_code:
            found += _lowered(line, by_code[line.item], rules)
    return [*found, *_shortfalls(lines, rules, census)]


def gaps(lines: Mapping[str, object], items: Sequence[ItemFacts], rules: RuleSet) -> list[Finding]:
    """How the published list has left the plan behind. `lines`: item code → id of the version that was planned.

    A new item is a gap only where the plan covers the whole list (威海 第十二条).
    """
    article = rules.plan.article
    listed = {item.code: item for item in items}
    fresh = sorted(listed.keys() - lines.keys()) if rules.plan.covers_all_items else []
    changed = sorted(code for code in listed.keys() & lines.keys() if listed[code].id != lines[code])
    return [
        *(finding(Fault.ITEM_NOT_COVERED, article, item=code) for code in fresh),
        *(finding(Fault.ITEM_CHANGED, article, item=code, version=listed[code].version) for code in changed),
        *(finding(Fault.ITEM_WITHDRAWN, article, item=code) for code in sorted(lines.keys() - listed.keys())),
    ]


def _check_line(line: Line, item: ItemFacts, rules: RuleSet, year: int) -> Iterator[Finding]:
    told = {
        PlanField.OBJECT: line.object_text.strip(),
        PlanField.CONTENT: line.content.strip(),
        PlanField.METHOD: line.methods,
        PlanField.QUANTITY: line.quantity is not None,
        PlanField.LEAD: line.lead,
    }
    for name, word in _FIELD_WORDS.items():
        if name in rules.plan.fields and not told[name]:
            yield finding(Fault.FIELD_EMPTY, rules.plan.article, item=line.item, field=word)
    for method in line.methods:
        if method not in rules.method.allowed:
            yield finding(Fault.METHOD_NOT_ALLOWED, rules.method.article, item=line.item, method=method.value)
    yield from check_measures(line, item, rules)
    yield from check_joint(line, item, rules)
    yield from _check_window(line, rules.plan.article, year)


def _check_quantity(line: Line, rules: RuleSet, census: Census | None) -> Iterator[Finding]:
    """抽查比例 and 抽查数量 say the same of a known base."""
    if line.quantity is None:
        return
    facts: dict[str, JSON] = {"item": line.item, "quantity": line.quantity}
    if line.base is not None and line.quantity > line.base:
        yield finding(Fault.QUANTITY_ABOVE_BASE, rules.plan.article, **facts, base=line.base)
    expected = quantity_of(line, census.of(line.item, rules.ratio.base)) if census else None
    if expected is None and line.base is not None and not line.strata:
        expected = quantity_of(line, {"": line.base})
    if expected is not None and expected != line.quantity:
        yield finding(Fault.QUANTITY_DIFFERS, rules.plan.article, **facts, expected=expected, base=line.base)


def _check_window(line: Line, article: str, year: int) -> Iterator[Finding]:
    days = {"item": line.item, "first": line.starts_on.isoformat(), "last": line.ends_on.isoformat()}
    if line.ends_on < line.starts_on:
        yield finding(Fault.WINDOW_REVERSED, article, **days)
    if line.starts_on.year != year or line.ends_on.year != year:
        yield finding(Fault.WINDOW_OUTSIDE_YEAR, article, **days, year=year)


def _lowered(line: Line, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    least, times = least_ratio(item, rules), least_frequency(item, rules)
    if line.ratio is not None and least is not None and line.ratio < least:
        facts = {"item": line.item, "ratio": percent(line.ratio), "least": percent(least), "reason": line.reason}
        yield finding(Fault.RATIO_LOWERED, rules.ratio.article, **facts)
    if line.frequency is not None and times is not None and line.frequency < times:
        told: dict[str, JSON] = {"item": line.item, "frequency": line.frequency, "least": times, "reason": line.reason}
        yield finding(Fault.FREQUENCY_LOWERED, rules.frequency.article, **told)


def _shortfalls(lines: Sequence[Line], rules: RuleSet, census: Census | None) -> Iterator[Finding]:
    """Visits that the plan asks of the objects in the year, against those that the cap lets them bear. Objects without
    a cap and visits that are merged make it less; it is reported as if there were none."""
    cap = rules.visit_cap.maximum
    if cap is None or census is None:
        return
    needed = 0
    for line in lines:
        visits = _visits(line, census.of(line.item, rules.ratio.base))
        needed += visits
        able = cap * sum(census.registers.get(line.item, {}).values())
        if able and visits > able:
            facts: dict[str, JSON] = {
                "item": line.item,
                "needed": visits,
                "able": able,
                "short": visits - able,
                "cap": cap,
            }
            yield finding(Fault.ITEM_OVER_CAP, rules.visit_cap.article, **facts)
    able = cap * census.objects
    if able and needed > able:
        told: dict[str, JSON] = {
            "needed": needed,
            "able": able,
            "short": needed - able,
            "cap": cap,
            "objects": census.objects,
        }
        yield finding(Fault.VISITS_OVER_CAP, rules.visit_cap.article, **told)


def _visits(line: Line, grades: Mapping[str, int]) -> int:
    """How many visits the line asks for in the year."""
    if not sum(grades.values()):
        return (line.quantity or 0) * (line.frequency or 0)
    own = {stratum.grade: stratum for stratum in line.strata}
    rest = sum(count for grade, count in grades.items() if grade not in own)
    visits = _share(line.ratio, rest) * (line.frequency or 0)
    return visits + sum(_share(one.ratio, grades.get(grade, 0)) * one.frequency for grade, one in own.items())


def _share(ratio: Fraction | None, count: int) -> int:
    return -(-(ratio or Fraction(0)) * count // 1) if count else 0
