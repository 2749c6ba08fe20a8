"""意见与评价: what parties say without their names, and how they answered; for those who supervise only."""

from typing import Final

from litestar import Response, get

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page
from api.desk.oversight.asked import day_of, id_of, query_of
from api.permits import Action
from inspection.door.rate import HIGHEST, averages
from inspection.door.remark import remarks_of
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.statistics.spans import span

PAGE: Final = 30


@get("/desk/remarks", opt={"action": Action.REMARK_READ})
async def read_remarks(request: AnyRequest) -> Response[bytes]:
    """The means of a span (the year up to today), and the remarks in no order of time."""
    return await remarks_page(request)


async def remarks_page(request: AnyRequest) -> Response[bytes]:
    """Ratings and remarks."""
    authority, query = authority_of(request), query_of(request, "since", "until")
    asked = span(day_of(query.get("since")), day_of(query.get("until")), local_day(command(request).now))
    after = id_of(request.query_params.get("after"))
    found = await remarks_of(authority, after, PAGE + 1)
    return desk_page(
        request,
        "desk_oversight/remarks.html",
        ratings=await averages(authority, asked.first, asked.last),
        highest=HIGHEST,
        asked=asked,
        remarks=found[:PAGE],
        after=str(found[PAGE - 1].id) if len(found) > PAGE else None,
        first=after is None,
        query=query,
    )


HANDLERS: Final = (read_remarks,)
