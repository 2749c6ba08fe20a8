"""From the figures of a span to the sections of a report. Pure."""

from collections.abc import Iterable

from inspection.oversight.reports.value import Line, Row, Section
from inspection.oversight.statistics.figures import Named, Rate, Statistics


def sections(told: Statistics) -> tuple[Section, ...]:
    """Every figure of the span, in the order of the work."""
    return (
        _plan(told),
        _draws(told),
        _items(told),
        _coverage(told),
        _visits(told),
        _completion(told),
        _results(told),
        _publication(told),
        _objections(told),
        _follow_up(told),
    )


def periods(told: Statistics) -> tuple[Line, ...]:
    """Quarter by quarter: drawn, carried out, joint, published, in time, with problems."""
    return tuple(
        Line(
            one.name,
            (
                str(one.drawn),
                str(one.executed),
                percent(one.joint) or "",
                str(one.published),
                percent(one.on_time) or "",
                percent(one.problems) or "",
            ),
        )
        for one in told.periods
    )


def units(told: Statistics) -> tuple[Line, ...]:
    """Unit by unit: tasks, objects drawn for them, results, published, the share of those, late."""
    return tuple(
        Line(
            one.name,
            (
                str(one.tasks),
                str(one.drawn),
                str(one.formed),
                str(one.published.count),
                percent(one.published) or "",
                str(one.overdue),
            ),
        )
        for one in told.units
    )


def percent(rate: Rate) -> str | None:
    """A share as people read it; None where there is nothing to be a share of."""
    return f"{rate.share:.2%}" if rate.share is not None else None


def _count(key: str, count: int, name: str = "") -> Row:
    return Row(key, name, count)


def _rate(key: str, rate: Rate, name: str = "") -> Row:
    return Row(key, name, rate.count, rate.of, percent(rate))


def _named(key: str, found: Iterable[Named]) -> list[Row]:
    return [_rate(key, one.rate, one.name or one.key) for one in found]


def _plan(told: Statistics) -> Section:
    plan = told.plan
    rows = [_count("planned", plan.planned), _count("base", plan.base), _count("drawn", plan.drawn)]
    rows += [_rate("fulfilled", plan.fulfilled), _count("tasks", plan.tasks), _count("outside", plan.outside)]
    return Section("plan", tuple(rows))


def _draws(told: Statistics) -> Section:
    draws = told.draws
    rows = [_count("draws", draws.draws), _count("doors", draws.doors), _count("places", draws.places)]
    rows += [_rate("voided", draws.voided), _rate("recused", draws.recused)]
    rows += [_rate("replaced_inspectors", draws.replaced_inspectors), _rate("replaced_objects", draws.replaced_objects)]
    return Section("draws", (*rows, _rate("designated", draws.designated)))


def _items(told: Statistics) -> Section:
    items = told.items
    rows = (_rate("key_items", items.key), _rate("planned_items", items.planned), _rate("done_items", items.executed))
    return Section("items", (_count("items", items.items), *rows))


def _coverage(told: Statistics) -> Section:
    found = told.coverage
    by = (*_named("by_item", found.by_item), *_named("by_area", found.by_area), *_named("by_grade", found.by_grade))
    return Section("coverage", (_rate("objects", found.objects), *by))


def _visits(told: Statistics) -> Section:
    visits = told.visits
    rows = [_count("executed", visits.executed), _rate("joint", visits.joint)]
    rows += [_rate("cross_department", visits.cross_department)]
    rows += [_count("per_object", one.objects, str(one.visits)) for one in visits.per_object]
    rows += [_count(f"excess_{one.period}", one.count, str(one.limit)) for one in visits.excess]
    return Section("visits", (*rows, _count("over_cap", visits.over_cap), _count("exempt", visits.exempt)))


def _completion(told: Statistics) -> Section:
    done = told.completion
    rows = (_rate("with_result", done.formed), _rate("completed", done.published), _rate("closed", done.closed))
    return Section("completion", (_count("drawn_doors", done.drawn), *rows))


def _results(told: Statistics) -> Section:
    results = told.results
    by_code = (_count("by_code", one.count, one.key) for one in results.by_code)
    rows = (_count("formed", results.formed), _rate("problems", results.problems), _count("pending", results.pending))
    return Section("results", (*rows, *by_code))


def _publication(told: Statistics) -> Section:
    out = told.publication
    rows = [_count("published", out.published), _rate("on_time", out.on_time), _count("corrected", out.corrected)]
    rows += [_count("withdrawn", out.withdrawn), _count("waiting", out.waiting), _count("overdue", out.overdue)]
    return Section("publication", (*rows, _count("withheld", out.withheld)))


def _objections(told: Statistics) -> Section:
    found = told.objections
    rows = [_count("received", found.received), _count("upheld", found.upheld), _count("put_right", found.corrected)]
    rows += [_count("taken_back", found.withdrawn), _count("open", found.open), _rate("objections_late", found.late)]
    return Section("objections", tuple(rows))


def _follow_up(told: Statistics) -> Section:
    after = told.follow_up
    rows = [
        _count("penalties", after.penalties),
        _rate("annulled", after.annulled),
        _count("referrals", after.referrals),
    ]
    rows += [_rate("acknowledged", after.acknowledged), _count("rechecks", after.rechecks)]
    return Section("follow_up", (*rows, _rate("rectified", after.rectified)))
