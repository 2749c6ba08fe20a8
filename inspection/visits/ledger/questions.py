"""Questions about the cap ledger. What the office is shown says nothing of a sealed visit, by no number and no line."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.catalogue import text
from inspection.policy.model import RuleSet
from inspection.policy.terms import CapCounts, CapPeriod, TaskKind
from inspection.visits.ledger import store as store_ledger
from inspection.visits.ledger.rules import LedgerLine, Why, burden_by_object, ledger_of, span_of, used


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A visit that is no secret. `why` says why it counts or not, `reason_zh` and `reason_en` in words."""

    visit: UUID | None
    starts_on: date
    ends_on: date
    executed_on: date | None
    kinds: tuple[TaskKind, ...]
    counts: bool
    why: Why
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The cap ledger of one object for a visit on `day`. `maximum` is None where the rule-set states no cap.

    `outside`: visits for causes that the cap does not limit; they are listed, not counted.
    """

    object: UUID
    rule_set: str
    article: str
    day: date
    maximum: int | None
    counts: CapCounts
    period: CapPeriod
    first: date
    last: date
    used: int
    outside: int
    entries: tuple[LedgerEntry, ...]


async def visits_this_year(authority: UUID, rules: RuleSet, day: date, today: date) -> dict[UUID, int]:
    """The cap ledger for a visit on `day`, as it stands `today`: object → visits that count, sealed ones included.

    For the draw only. Objects without such visits are not named.
    """
    first, _ = span_of(rules.visit_cap, day)
    return burden_by_object(await store_ledger.burdens(authority, first), rules, day, today)


async def known_visits(objects: Collection[UUID], rules: RuleSet, day: date, today: date) -> dict[UUID, int]:
    """The same for these objects, of visits that are no secret.

    For whoever names objects: a number that a sealed visit has changed would tell that the object was drawn.
    """
    visits = [one for one in await store_ledger.burdens_of(objects) if not one.sealed]
    return burden_by_object(visits, rules, day, today)


async def ledger(object_id: UUID, rules: RuleSet, day: date, today: date) -> Ledger:
    """Every visit of the object that is no secret, with why it counts towards the cap for a visit on `day`, or not."""
    visits = [one for one in await store_ledger.burdens_of([object_id]) if not one.sealed]
    lines = ledger_of(visits, rules, day, today)
    cap = rules.visit_cap
    first, last = span_of(cap, day)
    return Ledger(
        object=object_id,
        rule_set=rules.name,
        article=cap.article,
        day=day,
        maximum=cap.maximum,
        counts=cap.counts,
        period=cap.period,
        first=first,
        last=last,
        used=used(lines),
        outside=sum(line.why is Why.OUTSIDE for line in lines),
        entries=tuple(_entry(line) for line in lines),
    )


async def visits_before(visits: Collection[UUID], object_id: UUID, rules: RuleSet, day: date) -> int:
    """How many other visits of the object were carried out before `day` and count towards the cap on it.

    What happens later changes nothing of it: a notice prints the number, whenever it is printed. `visits`: those that
    the notice is about.
    """
    found = await store_ledger.burdens_of([object_id])
    before = [one for one in found if one.visit not in visits and one.executed_on and one.executed_on < day]
    return used(ledger_of(before, rules, day, day))


def _entry(line: LedgerLine) -> LedgerEntry:
    visit, key = line.burden, f"visits.ledger_{line.why.value}"
    return LedgerEntry(
        visit=visit.visit,
        starts_on=visit.starts_on,
        ends_on=visit.ends_on,
        executed_on=visit.executed_on,
        kinds=visit.kinds,
        counts=line.counts,
        why=line.why,
        reason_zh=text(key, "zh_CN"),
        reason_en=text(key, "en"),
    )
