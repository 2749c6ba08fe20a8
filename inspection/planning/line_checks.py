"""What is wrong with one line of a plan: its measures (ratio, frequency, credit grades) and its departments. Pure."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from inspection.kernel.canonical import JSON
from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.plan_lines import Line, Stratum, least_frequency, least_ratio, most_frequency, most_ratio
from inspection.planning.plan_rules import percent
from inspection.policy.clauses.measure import GradeRule
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, ItemClass, PlanField
from inspection.registry.items.facts import ItemFacts

GRADES = frozenset("ABCD")


def check_measures(line: Line, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    """Ratio and frequency, of the line and of each credit grade, against list and rule-set."""
    yield from _check_ratio(line, item, rules)
    yield from _check_frequency(line, item, rules)
    yield from _check_strata(line, item, rules)


def check_joint(line: Line, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    """A joint line (部门联合, 安岳 二(二), 泉州 二(五)) has a lead and a participant, of an item that is fit for it."""
    article = rules.plan.article
    if PlanField.LEAD not in rules.plan.fields and line.joint and line.lead is None:
        yield finding(Fault.LINE_LEAD_MISSING, article, item=line.item)
    if line.joint and not line.participants:
        yield finding(Fault.LINE_PARTICIPANT_MISSING, article, item=line.item)
    if line.joint and not item.joint_eligible:
        yield finding(Fault.LINE_NOT_JOINT, article, item=line.item)
    if line.joint and DrawMode.CROSS_DEPARTMENT not in rules.draw.modes:
        yield finding(Fault.JOINT_NOT_ALLOWED, rules.draw.article, item=line.item)
    named = Counter(party.name.strip() for party in (line.lead, *line.participants) if party is not None)
    for name, count in named.items():
        if count > 1 or not name:
            yield finding(Fault.PARTY_TWICE, article, item=line.item, party=name)


def _check_ratio(line: Line, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    article, cap = rules.ratio.article, most_ratio(item, rules)
    if item.item_class is ItemClass.GENERAL and rules.items.general_needs_cap and cap is None:
        yield finding(Fault.RATIO_CAP_MISSING, rules.items.article, item=line.item)
    if line.ratio is None:
        yield finding(Fault.RATIO_MISSING, article, item=line.item)
        return
    facts = {"item": line.item, "ratio": percent(line.ratio)}
    least = least_ratio(item, rules)
    if line.ratio <= 0 and least is None:
        yield finding(Fault.RATIO_ZERO, article, **facts)
    if least is not None and line.ratio < least and not _may_lower(line, rules.ratio.adjustable, item.ratio is None):
        yield finding(Fault.RATIO_TOO_LOW, article, **facts, least=percent(least))
    if line.ratio > 1:
        yield finding(Fault.RATIO_ABOVE_ONE, article, **facts)
    if cap is not None and cap < line.ratio <= 1:
        yield finding(Fault.RATIO_ABOVE_CAP, rules.items.article, **facts, most=percent(cap))


def _check_frequency(line: Line, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    article = rules.frequency.article
    if line.frequency is None:
        yield finding(Fault.FREQUENCY_MISSING, article, item=line.item)
        return
    facts: dict[str, JSON] = {"item": line.item, "frequency": line.frequency}
    times = max(least_frequency(item, rules) or 0, 1)
    lowered = line.frequency > 0 and _may_lower(line, rules.frequency.adjustable, item.frequency is None)
    if line.frequency < times and not lowered:
        yield finding(Fault.FREQUENCY_TOO_LOW, article, **facts, least=times)
    most = most_frequency(item)
    if most is not None and line.frequency > most:
        yield finding(Fault.FREQUENCY_TOO_HIGH, article, **facts, most=most)


def _may_lower(line: Line, adjustable: bool, own_floor: bool) -> bool:
    """Whether the line may stay below a floor: only one that is the rule-set's own and adjustable, with a reason."""
    return adjustable and own_floor and bool(line.reason.strip())


def _check_strata(line: Line, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    article = rules.risk.article
    for grade, count in sorted(Counter(stratum.grade for stratum in line.strata).items()):
        if count > 1:
            yield finding(Fault.GRADE_TWICE, article, item=line.item, grade=grade)
    for stratum in line.strata:
        facts = {"item": line.item, "grade": stratum.grade, "ratio": percent(stratum.ratio)}
        if stratum.grade not in GRADES:
            yield finding(Fault.GRADE_UNKNOWN, article, item=line.item, grade=stratum.grade)
        if not 0 < stratum.ratio <= 1:
            yield finding(Fault.GRADE_RATIO_OUTSIDE, article, **facts, least="0", most="100%")
        else:
            yield from _check_grade(line, stratum, item, rules)


def _check_grade(line: Line, stratum: Stratum, item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    """The table's bounds prevail over those of the item for the grades it names; without a row the item's hold."""
    row = rules.risk.of(item.item_class, stratum.grade)
    low, high = _ratio_bounds(line, item, rules, row)
    facts = {"item": line.item, "grade": stratum.grade}
    if (low is not None and stratum.ratio < low) or (high is not None and stratum.ratio > high):
        told = {
            "ratio": percent(stratum.ratio),
            "least": percent(low or Fraction(0)),
            "most": percent(high or Fraction(1)),
        }
        yield finding(Fault.GRADE_RATIO_OUTSIDE, rules.risk.article, **facts, **told)
    fewest = max((row.frequency_minimum if row else None) or 0, 1)
    bounds = [row.frequency_maximum if row else None, most_frequency(item)]
    most = min((bound for bound in bounds if bound is not None), default=None)
    if stratum.frequency < fewest or (most is not None and stratum.frequency > most):
        told = {"frequency": str(stratum.frequency), "least": str(fewest), "most": str(most) if most else "—"}
        yield finding(Fault.GRADE_FREQUENCY_OUTSIDE, rules.risk.article, **facts, **told)


def _ratio_bounds(
    line: Line, item: ItemFacts, rules: RuleSet, row: GradeRule | None
) -> tuple[Fraction | None, Fraction | None]:
    if row is not None:
        return row.ratio_minimum, row.ratio_maximum
    lowered = _may_lower(line, rules.ratio.adjustable, item.ratio is None)
    return None if lowered else least_ratio(item, rules), most_ratio(item, rules)
