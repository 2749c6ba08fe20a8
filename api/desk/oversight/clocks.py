"""期限: every clock that runs, whose it is, and from which article its day comes."""

from typing import Final

from litestar import Response, get

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.oversight.asked import chosen_of, id_of, query_of
from api.desk.oversight.words import steps_in
from api.permits import Action
from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.oversight.clock_filters import ClockFilter
from inspection.oversight.clock_page import clock_page
from inspection.oversight.clock_sources import limit_sources
from inspection.oversight.clocks import Matter, RunningClock

PAGE: Final = 50


@get("/desk/clocks", opt={"action": Action.DUE_READ})
async def read_clocks(request: AnyRequest) -> Response[bytes]:
    """What is due and what is late, the most urgent first; of one matter, role, person or unit where asked."""
    return await clocks_page(request)


async def clocks_page(request: AnyRequest) -> Response[bytes]:
    """A page of the clocks."""
    authority, today = authority_of(request), local_day(command(request).now)
    query = query_of(request, "matter", "whose", "person", "late", "unit")
    asked = ClockFilter(
        matter=chosen_of(Matter, query.get("matter")),
        whose=chosen_of(Role, query.get("whose")),
        person=query.get("person"),
        late="late" in query,
        unit=id_of(query.get("unit")),
    )
    after = request.query_params.get("after")
    found = await clock_page(authority, today, asked, after=after, limit=PAGE)
    return desk_page(
        request,
        "desk_oversight/clocks.html",
        clocks=[(one, place_of(one)) for one in found.clocks],
        summaries=[one for one in found.summaries if one.running],
        running=found.running,
        late=found.late,
        sources=await limit_sources(authority, today),
        units=await authorities.units(authority),
        asked=asked,
        query=query,
        to_do=steps_in(lang_of(request)),
        today=today,
        after=found.after,
        first=after is None,
    )


def place_of(one: RunningClock) -> tuple[str, Action]:
    """Where somebody goes to do what is due: the address, and the action of its page."""
    match one.matter:
        case Matter.PLAN:
            return f"/desk/plans/{one.subject}" if id_of(one.subject) else "/desk/plans", Action.PLAN_READ
        case Matter.REPORT:
            return "/desk/reports", Action.REPORT_READ
        case Matter.FILING:
            return f"/desk/late-filings#{one.subject}", Action.LATE_FILING_READ
        case Matter.PUBLICATION | Matter.WITHDRAWAL:
            return f"/desk/publications/{one.subject}", Action.VISIT_READ
        case Matter.OBJECTION:
            return f"/desk/objections/{one.subject}", Action.OBJECTION_READ
        case Matter.CORRECTION | Matter.REFERRAL | Matter.RECTIFICATION | Matter.RECHECK:
            return f"/desk/visits/{one.visit}", Action.VISIT_READ
        case _:
            return f"/desk/tasks/{one.subject}", Action.TASK_READ


HANDLERS: Final = (read_clocks,)
