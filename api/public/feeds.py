"""What was published lately, for readers that ask by themselves (Atom, RFC 4287)."""

from typing import Final

from litestar import Response, Router, get

from api.commands import AnyRequest
from api.pages.problems import page_problems
from api.pages.render import answer, rendered
from api.permits import Action
from api.process import process_of
from api.public.filters import Authority, Item, Narrowed
from api.public.pages import view_of
from api.public.shown import shown, shown_penalty
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.published import published_page

ATOM: Final = "application/atom+xml"
ENTRIES: Final = 50
MAX_AGE: Final = 300


@get("/results.atom", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def results_feed(request: AnyRequest, authority: Authority = "", item: Item = "") -> Response[bytes]:
    """The newest results, of all or of one authority or item."""
    asked = Narrowed(authority=authority, item=item)
    found = await published_page(limit=ENTRIES, wanted=await asked.wanted())
    view = view_of(request)
    return _feed(request, "results", [shown(one, view.lang) for one in found.results])


@get("/penalties.atom", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def penalties_feed(request: AnyRequest) -> Response[bytes]:
    """The newest penalties."""
    found = await published_page(limit=ENTRIES, wanted=await Narrowed().wanted(DocumentKind.PENALTY))
    return _feed(request, "penalties", [shown_penalty(one) for one in found.results])


def _feed(request: AnyRequest, of: str, entries: list[object]) -> Response[bytes]:
    view = view_of(request)
    own = view.link(f"{view.path}", **{name: value for name, value in request.query_params.items() if name != "lang"})
    at = process_of(request).settings.address
    body = rendered(view, "public/feed.xml", entries=entries, of=of, at=at, own=own)
    return answer(request, body.encode(errors="replace"), ATOM, max_age=MAX_AGE)


feeds_router = Router("/", route_handlers=[results_feed, penalties_feed], exception_handlers=page_problems(view_of))
