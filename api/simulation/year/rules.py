"""What clauses ask beyond a line being there: days kept, order, numbers. Each gives the lines that it rests on."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, cast

from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.journal.kinds import JournalEntry
from inspection.policy.model import RuleSet


class Unseen(Exception):
    """What a rule looked for and did not find."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A year as it is looked back at: journal in the order of time, rule-set, calendar, what routes told."""

    lines: Sequence[JournalEntry]
    rules: RuleSet
    calendar: WorkCalendar
    found: Mapping[str, Any]

    def of(self, kind: str) -> list[JournalEntry]:
        """All lines of a kind.

        Raises:
            Unseen: there is none.
        """
        there = [line for line in self.lines if line.kind.value == kind]
        if not there:
            raise Unseen(kind)
        return there


Rule = Callable[..., list[JournalEntry]]


def within(
    seen: Seen, first: str, then: str, *, working_days: int = 0, days: int = 0, by: str = ""
) -> list[JournalEntry]:
    """Every line of `then` follows the newest line of `first` before it on its stream (or, with `by`, with the same
    value of this member) in so many working days or days.
    """
    starts: dict[str, JournalEntry] = {}
    found: list[JournalEntry] = []
    for line in seen.lines:
        key = str(line.payload.get(by)) if by else line.stream
        if line.kind.value == first:
            starts[key] = line
        elif line.kind.value == then and key in starts:
            last = _last(seen, local_day(starts[key].at), working_days, days)
            if local_day(line.at) > last:
                raise Unseen(f"{line.stream} {then} {local_day(line.at)} > {last}")
            found += [starts[key], line]
    if not found:
        raise Unseen(f"{first} → {then}")
    return found


def _last(seen: Seen, day: date, working_days: int, days: int) -> date:
    return seen.calendar.add_working_days(day, working_days).day if working_days else day + timedelta(days=days)


def before(seen: Seen, first: str, then: str) -> list[JournalEntry]:
    """The first line of `first` comes before every line of `then`."""
    one, others = seen.of(first)[0], seen.of(then)
    if one.at > others[0].at:
        raise Unseen(f"{then} before {first}")
    return [one, others[0]]


def in_last_working_days(seen: Seen, kind: str, year: int, working_days: int) -> list[JournalEntry]:
    """The line falls into the last working days of the year before."""
    opens = seen.calendar.add_working_days(date(year - 1, 12, 31), -working_days).day
    line = seen.of(kind)[0]
    if not opens <= local_day(line.at) <= date(year - 1, 12, 31):
        raise Unseen(f"{kind} on {local_day(line.at)}")
    return [line]


def until(seen: Seen, kind: str, last: str) -> list[JournalEntry]:
    """The first line of the kind is on this day (ISO) or before."""
    line = seen.of(kind)[0]
    if local_day(line.at) > date.fromisoformat(last):
        raise Unseen(f"{kind} on {local_day(line.at)}")
    return [line]


def in_order(seen: Seen, kinds: Sequence[str]) -> list[JournalEntry]:
    """The first line of each kind comes after the first of the kind before it."""
    firsts = [seen.of(kind)[0] for kind in kinds]
    for one, after in pairwise(firsts):
        if one.at > after.at:
            raise Unseen(f"{after.kind.value} before {one.kind.value}")
    return firsts


def plan_lines(seen: Seen, ratio: str = "", frequency: int = 0, most: str = "") -> list[JournalEntry]:
    """Every line of the year's first plan has at least this ratio and frequency, and at most this ratio."""
    drafted = seen.of("plan.drafted")[0]
    for item, line in lines_of(drafted).items():
        told = Fraction(str(line["ratio"]))
        low = ratio and told < Fraction(ratio)
        high = most and told > Fraction(most)
        if low or high or int(str(line["frequency"] or 0)) < frequency:
            raise Unseen(f"{item}: {line['ratio']}, {line['frequency']}")
    return [drafted]


def plan_covers(seen: Seen) -> list[JournalEntry]:
    """The year's first plan has a line for every item of the list that was published before it."""
    drafted = seen.of("plan.drafted")[0]
    listed = {code for line in seen.of("registry.items_published") if line.at <= drafted.at for code in _versions(line)}
    if missing := sorted(listed - set(lines_of(drafted))):
        raise Unseen(", ".join(missing))
    return [drafted]


def plan_methods(seen: Seen, methods: Sequence[str]) -> list[JournalEntry]:
    """The year's first plan names these methods of inspection."""
    drafted = seen.of("plan.drafted")[0]
    named = {method for line in lines_of(drafted).values() for method in line["methods"]}
    if missing := sorted(set(methods) - named):
        raise Unseen(", ".join(missing))
    return [drafted]


def plan_states(seen: Seen, fields: Sequence[str]) -> list[JournalEntry]:
    """Every line of the year's first plan states these fields."""
    drafted = seen.of("plan.drafted")[0]
    short = [f"{item}.{name}" for item, line in lines_of(drafted).items() for name in fields if not line.get(name)]
    if short:
        raise Unseen(", ".join(short))
    return [drafted]


def team_size(seen: Seen, least: int) -> list[JournalEntry]:
    """Every draw matched at least so many people with each object."""
    matched = seen.of("draw.matched")
    for line in matched:
        if int(str(line.payload["places"])) < least * int(str(line.payload["objects"])):
            raise Unseen(line.stream)
    return matched


def under_rules(seen: Seen, kinds: Sequence[str]) -> list[JournalEntry]:
    """Every line of these kinds names the version of the rules under which it was written."""
    there = [line for kind in kinds for line in seen.of(kind)]
    for line in there:
        if json.loads(line.text)["rule_set"] != seen.rules.name:
            raise Unseen(f"{line.stream} {line.seq}")
    return there


def lines_of(drafted: JournalEntry) -> Mapping[str, Mapping[str, Any]]:
    told: Any = drafted.payload["lines"]
    return cast("Mapping[str, Mapping[str, Any]]", told)


def _versions(line: JournalEntry) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", line.payload["versions"])


ACROSS: Final[tuple[Rule, ...]] = (
    within,
    before,
    in_order,
    in_last_working_days,
    until,
    plan_lines,
    plan_covers,
    plan_methods,
    plan_states,
    team_size,
    under_rules,
)
