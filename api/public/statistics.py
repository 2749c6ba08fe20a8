"""The public figures: what was drawn and what was published, by authority."""

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Annotated, Final

from litestar import Response, Router, get
from litestar.params import FromQuery, QueryParameter

from api.commands import AnyRequest
from api.office.statistics import CSV, First, Lang, Last
from api.pages.render import language
from api.permits import Action
from api.process import process_of
from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.statistics.figures import PublicStatistics
from inspection.oversight.statistics.public import public_statistics
from inspection.oversight.statistics.table import as_csv, public_lines

OPT: Final = {"action": Action.PUBLIC_READ}
Code = Annotated[str | None, QueryParameter(max_length=40, description="the code of one authority; by itself all")]


@get("/statistics", opt=OPT)
async def read_public(
    request: AnyRequest, authority: Code = None, first: First = None, last: Last = None
) -> Sequence[PublicStatistics]:
    """What anybody may know in numbers, authority by authority: draws, and results that are published."""
    return await _told(request, authority, first, last)


@get("/statistics.csv", opt=OPT, media_type=CSV)
async def public_table(
    request: AnyRequest,
    authority: Code = None,
    first: First = None,
    last: Last = None,
    lang: FromQuery[Lang] = None,
) -> Response[bytes]:
    """The same as a table, one line a figure."""
    found = await _told(request, authority, first, last)
    headers = {"Content-Disposition": 'attachment; filename="statistics.csv"'}
    table = as_csv(chain.from_iterable(map(public_lines, found)), language(lang))
    return Response(table, media_type=CSV, headers=headers)


async def _told(
    request: AnyRequest, code: str | None, first: date | None, last: date | None
) -> Sequence[PublicStatistics]:
    today = local_day(process_of(request).clock.now())
    named = [one for one in await authorities.authorities() if code in {None, one.code}]
    return [await public_statistics(one, first, last, today) for one in named]


statistics_router = Router("/public", route_handlers=[read_public, public_table])
