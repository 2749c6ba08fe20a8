"""How a door's pages are answered: kept by no cache, told to nobody, and alike for every link that is not open."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_403_FORBIDDEN
from litestar.types import ExceptionHandlersMap

from api.commands import AnyRequest
from api.entity.session import CodeNeededError, DoorVisit, session_cookie
from api.errors import problem_of
from api.language import TAGS, Language
from api.pages.render import HTML, POLICY, Section, View, language, rendered
from api.process import process_of
from inspection.kernel.catalogue import text
from inspection.kernel.errors import DomainError

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
SECTIONS: Final = ("", "check", "notice", "result", "objections")
"""The pages of a door behind its link, in the order of the navigation; each has a text `entity.section_<name>`."""


def door_page(
    request: AnyRequest, door: DoorVisit, template: str, *, here: str = "", status: int = 200, **facts: object
) -> Response[bytes]:
    """A page for whoever is in. `template`: of `api/entity/templates`, `entity/<name>.html`; `here`: of `SECTIONS`.

    The template gets `door` (a `DoorVisit`) and `today` besides `facts`, and extends `entity/layout.html`.
    """
    body = page_body(view_of_door(request, door, here), door, template, **facts)
    return body_at_the_door(request, door, body, status=status)


async def kept_page(
    request: AnyRequest,
    door: DoorVisit,
    template: str,
    facts: Callable[[], Awaitable[Mapping[str, object]]],
    *,
    here: str,
) -> Response[bytes]:
    """A page that only reads: written once for each language and day while things stand as they do; `facts` are asked
    for then. Of the request nothing else is told in it.
    """
    lang = lang_of(request)
    path = f"{door.path}/{here}" if here else door.path

    async def made() -> bytes:
        view = View(lang, path, _told_query(request), _sections(door, here))
        return page_body(view, door, template, **await facts())

    standing = (door.door.standing, door.door.state, door.door.expires_on, door.today)
    body = await process_of(request).door_pages.of(door.now, (path, lang), standing, made)
    return body_at_the_door(request, door, body)


def page_body(view: View, door: DoorVisit, template: str, **facts: object) -> bytes:
    """The bytes of a page for whoever is in."""
    return rendered(view, template, door=door, today=door.today, **facts).encode(errors="replace")


def body_at_the_door(request: AnyRequest, door: DoorVisit, body: bytes, *, status: int = 200) -> Response[bytes]:
    """A page with the cookie for the next half hour."""
    made = _answered(body, lang_of(request), status)
    made.set_cookie(session_cookie(process_of(request), door.door))
    return made


def code_form(request: AnyRequest, link: str, *, status: int = 200, wrong: bool = False) -> Response[bytes]:
    """What asks for the code, whatever the link is."""
    path = f"/e/{quote(link, safe='')}"
    view = View(lang_of(request), path, _told_query(request), ())
    return _answered(rendered(view, "entity/code.html", path=path, wrong=wrong), view.lang, status)


def redirected(request: AnyRequest, path: str) -> Response[bytes]:
    """303 to a page of ours, in the reader's language: what follows a form that was sent."""
    address = View(lang_of(request), path, "", ()).link(path)
    return Response(b"", status_code=HTTP_303_SEE_OTHER, headers={**HEADERS, "Location": address}, media_type=HTML)


def view_of_door(request: AnyRequest, door: DoorVisit, here: str) -> View:
    """The view of a page of this door: its language, and its place among the others."""
    return View(lang_of(request), request.url.path, _told_query(request), _sections(door, here))


def lang_of(request: AnyRequest) -> Language:
    """The language that the page is asked for in."""
    return language(request.query_params.get("lang"))


def door_problems() -> ExceptionHandlersMap:
    """Exception handlers for routes under `/e/{link:str}`: pages, never problem documents."""
    return {CodeNeededError: _ask, DomainError: _problem, HTTPException: _problem}


def _ask(request: AnyRequest, _: Exception) -> Response[bytes]:
    reading = request.method in {"GET", "HEAD"}
    return code_form(request, str(request.path_params.get("link", "")), status=200 if reading else HTTP_403_FORBIDDEN)


def _problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    problem, lang = problem_of(error), lang_of(request)
    told = text(problem.message_key, lang, **dict(problem.facts))
    view = View(lang, request.url.path, _told_query(request), ())
    back = f"/e/{quote(str(request.path_params.get('link', '')), safe='')}"
    title = text(f"api.problem.{problem.code}", lang)
    page = rendered(view, "entity/problem.html", heading=title, explanation=told, back=back)
    made = _answered(page, lang, problem.code.status)
    if isinstance(wait := problem.facts.get("retry_after"), int):
        made.headers["Retry-After"] = str(wait)
    return made


def _sections(door: DoorVisit, here: str) -> list[Section]:
    return [
        Section(f"{door.path}/{name}" if name else door.path, f"entity.section_{name or 'home'}", name == here)
        for name in SECTIONS
    ]


def _answered(body: str | bytes, lang: Language, status: int) -> Response[bytes]:
    headers = {**HEADERS, "Content-Language": TAGS[lang]}
    told = body.encode(errors="replace") if isinstance(body, str) else body
    return Response(told, status_code=status, media_type=HTML, headers=headers)


def _told_query(request: AnyRequest) -> str:
    """Of the query nothing but the language is kept in the page's own address."""
    return "lang=en" if lang_of(request) == "en" else ""
