"""Objects that were visited more often than the rule-set's cap lets (威海 第六条, 泉州 二(三)3), and who is free."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from inspection.oversight.statistics.store_visits import Day
from inspection.policy.model import RuleSet
from inspection.registry import find as registry
from inspection.registry.objects.rules import lifting, object_grounds
from inspection.registry.objects.store_marks import marks_of
from inspection.visits.ledger import store as store_ledger
from inspection.visits.ledger.rules import ledger_of, used
from inspection.visits.rows import Burden


async def over_the_cap(days: Sequence[Day], rules: RuleSet, today: date) -> tuple[int, int]:
    """(objects with more visits that count than the cap lets, objects with more visits that it does not bind).

    Only visits that were carried out are looked at: a sealed one must move no number.
    """
    most = rules.visit_cap.maximum
    if most is None:
        return 0, 0
    many = suspects(days, most)
    by_object: dict[UUID, list[Burden]] = defaultdict(list)
    for one in await store_ledger.burdens_of(many):
        if one.executed_on is not None and one.executed_on <= today:
            by_object[one.object].append(one)
    over = {one for one, visits in by_object.items() if exceeds(visits, rules, today, most)}
    free = await _exempt(over, rules, today)
    return len(over - free), len(many) - len(over - free)


def suspects(days: Iterable[Day], most: int) -> set[UUID]:
    """The objects with more than `most` visits, whatever for. Pure."""
    found: Counter[UUID] = Counter()
    for day in days:
        found[day.object] += day.visits
    return {one for one, visits in found.items() if visits > most}


def exceeds(visits: Sequence[Burden], rules: RuleSet, today: date, most: int) -> bool:
    """Whether on some day of theirs more visits count than the cap lets. Pure."""
    on_days = {one.executed_on for one in visits if one.executed_on is not None}
    return any(used(ledger_of(visits, rules, day, today)) > most for day in on_days)


async def _exempt(objects: set[UUID], rules: RuleSet, today: date) -> set[UUID]:
    """Those whom a ground of the rule-set frees of the cap today, by their marks or by what the register states."""
    known, marks = await registry.objects(objects), await marks_of(objects)
    free = lifting(rules, targeted=True)
    return {
        one
        for one, facts in known.items()
        if free.intersection(
            object_grounds([mark.marked for mark in marks.get(one, [])], facts.flags, rules, today).exempt
        )
    }
