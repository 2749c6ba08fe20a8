"""Rules of the annual plan (威海 第十一至十三条 and their like): pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from inspection.kernel.calendar import DueDate, WorkCalendar
from inspection.planning.finding import Fault, Finding, finding
from inspection.policy.model import RuleSet
from inspection.policy.terms import Method
from inspection.registry.items.facts import ItemFacts


class PlanState(StrEnum):
    """Where a plan stands. A plan that a newer version has replaced is superseded, never changed."""

    DRAFTED = "drafted"
    RETURNED = "returned"
    APPROVED = "approved"
    FILED = "filed"
    SUPERSEDED = "superseded"


IN_FORCE = frozenset({PlanState.APPROVED, PlanState.FILED})

# Who may follow whom; nothing leads out of SUPERSEDED.
STEPS: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFTED: frozenset({PlanState.APPROVED, PlanState.RETURNED, PlanState.SUPERSEDED}),
    PlanState.RETURNED: frozenset({PlanState.SUPERSEDED}),
    PlanState.APPROVED: frozenset({PlanState.FILED, PlanState.SUPERSEDED}),
    PlanState.FILED: frozenset({PlanState.SUPERSEDED}),
    PlanState.SUPERSEDED: frozenset(),
}


_FIELD_WORDS: Mapping[str, str] = {
    "object": "抽查对象/object",
    "content": "抽查内容/content",
    "method": "抽查方式/method",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a plan says of one item: object, content, method, ratio, frequency, time (威海 第十二条).

    `frequency` is draws in the year; `starts_on` and `ends_on` are the first and last day of the window.
    """

    item: str
    object_text: str
    content: str
    methods: tuple[Method, ...]
    ratio: Fraction
    frequency: int
    starts_on: date
    ends_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class LineChange:
    """What the planner sets otherwise than the list and the rule-set would; None keeps it."""

    ratio: Fraction | None = None
    frequency: int | None = None
    methods: tuple[Method, ...] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: str | None = None

    def on(self, line: Line) -> Line:
        """The line with these changes."""
        given = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) is not None}
        return replace(line, **given)


@dataclass(frozen=True, slots=True)
class PlanDates:
    """When the plan of a year is made: from `opens` (None: any time) until `due`, both included."""

    opens: DueDate | None
    due: DueDate


def plan_due(rules: RuleSet, year: int, calendar: WorkCalendar) -> PlanDates:
    """When the plan of `year` is made (威海 第十一条: until 10 January; 安岳 二(一): until 31 January; 兴隆台 六(二): in the
    last 30 working days of the year before).
    """
    rule = rules.plan.due
    due = date(year - 1 if rule.in_year_before else year, rule.month, rule.day)
    opens = (
        calendar.add_working_days(date(year - 1, 12, 31), -rule.opens_working_days_before)
        if rule.opens_working_days_before
        else None
    )
    return PlanDates(opens, DueDate(due, provisional=False))


def least_ratio(item: ItemFacts, rules: RuleSet) -> Fraction | None:
    """What the list states for the item, else the rule-set's minimum (威海 第六条: a law's own ratio prevails).

    None where neither states one: the planner must.
    """
    return item.ratio if item.ratio is not None else rules.ratio.minimum


def least_frequency(item: ItemFacts, rules: RuleSet) -> int | None:
    """What the list states for the item, else the rule-set's minimum; None where neither states one."""
    return item.frequency if item.frequency is not None else rules.frequency.minimum_per_year


def line_for(item: ItemFacts, rules: RuleSet, year: int) -> Line:
    """The plan line that the list and the rule-set give by themselves: least ratio and frequency, the whole year."""
    methods = tuple(method for method in item.methods if method in rules.method.allowed)
    return Line(
        item=item.code,
        object_text=item.object_text,
        content=item.content,
        methods=methods or rules.method.allowed[:1],
        ratio=least_ratio(item, rules),
        frequency=least_frequency(item, rules),
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
    )


def check_plan(lines: Sequence[Line], items: Sequence[ItemFacts], rules: RuleSet, year: int) -> list[Finding]:
    """Everything wrong with a plan against the published list `items`; empty when it may be approved."""
    by_code = {item.code: item for item in items}
    named = Counter(line.item for line in lines)
    article = rules.plan.article
    found: list[Finding] = []
    if not items:
        found.append(finding(Fault.LIST_EMPTY, article))
    if rules.plan.covers_all_items:
        found += [finding(Fault.ITEM_NOT_COVERED, article, item=code) for code in sorted(by_code.keys() - named.keys())]
    found += [finding(Fault.ITEM_TWICE, article, item=code) for code, count in sorted(named.items()) if count > 1]
    for line in lines:
        if line.item in by_code:
            found += _check_line(line, by_code[line.item], rules, year)
        else:
            found.append(finding(Fault.ITEM_NOT_PUBLISHED, article, item=line.item))
    return found


def _check_line(line: Line, item: ItemFacts, rules: RuleSet, year: int) -> Iterator[Finding]:
    article = rules.plan.article
    told = {"object": line.object_text, "content": line.content, "method": line.methods}
    for name, word in _FIELD_WORDS.items():
        if name in rules.plan.fields and not told[name]:
            yield finding(Fault.FIELD_EMPTY, article, item=line.item, field=word)
    for method in line.methods:
        if method not in rules.method.allowed:
            yield finding(Fault.METHOD_NOT_ALLOWED, rules.method.article, item=line.item, method=method.value)
    least = least_ratio(item, rules)
    if line.ratio < least:
        facts = {"item": line.item, "ratio": percent(line.ratio), "least": percent(least)}
        yield finding(Fault.RATIO_TOO_LOW, rules.ratio.article, **facts)
    if line.ratio > 1:
        yield finding(Fault.RATIO_ABOVE_ONE, rules.ratio.article, item=line.item, ratio=percent(line.ratio))
    times = least_frequency(item, rules)
    if line.frequency < times:
        yield finding(
            Fault.FREQUENCY_TOO_LOW, rules.frequency.article, item=line.item, frequency=line.frequency, least=times
        )
    yield from _check_window(line, article, year)


def _check_window(line: Line, article: str, year: int) -> Iterator[Finding]:
    days = {"item": line.item, "first": line.starts_on.isoformat(), "last": line.ends_on.isoformat()}
    if line.ends_on < line.starts_on:
        yield finding(Fault.WINDOW_REVERSED, article, **days)
    if line.starts_on.year != year or line.ends_on.year != year:
        yield finding(Fault.WINDOW_OUTSIDE_YEAR, article, **days, year=year)


def percent(ratio: Fraction) -> str:
    """A ratio as people read it: 1/20 → "5%", 1/3 → "1/3"."""
    hundredfold = ratio * 10000
    if hundredfold.denominator != 1:
        return str(ratio)
    whole, rest = divmod(int(hundredfold), 100)
    return f"{whole}%" if not rest else f"{whole}.{rest:02d}".rstrip("0") + "%"
