"""逾期: what was not done by its day, by whom, and what was said of it."""

from typing import Final

from litestar import Response, get

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page
from api.desk.oversight.asked import day_of, query_of
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.overdue.listing import overdue_page
from inspection.oversight.statistics.spans import span

MOST: Final = 300


@get("/desk/clocks/overdue", opt={"action": Action.OVERDUE_READ})
async def read_overdue(request: AnyRequest) -> Response[bytes]:
    """What fell due in a span (the year up to today) and was not done by its day, the latest first."""
    query, today = query_of(request, "since", "until"), local_day(command(request).now)
    asked = span(day_of(query.get("since")), day_of(query.get("until")), today)
    page = await overdue_page(authority_of(request), asked.first, asked.last, today, MOST)
    return desk_page(request, "desk_oversight/overdue.html", found=page.found, count=page.count, most=MOST, asked=asked)


HANDLERS: Final = (read_overdue,)
