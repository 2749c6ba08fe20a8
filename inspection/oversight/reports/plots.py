"""The drawings of a report."""

from inspection.oversight.reports.value import Plot
from inspection.oversight.statistics.figures import Statistics


def plots(told: Statistics) -> tuple[Plot, ...]:
    """Those of the statistics, as SVG."""
    del told
    return ()
