"""统计: the figures of a span of days as tables and plots. The page answers at once; the figures are fetched behind it,
because of a million results they take seconds, and are kept for some minutes.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import HEADERS, desk_page, lang_of
from api.desk.oversight.asked import day_of, query_of
from api.kept_figures import Counted, KeptFigures, Key
from api.permits import Action
from api.process import process_of
from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.kernel.replica import MAY_LAG
from inspection.oversight.plots.drawn import drawn
from inspection.oversight.plots.specs import Plot, plot
from inspection.oversight.reports.paper import row_label, section_label
from inspection.oversight.reports.sections import periods, sections, units
from inspection.oversight.statistics.reading import statistics
from inspection.oversight.statistics.spans import Span, span
from inspection.oversight.statistics.table import as_csv, lines
from inspection.registry.find import published_items
from mobile_contract.problems import ProblemCode

OPT: Final = {"action": Action.STATISTICS_READ, MAY_LAG: True}
PLOTS_OF: Final[Mapping[str, tuple[Plot, ...]]] = {
    "completion": (Plot.COMPLETION,),
    "coverage": (Plot.COVERAGE, Plot.ITEMS),
    "draws": (Plot.CHANCE, Plot.CHANGES),
    "visits": (Plot.JOINT, Plot.BURDEN),
    "publication": (Plot.PUBLICATION,),
}
"""Which plots stand above which table."""


@get("/desk/statistics", opt=OPT)
async def read_statistics(request: AnyRequest) -> Response[bytes]:
    """What to count, and the figures if they are known; otherwise they are fetched as soon as the page is there.
    `anew`: those that are kept are forgotten.
    """
    asked = _span(request)
    if "anew" in request.query_params:
        _kept(request).forget(_key(request, asked))
    kept = _kept(request).known(_key(request, asked), command(request).now)
    return await _page(request, asked, kept)


@get("/desk/statistics/figures", opt=OPT)
async def read_figures(request: AnyRequest) -> Response[bytes]:
    """The same page with the figures, however long counting them takes."""
    asked = _span(request)
    return await _page(request, asked, await counted(request, asked))


@get("/desk/statistics/plots/{file:str}", opt=OPT)
async def read_plot(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """One plot as a picture (SVG); its figures stand in the table below it."""
    name = file.removesuffix(".svg")
    if name not in {one.value for one in Plot} or name == file:
        raise NotFound(ProblemCode.NOT_FOUND, "oversight.no_plot", name=file)
    found = await counted(request, _span(request))
    # All of a page together: whoever asks for the next one finds it drawn.
    async with _kept(request).drawing:
        pictures = await drawn([plot(one, found.figures, lang_of(request)) for one in Plot])
    picture = dict(zip(Plot, pictures, strict=True))[Plot(name)]
    return Response(picture.encode(), media_type="image/svg+xml", headers=HEADERS)


@get("/desk/statistics/table", opt=OPT)
async def read_table(request: AnyRequest) -> Response[bytes]:
    """The figures for a spreadsheet (CSV)."""
    found = (await counted(request, _span(request))).figures
    name = f"statistics-{found.first}-{found.last}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(lines(found), lang_of(request)), media_type="text/csv", headers=headers)


async def counted(request: AnyRequest, asked: Span) -> Counted:
    """The figures of a span, kept ones if they are young enough."""
    authority, now = authority_of(request), command(request).now
    key = _key(request, asked)
    return await _kept(request).of(key, now, lambda: statistics(authority, asked.first, asked.last, local_day(now)))


async def _page(request: AnyRequest, asked: Span, kept: Counted | None) -> Response[bytes]:
    authority, query = authority_of(request), query_of(request, "unit", "item")
    days = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    return desk_page(
        request,
        "desk_oversight/statistics.html",
        asked=asked,
        query={**query, **days},
        days=days,
        kept=kept,
        told=_told(kept, query, lang_of(request)) if kept else None,
        plots_of=PLOTS_OF,
        units=await authorities.units(authority),
        items=[(one.code, f"{one.code} {one.name}") for one in await published_items(authority)],
        spans=_spans(local_day(command(request).now)),
    )


def _told(kept: Counted, query: Mapping[str, str], lang: str) -> dict[str, object]:
    """The figures in words: tables of (label, count, of, share), quarters, units."""
    figures, unit, item = kept.figures, query.get("unit"), query.get("item")
    names = {str(one.unit): one.name for one in figures.units}
    tables = [
        (
            section.key,
            section_label(section, lang),
            [
                (row_label(section, row, lang), row.count, row.of, row.share)
                for row in section.rows
                if row.figure != "by_item" or item in {None, row.key}
            ],
        )
        for section in sections(figures)
    ]
    by_unit = [line for line in units(figures) if unit is None or line.name == names.get(unit)]
    return {"tables": tables, "periods": periods(figures), "units": by_unit}


def _spans(today: date) -> list[tuple[str, str, str]]:
    """Spans that are asked for often: (key, first day, last day)."""
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    year, before = date(today.year, 1, 1), date(today.year - 1, 1, 1)
    ends = (("quarter", quarter, today), ("year", year, today), ("last_year", before, date(today.year - 1, 12, 31)))
    return [(key, first.isoformat(), last.isoformat()) for key, first, last in ends]


def _span(request: AnyRequest) -> Span:
    query = query_of(request, "from", "to")
    return span(day_of(query.get("from")), day_of(query.get("to")), local_day(command(request).now))


def _kept(request: AnyRequest) -> KeptFigures:
    return process_of(request).office_figures


def _key(request: AnyRequest, asked: Span) -> Key:
    return authority_of(request), asked.first, asked.last, local_day(command(request).now)


HANDLERS: Final = (read_statistics, read_figures, read_plot, read_table)
