"""Which grounds hold for an object on a day: exemptions from the cap and reasons to draw it more. Pure.

威海 第六条, 泉州 二(三)3, 金凤 第十三条 and 安岳 一(五) name the grounds; the rule-set says by which marks each is
known.
"""

import calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from inspection.policy.clauses.measure import Ground
from inspection.policy.model import RuleSet
from inspection.policy.terms import ExemptionEffect, Mark

# Something that happened on a day, as against a state that lasts until it is lifted or runs out.
EVENTS = frozenset({Mark.PENALTY, Mark.COMPLAINT, Mark.PROBLEM_FOUND})


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark as the rules see it. `until` is the last day it stands, `lifted_on` the first on which it does not."""

    mark: Mark
    since: date
    until: date | None = None
    lifted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """The codes of the rule-set's grounds that hold for one object: of exemption, and for the targeted pool."""

    exempt: tuple[str, ...] = ()
    targeted: tuple[str, ...] = ()


NO_GROUNDS = Grounds()


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier; the month's last day when it has no such day (29 February)."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if years < 1:
        return date.min
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def in_force(marked: Marked, day: date, within_months: int | None = None) -> bool:
    """Whether a mark counts on `day`.

    An event (penalty, verified complaint, problem found) counts from its day on, and within the window for as long as
    its day is no earlier than the day `within_months` before: a penalty decided exactly three years ago still counts
    (近三年内, 安岳 一(五)), both ends included. One that was annulled, or has run out, does not count.

    A state (list, record, field, risk) counts while it stands; with a window also when it stood on a day of it.
    """
    if marked.since > day:
        return False
    lifted = marked.lifted_on is not None and marked.lifted_on <= day
    if marked.mark in EVENTS:
        over = lifted or (marked.until is not None and marked.until < day)
        return not over and (within_months is None or marked.since >= months_before(day, within_months))
    first = day if within_months is None else months_before(day, within_months)
    stood = marked.until is None or marked.until >= first
    return stood and (marked.lifted_on is None or marked.lifted_on > first)


def grounds_on(marks: Iterable[Marked], grounds: Iterable[Ground], day: date) -> tuple[str, ...]:
    """The codes of those `grounds` for which enough of the object's `marks` count on `day`, in the rule-set's order."""
    held = tuple(marks)
    if not held:
        return ()
    return tuple(
        ground.code
        for ground in grounds
        if sum(one.mark is ground.mark and in_force(one, day, ground.within_months) for one in held) >= ground.least
    )


def object_grounds(marks: Sequence[Marked], flags: Collection[str], rules: RuleSet, day: date) -> Grounds:
    """What holds for one object under a rule-set on a day.

    `flags` are codes of exemptions that the register itself states (重点监管标识): each holds as such when the rule-set
    names it, and counts as one mark of its kind that stands, with the register as its source.
    """
    if not marks and not flags:
        return NO_GROUNDS
    exemptions = rules.visit_cap.exemptions
    stated = [one for one in exemptions if one.code in flags]
    held = [*marks, *(Marked(one.mark, day) for one in stated)]
    found = {*grounds_on(held, exemptions, day), *(one.code for one in stated)}
    return Grounds(
        tuple(one.code for one in exemptions if one.code in found), grounds_on(held, rules.risk.targeted, day)
    )


def lifting(rules: RuleSet, *, targeted: bool) -> frozenset[str]:
    """The codes of the exemptions by which the yearly cap does not bind in a draw of this mode.

    不受比例和频次限制 lifts it always, 定向抽取 in a targeted draw only; one that merely raises the probability, never.
    """
    effects = {ExemptionEffect.NOT_LIMITED} | ({ExemptionEffect.TARGETED} if targeted else set())
    return frozenset(one.code for one in rules.visit_cap.exemptions if one.effect in effects)


def exemption_words(rules: RuleSet) -> dict[str, str]:
    """What a register may write for each ground of exemption: its code or its text in either language → the code."""
    words: dict[str, str] = {}
    for ground in rules.visit_cap.exemptions:
        words |= {ground.code: ground.code, ground.text.zh: ground.code, ground.text.en: ground.code}
    return words
