"""A line of the annual plan: what it says of one item, and how list and rule-set fill what the planner leaves. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil
from uuid import UUID

from inspection.policy.model import RuleSet
from inspection.policy.terms import ItemClass, Method, PlanField
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.census import Census


@dataclass(frozen=True, slots=True)
class Party:
    """A department of a line: by name, and by id where it is an authority or unit of ours."""

    name: str
    authority: UUID | None = None
    unit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """Ratio and draws a year for the objects of one credit grade (安岳 一(五))."""

    grade: str
    ratio: Fraction
    frequency: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a plan says of one item (威海 第十二条, 安岳 二(一)).

    `ratio` is the share of the base that one draw takes, `frequency` the draws in the year; None where nobody has
    stated it yet. `quantity` is the number of objects of one draw, `base` the number that the ratio is a share of; None
    where it is not known. `strata` hold for single credit grades instead of ratio and frequency. `starts_on` and
    `ends_on` are the first and last day of the window; `reason` is why a floor is not kept. `joint`: several
    departments go together (部门联合).
    """

    item: str
    object_text: str
    content: str
    methods: tuple[Method, ...]
    ratio: Fraction | None
    frequency: int | None
    starts_on: date
    ends_on: date
    note: str = ""
    quantity: int | None = None
    base: int | None = None
    strata: tuple[Stratum, ...] = ()
    lead: Party | None = None
    participants: tuple[Party, ...] = ()
    joint: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineChange:
    """What the planner sets otherwise than the list and the rule-set would; None keeps it."""

    ratio: Fraction | None = None
    frequency: int | None = None
    methods: tuple[Method, ...] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: str | None = None
    object_text: str | None = None
    content: str | None = None
    quantity: int | None = None
    strata: tuple[Stratum, ...] | None = None
    lead: Party | None = None
    participants: tuple[Party, ...] | None = None
    joint: bool | None = None
    reason: str | None = None

    def on(self, line: Line) -> Line:
        """The line with these changes. Another ratio or frequency lets go of the number and the grades that followed
        from the former one."""
        given = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) is not None}
        measured = self.ratio is not None or self.frequency is not None
        if measured and self.strata is None:
            given["strata"] = ()
        if self.quantity is None and (measured or self.strata is not None):
            given["quantity"] = None
        if self.quantity is not None and self.ratio is None:
            given["ratio"] = None
        if self.participants and self.joint is None:
            given["joint"] = True
        return replace(line, **given)


def least_ratio(item: ItemFacts, rules: RuleSet) -> Fraction | None:
    """What the list states for the item, else the rule-set's minimum (威海 第六条: a law's own ratio prevails), which
    gives way to an upper bound of the list below it. None where neither states one: the planner must.
    """
    if item.ratio is not None or rules.ratio.minimum is None:
        return item.ratio
    own = most_ratio(item, rules) if item.ratio_bound.most is not None else None
    return rules.ratio.minimum if own is None else min(rules.ratio.minimum, own)


def least_frequency(item: ItemFacts, rules: RuleSet) -> int | None:
    """What the list states for the item, else the rule-set's minimum, which gives way to an upper bound of the list
    below it; None where neither states one."""
    least = rules.frequency.minimum_per_year
    if item.frequency is not None or least is None:
        return item.frequency
    most = most_frequency(item)
    return least if most is None else min(least, most)


def most_ratio(item: ItemFacts, rules: RuleSet) -> Fraction | None:
    """The upper bound of an item's ratio; None without one. A key item has none (安岳 一(三)).

    A general item's bound is the list's, and the highest that the rule-set allows. A plain figure of the list ("5%")
    binds upwards only where the rule-set asks for an upper bound; elsewhere it is what is drawn at least.
    """
    if item.item_class is ItemClass.KEY:
        return None
    own = item.ratio_bound.most
    if own is not None and own == item.ratio_bound.least and not rules.items.general_needs_cap:
        own = None
    bounds = [bound for bound in (own, rules.items.general_ratio_cap) if bound is not None]
    return min(bounds) if bounds else None


def most_frequency(item: ItemFacts) -> int | None:
    """The most draws a year that the list allows ("每年不超过2次"); None without a bound of its own above the least.

    How often one and the same object may be inspected is no bound of the draws: the ledger of visits keeps it.
    """
    bound = item.frequency_bound
    if bound.most is None or bound.most == bound.least or bound.one_object:
        return None
    return bound.most_per_year


def line_for(item: ItemFacts, rules: RuleSet, year: int) -> Line:
    """The plan line that the list and the rule-set give by themselves: least ratio and frequency, the whole year.

    Where nobody states a frequency and the plan of this rule-set need not, the item is drawn once.
    """
    methods = tuple(method for method in item.methods if method in rules.method.allowed)
    unasked = None if PlanField.FREQUENCY in rules.plan.fields else 1
    frequency = least_frequency(item, rules)
    return Line(
        item=item.code,
        object_text=item.object_text,
        content=item.content,
        methods=methods or rules.method.allowed[:1],
        ratio=least_ratio(item, rules),
        frequency=unasked if frequency is None else frequency,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
    )


def settled(line: Line, item: ItemFacts, rules: RuleSet, census: Census | None = None) -> Line:
    """The line with what follows from its ratio: the grades' own ratios by the rule-set's table, base and number.

    A number without a ratio gives the ratio, when the base is known.
    """
    grades = census.of(line.item, rules.ratio.base) if census else {}
    base = sum(grades.values()) or line.base
    if line.ratio is None:
        counted = base and line.quantity is not None
        line = replace(line, ratio=Fraction(line.quantity or 0, base) if counted else least_ratio(item, rules))
    line = _with_strata(replace(line, base=base), item, rules)
    if line.quantity is None:
        line = replace(line, quantity=quantity_of(line, grades))
    return line


def quantity_of(line: Line, grades: Mapping[str, int]) -> int | None:
    """How many objects one draw takes: of each grade its share, rounded up. None when it cannot be computed."""
    if line.ratio is None or not sum(grades.values()):
        return None
    shares = {stratum.grade: stratum.ratio for stratum in line.strata}
    rest = sum(count for grade, count in grades.items() if grade not in shares)
    return sum(ceil(ratio * grades.get(grade, 0)) for grade, ratio in shares.items()) + ceil(line.ratio * rest)


def _with_strata(line: Line, item: ItemFacts, rules: RuleSet) -> Line:
    """A grade of the rule-set's table that the line does not name gets the line's own ratio, moved within the table's
    bounds."""
    if line.ratio is None or line.frequency is None:
        return line
    named = {stratum.grade for stratum in line.strata}
    fresh = [
        Stratum(
            rule.grade,
            _within(line.ratio, rule.ratio_minimum, rule.ratio_maximum),
            int(_within(Fraction(line.frequency), rule.frequency_minimum, rule.frequency_maximum)),
        )
        for rule in rules.risk.differentiated
        if rule.item_class is item.item_class and rule.grade not in named
    ]
    strata = sorted([*line.strata, *fresh], key=lambda stratum: stratum.grade)
    return replace(line, strata=tuple(strata))


def _within(value: Fraction, low: Fraction | int | None, high: Fraction | int | None) -> Fraction:
    value = value if low is None else max(value, Fraction(low))
    return value if high is None else min(value, Fraction(high))
