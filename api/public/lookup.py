"""What is said of one party: by the code that its licence shows, or by the link that its notice shows."""

from typing import Final

from litestar import Response, Router, get
from litestar.params import FromQuery

from api.commands import AnyRequest
from api.pages.problems import page_problems
from api.pages.render import HTML, page
from api.permits import Action
from api.public.filters import Code, Narrowed
from api.public.pages import PAGE, view_of
from api.public.shown import shown, shown_penalty
from inspection.door.open import is_link
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.published import PublishedPage, published_page
from inspection.registry.objects.codes import CodeReading, read_code

NOTHING: Final = PublishedPage((), None)


@get("/lookup", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def look_up(request: AnyRequest, code: Code = "", link: FromQuery[str] = "") -> Response[bytes]:
    """Every published result and penalty of the party with this code; or on to the pages of a notice."""
    door = link.strip().upper()
    if is_link(door):
        address = view_of(request).link(f"/e/{door}")
        return Response(b"", status_code=303, media_type=HTML, headers={"Location": address})
    read = read_code(code) if code.strip() else None
    exact = read.code if isinstance(read, CodeReading) else ""
    results = await _of(exact, DocumentKind.RESULT)
    penalties = await _of(exact, DocumentKind.PENALTY)
    view = view_of(request)
    return page(
        request,
        view,
        "public/lookup.html",
        code=exact or code.strip(),
        unread=bool(code.strip()) and not exact,
        doubtful=isinstance(read, CodeReading) and read.warning is not None,
        no_link=bool(link.strip()),
        asked=bool(exact),
        results=[shown(one, view.lang) for one in results.results],
        penalties=[shown_penalty(one) for one in penalties.results],
        more=results.after is not None,
    )


async def _of(code: str, kind: DocumentKind) -> PublishedPage:
    return await published_page(limit=PAGE, wanted=await Narrowed(code=code).wanted(kind)) if code else NOTHING


lookup_router = Router("/", route_handlers=[look_up], exception_handlers=page_problems(view_of))
