"""Warnings of too many visits at one door: counted for every visit, shown for those that are no secret."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.policy.model import RuleSet
from inspection.visits.ledger import store as store_ledger
from inspection.visits.ledger.warnings import Exceeded, Period, exceeded, period_window
from inspection.visits.rows import Burden
from inspection.visits.rules import Window


@dataclass(frozen=True, slots=True)
class DoorWarning:
    """A door with too many visits in one day, week or month, by all units and authorities that keep them here."""

    code: str
    period: Period
    first: date
    last: date
    visits: int
    limit: int


async def warnings(authority: UUID, rules: RuleSet, first: date, last: date) -> list[DoorWarning]:
    """The warnings about this authority's doors in periods that touch the days `first` … `last`.

    Sealed visits are left out, and so is every number that they would change.
    """
    objects = await store_ledger.unsealed_objects(authority, first, last)
    found = [
        DoorWarning(code, one.period, one.first, period_window(one.period, one.first)[1], one.visits, one.limit)
        for code, ones in (await _exceeded_at(objects, rules, sealed=False)).items()
        for one in ones
    ]
    return [one for one in sorted(found, key=lambda w: (w.first, w.code)) if one.first <= last and one.last >= first]


async def warn_of(
    cmd: Command, task: UUID, objects: Collection[UUID], rules: RuleSet, window: Window, *, sealed: bool
) -> int:
    """How many of these doors now have too many visits in the days of the task; the number alone is journalled.

    `sealed`: count the visits that are still secret. Never for objects that somebody has named: there the number would
    tell of a draw.
    """
    at = await _exceeded_at(objects, rules, sealed=sealed)
    doors = sum(any(_touches(one, window) for one in ones) for ones in at.values())
    if doors:
        await append(cmd.under(rules.name).event(EventKind.TASK_WARNED, f"task:{task}", doors=doors))
    return doors


async def _exceeded_at(objects: Collection[UUID], rules: RuleSet, *, sealed: bool) -> Mapping[str, list[Exceeded]]:
    doors = await store_ledger.same_doors(objects)
    by_door: dict[str, list[Burden]] = defaultdict(list)
    for one in await store_ledger.burdens_of(doors):
        if sealed or not one.sealed:
            by_door[doors[one.object]].append(one)
    return {code: exceeded(_windows(visits), rules.warnings) for code, visits in by_door.items()}


def _windows(visits: Iterable[Burden]) -> list[Window]:
    return [one.window for one in visits]


def _touches(one: Exceeded, window: Window) -> bool:
    first, last = period_window(one.period, one.first)
    return first <= window[1] and window[0] <= last
