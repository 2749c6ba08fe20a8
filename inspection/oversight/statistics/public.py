"""What anybody may know of an authority in numbers: what its draws have made public, and what its documents say.

Nothing is counted here by what the house knows besides: a document that leaves its item or its object out is counted
under no item and as no object, and what was drawn is known only as draws tell it before any visit.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from inspection.authority.store import AuthorityRow
from inspection.draw.ceremony import DrawState
from inspection.draw.told.monitoring import monitor
from inspection.draw.told.store_monitoring import past_draws
from inspection.oversight.statistics import rates, store_draws, store_results
from inspection.oversight.statistics.figures import PublicPeriod, PublicStatistics, Rate, rate
from inspection.oversight.statistics.reading import quarters_of
from inspection.oversight.statistics.spans import Part, span
from inspection.oversight.statistics.store_draws import DrawnTask
from inspection.oversight.statistics.store_results import Told

OVER: Final = frozenset({DrawState.CLOSED})
"""Draws that have nothing under seal any more: before that no figure moves because somebody was drawn."""


async def public_statistics(
    authority: AuthorityRow, first: date | None, last: date | None, today: date
) -> PublicStatistics:
    """The public figures of an authority from `first` to `last`, both included.

    Raises:
        Invalid: `oversight.span_reversed`, `oversight.span_too_long`.
    """
    asked = span(first, last, today)
    told = await store_results.told(authority.id, asked)
    drawn = await store_draws.drawn_tasks(authority.id, asked, OVER)
    # A draw that was given up before it was frozen is nobody's business.
    told_of = {*OVER, DrawState.VOIDED}
    draws = [draw for draw in await past_draws(authority.id) if draw.sequence is not None and draw.state in told_of]
    published = sum(row.count for row in told)
    return PublicStatistics(
        authority=authority.name,
        first=asked.first,
        last=asked.last,
        draws=rates.draw_figures(draws, await store_draws.changes(authority.id, asked, OVER), asked),
        base=await store_draws.frames(authority.id, asked, OVER),
        drawn=sum(one.drawn for one in drawn),
        published=published,
        objects=await store_results.objects_told(authority.id, asked),
        on_time=_on_time(told),
        corrected=await store_results.versions(authority.id, asked),
        problems=_problems(told),
        by_code=rates.counted(_codes(told)),
        by_item=rates.counted(_items(told)),
        periods=tuple(_period(place, part, told, drawn) for place, part in enumerate(asked.parts)),
        chance=quarters_of(monitor(draws), asked)[0],
    )


def _period(place: int, part: Part, told: Sequence[Told], drawn: Sequence[DrawnTask]) -> PublicPeriod:
    here = [row for row in told if row.part == place]
    return PublicPeriod(
        name=part.name,
        drawn=sum(one.drawn for one in drawn if one.part == place),
        published=sum(row.count for row in here),
        on_time=_on_time(here),
        problems=_problems(here),
    )


def _on_time(told: Sequence[Told]) -> Rate:
    return rate(sum(row.count for row in told if not row.late), sum(row.count for row in told))


def _problems(told: Sequence[Told]) -> Rate:
    saying = [row for row in told if row.codes]
    bad = sum(row.count for row in saying if not rates.is_sound(_split(row.codes)))
    return rate(bad, sum(row.count for row in saying))


def _codes(told: Sequence[Told]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in told:
        for code in _split(row.codes):
            found[code] += row.count
    return found


def _items(told: Sequence[Told]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in told:
        if row.item:
            found[row.item] += row.count
    return found


def _split(codes: str) -> tuple[str, ...]:
    return tuple(code for code in codes.split(",") if code)
