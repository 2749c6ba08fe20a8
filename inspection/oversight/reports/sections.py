"""From the figures of a span to the sections of a report. Pure."""

from itertools import groupby

from inspection.oversight.reports.value import Line, Row, Section
from inspection.oversight.statistics import table
from inspection.oversight.statistics.figures import Rate, Statistics


def sections(told: Statistics) -> tuple[Section, ...]:
    """Every figure of the span, in the order of the work; quarters and units are tables of their own."""
    found = (one for one in table.lines(told) if one.section not in {"periods", "units"})
    return tuple(
        Section(name, tuple(_row(line) for line in held)) for name, held in groupby(found, key=lambda one: one.section)
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


def _row(line: table.Line) -> Row:
    share = f"{line.share:.2%}" if line.share is not None else None
    return Row(line.figure, line.key, line.name, line.count, line.of, share)
