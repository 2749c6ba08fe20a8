"""The public figures of a year as a page: the same numbers as `/public/statistics`, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response, Router, get
from litestar.params import FromQuery

from api.commands import AnyRequest
from api.language import Language
from api.pages.problems import page_problems
from api.pages.render import page
from api.permits import Action
from api.process import process_of
from api.public.pages import view_of
from inspection.authority.store import AuthorityRow, authorities
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.statistics.figures import PublicStatistics, Rate
from inspection.oversight.statistics.public import public_statistics
from inspection.publicity.wording import code_words

YEARS = 5


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """An authority's year. `codes`: (words, results), the most frequent first."""

    told: PublicStatistics
    codes: Sequence[tuple[str, int]]


@get("/statistics", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def figures(request: AnyRequest, year: FromQuery[str] = "") -> Response[bytes]:
    """What was drawn and published in a year, authority by authority."""
    today, view = local_day(process_of(request).clock.now()), view_of(request)
    years = [today.year - back for back in range(YEARS)]
    asked = next((one for one in years if str(one) == year), today.year)
    told = [await _told(request, one, asked, today) for one in await authorities()]
    shown = [ShownFigures(one, _codes(one, view.lang)) for one in told]
    return page(request, view, "public/statistics.html", figures=shown, year=asked, years=years, share=_share)


async def _told(request: AnyRequest, authority: AuthorityRow, year: int, today: date) -> PublicStatistics:
    """Counted once in a while, not for every reader: a year of a big authority takes seconds."""
    process = process_of(request)
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    return await process.public_figures.of(
        process.clock.now(), (authority.id, year), last, lambda: public_statistics(authority, first, last, today)
    )


def _codes(told: PublicStatistics, lang: Language) -> list[tuple[str, int]]:
    found = sorted(told.by_code, key=lambda one: (-one.count, one.key))
    return [(code_words(one.key, lang), one.count) for one in found]


def _share(rate: Rate) -> str:
    """A share in percent with one place; a dash when there is nothing to be a share of."""
    return "–" if rate.share is None else f"{rate.share * 100:.1f}%"


figures_router = Router("/", route_handlers=[figures], exception_handlers=page_problems(view_of))
