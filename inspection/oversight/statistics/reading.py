"""The figures of a span of days, asked of the database in a fixed number of statements, however much there is."""

import asyncio
from datetime import date
from uuid import UUID

from inspection.draw.told.monitoring import Alert, Monitoring, QuarterFigures, monitor
from inspection.draw.told.store_monitoring import past_draws
from inspection.oversight.statistics import rates, store_draws, store_visits
from inspection.oversight.statistics.figures import Statistics
from inspection.oversight.statistics.of_list import covered, list_figures, plan_figures, plan_lines
from inspection.oversight.statistics.of_results import (
    completion,
    follow_up,
    periods,
    publication_figures,
    read_results,
    unit_figures,
)
from inspection.oversight.statistics.of_visits import visit_figures
from inspection.oversight.statistics.spans import Span, quarter_of, span
from inspection.registry import find as registry
from inspection.registry.rules_in_force import rules_on


async def statistics(authority: UUID, first: date | None, last: date | None, today: date) -> Statistics:
    """Every figure of an authority from `first` to `last` (both included), as it is known `today`.

    Without a first day: from the beginning of the year; without a last one: up to today.

    Raises:
        NotFound: `registry.authority_unknown`, `policy.no_rule_set` on the last day.
        Invalid: `oversight.span_reversed`, `oversight.span_too_long`.
    """
    asked = span(first, last, today)
    rules = await rules_on(authority, min(asked.last, today))
    items = await registry.published_items(authority, asked.last)
    # Side by side: each of them passes over what a year left, and none needs another's answer.
    read, lines, by_item, held, shared, draws = await asyncio.gather(
        read_results(authority, asked, today),
        plan_lines(authority, asked),
        store_visits.by_item(authority, asked),
        store_visits.held(authority, asked),
        store_visits.shared(authority, asked),
        past_draws(authority),
    )
    chance, alerts = quarters_of(monitor(draws), asked)
    return Statistics(
        authority=authority,
        first=asked.first,
        last=asked.last,
        asked_on=today,
        rule_set=rules.name,
        plan=await plan_figures(authority, asked, lines, read.drawn),
        draws=rates.draw_figures(draws, await store_draws.changes(authority, asked), asked),
        items=list_figures(items, lines, by_item, rules),
        coverage=await covered(authority, items, by_item, held, today),
        visits=await visit_figures(authority, asked, held, shared, rules, today),
        completion=completion(read),
        results=rates.result_figures(read.results, rules.results),
        publication=await publication_figures(authority, asked, read),
        objections=rates.objection_figures(await store_draws.objections(authority, asked, today)),
        follow_up=await follow_up(authority, asked),
        periods=periods(asked, read, shared),
        units=await unit_figures(authority, read),
        chance=chance,
        alerts=alerts,
    )


def quarters_of(told: Monitoring, asked: Span) -> tuple[tuple[QuarterFigures, ...], tuple[Alert, ...]]:
    """The quarters that the span touches, the earliest first, and what is conspicuous in them or in the sequence."""
    names = {quarter_of(part.first) for part in asked.parts}
    quarters = tuple(one for one in reversed(told.quarters) if one.quarter in names)
    return quarters, tuple(alert for alert in told.alerts if alert.quarter in names or not alert.quarter)
