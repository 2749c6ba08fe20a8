"""The public pages of penalties, and what stands in the place of one that was removed."""

from typing import Any

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest
from api.pages.problems import page_problems
from api.pages.render import page
from api.permits import Action
from api.public.filters import Narrowed
from api.public.pages import PAGE, gone_page, view_of
from api.public.shown import shown_penalty
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.published import published, published_page


@get("/penalties", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def penalties(
    request: AnyRequest, q: FromQuery[str] = "", after: FromQuery[str | None] = None
) -> Response[bytes]:
    """Penalties by the party's name or code, newest first."""
    wanted = await Narrowed().wanted(DocumentKind.PENALTY)
    found = await published_page(query=q, after=after, limit=PAGE, wanted=wanted)
    listed = [shown_penalty(one) for one in found.results]
    facts: dict[str, Any] = {"penalties": listed, "q": q.strip(), "after": after, "next": found.after}
    return page(request, view_of(request), "public/penalties.html", **facts)


@get("/penalties/{number:str}", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def penalty(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """One penalty."""
    found = await published(number, DocumentKind.PENALTY)
    if found.withdrawn:
        return gone_page(request, found)
    return page(request, view_of(request), "public/penalty.html", penalty=shown_penalty(found))


penalty_pages_router = Router("/", route_handlers=[penalties, penalty], exception_handlers=page_problems(view_of))
