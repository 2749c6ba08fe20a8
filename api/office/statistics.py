"""The figures of a span of days, as JSON, as a table for a spreadsheet, and as plots."""

import json
from datetime import date
from typing import Annotated, Final

from litestar import MediaType, Response, Router, get
from litestar.params import FromPath, FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.pages.render import language
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.kernel.replica import MAY_LAG
from inspection.oversight.plots.drawn import drawn
from inspection.oversight.plots.specs import Plot, plot
from inspection.oversight.statistics.figures import Statistics
from inspection.oversight.statistics.reading import statistics
from inspection.oversight.statistics.table import as_csv, lines
from mobile_contract.problems import ProblemCode

OPT: Final = {"action": Action.STATISTICS_READ, MAY_LAG: True}
CSV: Final = "text/csv"
SVG: Final = "image/svg+xml"
First = Annotated[
    date | None, QueryParameter(name="from", description="first day; by itself the first of the last day's year")
]
Last = Annotated[date | None, QueryParameter(name="to", description="last day; by itself today")]
Lang = Annotated[str | None, QueryParameter(max_length=10, description="`en` for English; Chinese otherwise")]


@get("/statistics", opt=OPT)
async def read_statistics(request: AnyRequest, first: First = None, last: Last = None) -> Statistics:
    """Every figure of this authority from one day to another, both included; nothing of a sealed visit."""
    return await _asked(request, first, last)


@get("/statistics.csv", opt=OPT, media_type=CSV)
async def statistics_table(
    request: AnyRequest, first: First = None, last: Last = None, lang: FromQuery[Lang] = None
) -> Response[bytes]:
    """The same as a table, one line a figure (UTF-8 with a mark, formulas guarded)."""
    found = await _asked(request, first, last)
    name = f"statistics-{found.first}-{found.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(lines(found), language(lang)), media_type=CSV, headers=headers)


@get("/statistics/plots/{file:str}", opt=OPT, media_type=SVG)
async def read_plot(
    request: AnyRequest, file: FromPath[str], first: First = None, last: Last = None, lang: FromQuery[Lang] = None
) -> Response[bytes]:
    """One plot: `NAME.svg` as a picture, as it stands in papers; `NAME.json` as a Vega-Lite specification with its
    data, which a page can draw itself. Names: chance, coverage, items, completion, joint, publication, changes, burden.
    """
    name, kind = _named(file)
    spec = plot(name, await _asked(request, first, last), language(lang))
    if kind == "json":
        return Response(json.dumps(spec, ensure_ascii=False).encode(), media_type=MediaType.JSON)
    (picture,) = await drawn([spec])
    return Response(picture.encode(), media_type=SVG)


def _named(file: str) -> tuple[Plot, str]:
    name, _, kind = file.rpartition(".")
    if kind not in {"svg", "json"} or name not in {one.value for one in Plot}:
        raise NotFound(ProblemCode.NOT_FOUND, "oversight.no_plot", name=file)
    return Plot(name), kind


async def _asked(request: AnyRequest, first: date | None, last: date | None) -> Statistics:
    return await statistics(authority_of(request), first, last, local_day(command(request).now))


router = Router(
    "/office",
    route_handlers=[read_statistics, statistics_table, read_plot],
    tags=["office: oversight"],
)
