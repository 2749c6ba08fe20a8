"""The public pages: what was published, what may be inspected, how it was drawn. No cookie, no tracking. One script:
it checks a draw on the reader's own device.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest
from api.pages.problems import page_problems
from api.pages.render import Section, View, language, page
from api.permits import Action
from api.process import process_of
from api.public.filters import Authority, Item, from_form
from api.public.sheet import fingerprint_code, sheet_page
from api.public.sheet_paper import sheet_pdf
from api.public.shown import shown, shown_withdrawal
from api.public.shown_draw import SEALED, shown_draw
from api.public.shown_items import shown_items
from api.public.shown_plans import shown_plan, shown_plans
from inspection.draw.told.disclose import public_view
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.publicity.published import PublishedResult, published_page, published_versions
from inspection.visits.review.codes import CodeClass
from mobile_contract.problems import ProblemCode

LATEST: Final = 8
PAGE: Final = 20
GONE: Final = 410
SECTIONS: Final = (
    ("/", "pages.home"),
    ("/results", "pages.results"),
    ("/penalties", "pages.penalties"),
    ("/draws", "pages.draws"),
    ("/items", "pages.items"),
    ("/plans", "pages.plans"),
    ("/statistics", "pages.statistics"),
    ("/lookup", "pages.lookup"),
    ("/contact", "pages.contact"),
)


def view_of(request: AnyRequest) -> View:
    """The view of this request: its language and its place in the navigation."""
    path = request.url.path
    sections = [Section(home, key, path == home or (home != "/" and path.startswith(home))) for home, key in SECTIONS]
    return View(language(request.query_params.get("lang")), path, request.url.query, sections)


@get("/", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def home(request: AnyRequest) -> Response[bytes]:
    """What this is, and the latest results."""
    latest = await published_page(limit=LATEST)
    view = view_of(request)
    results = [shown(result, view.lang) for result in latest.results]
    return page(request, view, "public/home.html", results=results, more=latest.after is not None)


@get("/results", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def results(
    request: AnyRequest,
    q: FromQuery[str] = "",
    authority: FromQuery[Authority] = "",
    item: FromQuery[Item] = "",
    result_class: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Results by name or code, by item, class and day of publication, newest first."""
    asked = from_form(authority, item, result_class, since, until)
    found = await published_page(query=q, after=after, limit=PAGE, wanted=await asked.wanted())
    view = view_of(request)
    listed = [shown(result, view.lang) for result in found.results]
    facts: dict[str, Any] = {"results": listed, "q": q.strip(), "after": after, "next": found.after, "asked": asked}
    return page(request, view, "public/results.html", classes=tuple(CodeClass), **facts)


@get("/results/{number:str}", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def result(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """One result."""
    view, found = view_of(request), await published_versions(number)
    if found[-1].withdrawn:
        return gone_page(request, found[-1])
    versions = [shown(one, view.lang) for one in found if not (one.gone or one.withdrawn)]
    return page(request, view, "public/result.html", result=versions[-1], versions=versions)


def gone_page(request: AnyRequest, withdrawal: PublishedResult) -> Response[bytes]:
    """That something was taken back, when and on what ground; nothing of what it said (410)."""
    view = view_of(request)
    told = shown_withdrawal(withdrawal, view.lang)
    return page(request, view, "public/withdrawn.html", status=GONE, withdrawn=told)


@get("/items", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def items(request: AnyRequest) -> Response[bytes]:
    """What may be inspected (随机抽查事项清单)."""
    groups = await shown_items(local_day(process_of(request).clock.now()))
    return page(request, view_of(request), "public/items.html", authorities=groups)


@get("/plans", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def plans(request: AnyRequest) -> Response[bytes]:
    """The published annual plans (年度抽查工作计划) and their adjustments."""
    return page(request, view_of(request), "public/plans.html", authorities=await shown_plans())


@get("/plans/{plan_id:uuid}", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def plan(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """One published version of a plan."""
    view = view_of(request)
    return page(request, view, "public/plan.html", plan=await shown_plan(plan_id, view.lang))


@get("/draws/{draw_id:uuid}", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def draw(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """What is public of a draw: enough to compute it anew, and no name."""
    view, draw = view_of(request), shown_draw(await public_view(draw_id))
    code = fingerprint_code(draw, view.lang)
    return page(request, view, "public/draw.html", scripted=draw.sealed, draw=draw, qr=code)


@get("/draws/{draw_id:uuid}/sheet", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def sheet(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The ceremony sheet (摇号见证单) of a sealed draw, one page to print."""
    return await sheet_page(request, view_of(request), await _sealed(draw_id))


PRINTED: Final = {"action": Action.PUBLIC_READ, "uncompressed": True}


@get("/draws/{draw_id:uuid}/sheet.pdf", opt=PRINTED, include_in_schema=False)
async def printed_sheet(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The ceremony sheet of a sealed draw as a PDF."""
    return await sheet_pdf(request, await _sealed(draw_id), view_of(request).lang)


async def _sealed(draw_id: UUID) -> Mapping[str, Any]:
    told = await public_view(draw_id)
    if told["state"] not in SEALED:
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw_id))
    return told


pages_router = Router(
    "/",
    route_handlers=[home, results, result, items, plans, plan, draw, sheet, printed_sheet],
    exception_handlers=page_problems(view_of),
)
