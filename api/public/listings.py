"""Lists besides the register of results: the draws, and where an objection goes to."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromQuery

from api.commands import AnyRequest
from api.pages.problems import page_problems
from api.pages.render import page
from api.permits import Action
from api.process import process_of
from api.public.pages import PAGE, view_of
from inspection.authority.contact import AuthorityContact, contact_of
from inspection.authority.store import authorities
from inspection.draw.told.listing import public_draws
from inspection.kernel.calendar.rules import local_day
from inspection.policy.load import rule_set


@dataclass(frozen=True, slots=True)
class ShownAuthority:
    """Where an authority is reached, and within how many working days it decides an objection."""

    name: str
    contact: AuthorityContact
    working_days: int


@get("/draws", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def draws(request: AnyRequest, after: FromQuery[UUID | None] = None) -> Response[bytes]:
    """The draws whose lists are frozen, newest first."""
    found = await public_draws(after=after, limit=PAGE)
    return page(request, view_of(request), "public/draws.html", draws=found.draws, after=after, next=found.after)


@get("/contact", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def contact(request: AnyRequest) -> Response[bytes]:
    """How to object to a result, and whom to call."""
    shown = await _shown(local_day(process_of(request).clock.now()))
    return page(request, view_of(request), "public/contact.html", authorities=shown)


async def _shown(today: date) -> list[ShownAuthority]:
    return [
        ShownAuthority(one.name, contact_of(one), rule_set(one.rule_set, today).objection.working_days)
        for one in await authorities()
    ]


listings_router = Router("/", route_handlers=[draws, contact], exception_handlers=page_problems(view_of))
