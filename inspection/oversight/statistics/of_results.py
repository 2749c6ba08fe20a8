"""The figures of results and their publication."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.oversight.statistics import rates, store_draws, store_results
from inspection.oversight.statistics.figures import (
    CompletionFigures,
    FollowUpFigures,
    PeriodFigures,
    PublicationFigures,
    Rate,
    UnitFigures,
    rate,
)
from inspection.oversight.statistics.rates import Key
from inspection.oversight.statistics.spans import Span
from inspection.oversight.statistics.store_draws import DrawnTask
from inspection.oversight.statistics.store_results import Told, Waiting
from inspection.oversight.statistics.store_visits import Shared
from inspection.publicity.release import Standing


@dataclass(frozen=True, slots=True)
class ReadResults:
    """What was read: results of the span as they stand, what went out in it, and how far the tasks of its draws are.

    `open_of`: by task, public results whose follow-up is open.
    """

    results: Counter[Key]
    out: Sequence[Told]
    waiting: Mapping[UUID | None, Sequence[Waiting]]
    drawn: Sequence[DrawnTask]
    formed_of: Mapping[UUID, int]
    out_of: Mapping[UUID, int]
    open_of: Mapping[UUID, int]


async def read_results(authority: UUID, asked: Span, today: date) -> ReadResults:
    """All that is asked of results, in seven statements."""
    formed = await store_results.formed(authority, asked)
    corrections = await store_results.corrections(authority)
    drawn = await store_draws.drawn_tasks(authority, asked)
    tasks = {one.task for one in drawn}
    return ReadResults(
        results=rates.standing_results(formed, corrections, asked),
        out=await store_results.told(authority, asked),
        waiting=await store_results.not_out(authority, today),
        drawn=drawn,
        formed_of=await store_results.formed_of(tasks),
        out_of=await store_results.out_of(tasks),
        open_of=await store_results.open_of(authority, tasks),
    )


def completion(read: ReadResults) -> CompletionFigures:
    """How far the results of the drawn are. Pure."""
    drawn = sum(one.drawn for one in read.drawn)
    published = sum(read.out_of.values())
    return CompletionFigures(
        drawn=drawn,
        formed=rate(sum(read.formed_of.values()), drawn),
        published=rate(published, drawn),
        closed=rate(published - sum(read.open_of.values()), published),
    )


async def publication_figures(authority: UUID, asked: Span, read: ReadResults) -> PublicationFigures:
    """What went out in the span, and what is not out today."""
    waiting = [one for ones in read.waiting.values() for one in ones]
    still = [one for one in waiting if one.standing is not Standing.WITHDRAWN]
    published = sum(one.count for one in read.out)
    return PublicationFigures(
        published=published,
        on_time=rate(sum(one.count for one in read.out if not one.late), published),
        corrected=await store_results.versions(authority, asked),
        withdrawn=sum(one.count for one in waiting if one.standing is Standing.WITHDRAWN),
        waiting=sum(one.count for one in still),
        overdue=sum(one.overdue for one in still),
        withheld=sum(one.count for one in still if one.standing is Standing.WITHHELD),
    )


async def follow_up(authority: UUID, asked: Span) -> FollowUpFigures:
    """Penalties, referrals and re-checks of the span."""
    penalties, annulled = await store_draws.penalties(authority, asked)
    told = await store_results.follow_ups(authority, asked)
    return FollowUpFigures(
        penalties=penalties,
        annulled=rate(annulled, penalties),
        referrals=told.referrals,
        acknowledged=rate(told.acknowledged, told.referrals),
        rechecks=told.rechecks,
        rectified=rate(told.rectified, told.rechecks),
    )


def periods(asked: Span, read: ReadResults, shared: Sequence[Shared]) -> tuple[PeriodFigures, ...]:
    """Quarter by quarter. Pure."""
    found = []
    for place, part in enumerate(asked.parts):
        here = [row for row in shared if row.part == place]
        out = [row for row in read.out if row.part == place]
        executed, published = sum(row.visits for row in here), sum(row.count for row in out)
        found.append(
            PeriodFigures(
                name=part.name,
                first=part.first,
                last=part.last,
                drawn=sum(one.drawn for one in read.drawn if one.part == place),
                executed=executed,
                joint=rate(sum(row.visits for row in here if row.joint), executed),
                published=published,
                on_time=rate(sum(row.count for row in out if not row.late), published),
                problems=_problems(read.results, place),
            )
        )
    return tuple(found)


def _problems(results: Mapping[Key, int], place: int) -> Rate:
    here = {key: count for key, count in results.items() if key[2] == place}
    bad = sum(count for key, count in here.items() if not rates.is_sound(rates.codes_in(key[0])))
    return rate(bad, sum(here.values()))


async def unit_figures(authority: UUID, read: ReadResults) -> tuple[UnitFigures, ...]:
    """What each unit has to its name, of the tasks that were drawn in the span."""
    named = {row.id: row.name for row in await authorities.units(authority)}
    by_unit: dict[UUID | None, list[DrawnTask]] = {}
    for one in read.drawn:
        by_unit.setdefault(one.unit, []).append(one)
    return tuple(
        _unit(unit, named.get(unit, "") if unit else "", by_unit[unit], read)
        for unit in sorted(by_unit, key=lambda unit: (unit is None, named.get(unit, "") if unit else ""))
    )


def _unit(unit: UUID | None, name: str, ones: Sequence[DrawnTask], read: ReadResults) -> UnitFigures:
    tasks = {one.task for one in ones}
    drawn = sum(one.drawn for one in ones)
    return UnitFigures(
        unit=unit,
        name=name,
        tasks=len(tasks),
        drawn=drawn,
        formed=sum(read.formed_of.get(task, 0) for task in tasks),
        published=rate(sum(read.out_of.get(task, 0) for task in tasks), drawn),
        overdue=sum(one.overdue for task in tasks for one in read.waiting.get(task, ())),
    )
