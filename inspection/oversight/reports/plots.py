"""The pictures of a report: those of the statistics, in both languages, frozen with the figures they show."""

from typing import Final

from inspection.kernel.catalogue import LANGUAGES
from inspection.oversight.plots.drawn import drawn
from inspection.oversight.plots.specs import Plot as Name
from inspection.oversight.plots.specs import plot
from inspection.oversight.reports.value import Plot
from inspection.oversight.statistics.figures import Statistics

SHOWN: Final = (Name.CHANCE, Name.COVERAGE, Name.COMPLETION, Name.JOINT, Name.PUBLICATION, Name.CHANGES, Name.BURDEN)
"""Those of single items stand in the table."""


async def plots(told: Statistics) -> tuple[Plot, ...]:
    """The pictures of these figures, as SVG. Takes seconds of another process."""
    pictures = iter(await drawn([plot(name, told, lang) for name in SHOWN for lang in LANGUAGES]))
    return tuple(Plot(name.value, *(next(pictures) for _ in LANGUAGES)) for name in SHOWN)
