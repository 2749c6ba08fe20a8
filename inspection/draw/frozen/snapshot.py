"""What a draw is made from, read once: the directories of its tasks as one frame, and the people."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from inspection.draw.frozen.candidates import (
    GONE,
    attributes,
    declared,
    exclusion_of,
    lifted_by,
    roster_rows,
    stratum_name,
)
from inspection.draw.lot.frame import Candidate, Exclusion, Place
from inspection.draw.lot.strata import Rule
from inspection.draw.store import DrawRow, in_byte_order
from inspection.draw.teams.roster import Past, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import Where
from inspection.draw.terms import TaskTerms, Terms
from inspection.planning import find as planning
from inspection.planning.above import NOTHING_ABOVE, PlannedAbove, excluded_above
from inspection.planning.facts import TaskFacts
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import dispatch_rule, need_of
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rules import lifting

_Standing: TypeAlias = tuple[Exclusion, int, int]
"""What a place consists of: exclusion, stratum, weight."""
OUT_OF_DIRECTORY: _Standing = (Exclusion.SCOPE, 0, 1)

LastTeams = Mapping[UUID, tuple[frozenset[UUID], int]]
"""By object, the team of its last visit and for how many visits in a row it was sent."""


@dataclass(frozen=True, slots=True)
class Visits:
    """What the visits know: how many of the year's count by object, whom each task's item awaits already, and who was
    sent last.
    """

    counted: Mapping[UUID, int] = field(default_factory=lambda: MappingProxyType({}))
    awaited: Mapping[UUID, Collection[UUID]] = field(default_factory=lambda: MappingProxyType({}))
    last_teams: LastTeams = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Source:
    """One task of the draw with all that decides about a row. `names`: of its strata, ascending."""

    task: TaskFacts
    item: ItemFacts
    rules: RuleSet
    terms: TaskTerms
    exempt: Collection[str]
    above: PlannedAbove
    names: tuple[str, ...] = ("",)

    def rows(self, today: date) -> AsyncIterator[DirectoryRow]:
        """Its directory, ascending by code."""
        task = self.task
        return registry.directory(task.authority, task.item, on=today, rules=self.rules, also=task.scope.named)


async def sources(row: DrawRow, today: date) -> tuple[Source, ...]:
    """The tasks of a draw, in the order of its parameters."""
    return tuple([await _source(row, number, task, today) for number, task in enumerate(row.tasks)])


async def _source(row: DrawRow, number: int, task_id: UUID, today: date) -> Source:
    task = await planning.task(task_id)
    rules, item = rule_set_named(task.rule_set), await registry.item(task.item)
    above = await excluded_above(task.authority, item, task.starts_on, task.ends_on, rules)
    exempt = lifting(rules, targeted=task.draw_mode is DrawMode.TARGETED)
    source = Source(task, item, rules, row.terms.tasks[number], exempt, above)
    if source.terms.strata.rule is Rule.WHOLE:
        return source
    return Source(task, item, rules, source.terms, exempt, above, await _names(source, today))


async def _names(source: Source, today: date) -> tuple[str, ...]:
    """The strata there are; costs one reading of the directory."""
    by, scope = source.terms.strata.by, source.task.scope
    found = {stratum_name(row, by) async for row in source.rows(today) if row.status not in GONE and scope.holds(row)}
    return tuple(sorted(found)) or ("",)


class Reader:
    """The rows of all directories as candidates of one frame, ascending by code; remembers who was sent to whom."""

    def __init__(self, tasks: Sequence[Source], terms: Terms, visits: Visits, barred: Collection[str]) -> None:
        self._tasks, self._terms, self._visits, self._barred = tasks, terms, visits, barred
        self._strata = [{name: number for number, name in enumerate(one.names)} for one in tasks]
        self._scopes = [one.task.scope if one.task.scope.dimensions else None for one in tasks]
        self._above = [one.above for one in tasks if one.above != NOTHING_ABOVE]
        # One tuple for all rows that stand alike: the frame then knows it again by its identity.
        self._places: dict[tuple[_Standing, ...], tuple[Place, ...]] = {}
        self._where: Counter[tuple[str | None, tuple[_Standing, ...], str | None]] = Counter()
        self.history: list[Past] = []

    async def candidates(self, today: date) -> AsyncIterator[Candidate]:
        """Every row of every directory, once."""
        streams = [one.rows(today) for one in self._tasks]
        if not await in_byte_order():
            streams = [ascending(rows) for rows in streams]
        async for found in merged(streams):
            yield self._candidate(found)

    def _candidate(self, found: Sequence[DirectoryRow | None]) -> Candidate:
        row = next(one for one in found if one is not None)
        visits = self._visits.counted.get(row.object_id, 0)
        standing = tuple([self._standing(number, one, visits) for number, one in enumerate(found)])
        exemption = next((code for one in self._tasks if (code := lifted_by(row, one.exempt))), None)
        above = next((plan for one in self._above if (plan := one.number_of(row.oid))), None)
        if self._terms.match.continuity is not None and (last := self._visits.last_teams.get(row.object_id)):
            self.history.append(Past(row.oid, tuple(sorted(map(str, last[0]))), last[1]))
        self._where[row.oid if row.oid in self._barred else None, standing, row.area] += 1
        places = self._places.get(standing)
        if places is None:
            places = self._places[standing] = tuple(Place(*one) for one in standing)
        return Candidate(row.oid, places, attributes(row, visits, exemption, above))

    def where(self) -> list[tuple[str | None, Where, int]]:
        """Every eligible row by what decides who may go there: by its code if somebody is barred, else counted."""
        told = []
        for (oid, standing, area), count in self._where.items():
            cells = tuple(
                (task, stratum, weight)
                for task, (code, stratum, weight) in enumerate(standing)
                if code is Exclusion.NONE
            )
            if cells:
                told.append((oid, Where(cells, area), count))
        return told

    def _standing(self, number: int, row: DirectoryRow | None, visits: int) -> "_Standing":
        if row is None:
            return OUT_OF_DIRECTORY
        one = self._tasks[number]
        awaited = row.object_id in self._visits.awaited.get(one.task.id, ())
        above = one.above.number_of(row.oid) if self._above else None
        code = exclusion_of(row, self._scopes[number], visits, one.terms.visit_cap, one.exempt, above, awaited=awaited)
        name = stratum_name(row, one.terms.strata.by if one.terms.strata.rule is not Rule.WHOLE else None)
        return code, self._strata[number].get(name, 0), self._terms.weight(row.credit_grade)


async def ascending(rows: AsyncIterator[DirectoryRow]) -> AsyncIterator[DirectoryRow]:
    """The rows in the order of their codes' bytes, where the database gives them in its language's: all of them have
    to be held for that.
    """
    for row in sorted([row async for row in rows], key=lambda row: row.oid):
        yield row


async def merged(
    directories: Sequence[AsyncIterator[DirectoryRow]],
) -> AsyncIterator[tuple[DirectoryRow | None, ...]]:
    """Several directories as one, ascending by code: each object once, with its row in each directory that has it."""
    if len(directories) == 1:
        async for row in directories[0]:
            yield (row,)
        return
    heads = [await anext(rows, None) for rows in directories]
    while codes := [head.oid for head in heads if head is not None]:
        # Code points order texts as their UTF-8 bytes do.
        least = min(codes)
        here = [head is not None and head.oid == least for head in heads]
        yield tuple(head if same else None for head, same in zip(heads, here, strict=True))
        for number, same in enumerate(here):
            if same:
                heads[number] = await anext(directories[number], None)


def window_of(tasks: Sequence[Source]) -> tuple[date, date]:
    """First and last day of all tasks."""
    return min(one.task.starts_on for one in tasks), max(one.task.ends_on for one in tasks)


def roster_of(
    row: DrawRow, tasks: Sequence[Source], people: Sequence[InspectorFacts], history: Sequence[Past]
) -> Roster:
    """The people who may be sent, and what bars them.

    Where several tasks are drawn together somebody is certified who may go for each of them, on all days of all; a
    candidate is whom any of them names (手动匹配).

    Raises:
        ValueError: a row that does not fit a list.
    """
    window = window_of(tasks)
    named = {str(inspector) for one in tasks for inspector in one.task.inspectors}
    listed = named if row.terms.match.candidates is not None else ()
    lists = [roster_rows(people, window, need_of(one.item), dispatch_rule(one.rules), listed) for one in tasks]
    return build_roster(map(_everywhere, zip(*lists, strict=True)), declared(people, window), history)


def _everywhere(rows: Sequence[RosterRow]) -> RosterRow:
    return next((row for row in rows if not row.certified), rows[0])
