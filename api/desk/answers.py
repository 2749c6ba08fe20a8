"""How the desk answers: a page for whoever sits there, kept by no cache; a refusal as a page, too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from litestar import Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_401_UNAUTHORIZED
from litestar.types import ExceptionHandlersMap

from api.commands import AnyRequest, Bearer, Connection
from api.desk.menu import menu_for
from api.desk.session import (
    PLACE,
    SignInNeededError,
    StepNeededError,
    cookie_name,
    ended_cookie,
    form_token,
    may_go_on,
)
from api.errors import problem_of
from api.language import TAGS, Language
from api.pages.render import HTML, POLICY, View, language, rendered, shown
from api.permits import Action, may
from api.process import process_of
from inspection.authority.sign_in_rules import Stage
from inspection.kernel.catalogue import catalogue, text
from inspection.kernel.errors import DomainError

_LANGUAGE: Final = "desk-lang"
_YEAR: Final = 365 * 24 * 3600
SIGN_IN: Final = f"{PLACE}/sign-in"
CODE: Final = f"{SIGN_IN}/code"
FACTORS: Final = f"{PLACE}/account/factors"
_STEPS: Final = {Stage.FACTOR: CODE, Stage.PASSWORD: f"{PLACE}/account/password", Stage.SET_UP: FACTORS}
"""Where a session goes on that has not come far enough."""
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    # htmx asks for parts of our own pages; nothing is evaluated, and no style or script stands in a page.
    "Content-Security-Policy": f"{POLICY}; script-src 'self'; connect-src 'self'; media-src 'self'",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
_NO_PERSON: Final[Mapping[str, str]] = {
    "system": "desk.actor_system",
    "device": "desk.actor_device",
    "public": "desk.actor_public",
    "party": "desk.actor_party",
}
"""Names under which the house itself, tablets and those without an account stand in the journal."""
_FIELD_TEXTS: Final[Mapping[str, str]] = {
    "missing": "desk.field_missing",
    "string_too_short": "desk.field_missing",
    "too_short": "desk.field_missing",
    "string_too_long": "desk.field_too_long",
    "too_long": "desk.field_too_many",
    "enum": "desk.field_choice",
    "literal_error": "desk.field_choice",
    "greater_than": "desk.field_too_small",
    "greater_than_equal": "desk.field_too_small",
    "less_than": "desk.field_too_large",
    "less_than_equal": "desk.field_too_large",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form was not taken: the sentence, the HTTP status, a sentence a field, and what was typed."""

    told: str
    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def first(self, name: str) -> str | None:
        """What was typed into a field; None when nothing was sent of it."""
        found = self.typed.get(name)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class DeskView(View):
    """A view whose language the desk remembers: its addresses do not name it."""

    def link(self, path: str, **query: str | None) -> str:
        """An address of the desk; parameters that are None are left out."""
        pairs = [(name, value) for name, value in query.items() if value is not None]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def other_language(self) -> str:
        """This same page in the other language."""
        pairs = [(name, value) for name, value in parse_qsl(self.query) if name != "lang"]
        return f"{self.path}?{urlencode([*pairs, ('lang', 'zh' if self.lang == 'en' else 'en')])}"


def desk_page(request: AnyRequest, template: str, *, status: int = 200, **facts: object) -> Response[bytes]:
    """A page of the desk. `template`: `<area>/<name>.html`, extends `desk/layout.html`.

    Besides `facts` a template gets: `me` (the `Actor`; None before signing in), `may(action)`, `menu`, `form_token`,
    `trouble` (a `Trouble` or None), `done` (the sentence of what was just done, or None), `path` (of this page), and of
    every page `t(key, **facts)`, `day`, `moment`, `asset`, `link`, `lang`, and for values and names `said`, `word_of`,
    `actor`.
    """
    view = view_of(request)
    body = rendered(view, template, **_circumstances(request, view), **facts)
    made = _answered(body, view.lang, status)
    if asked := request.query_params.get("lang"):
        made.set_cookie(Cookie(key=_LANGUAGE, value=language(asked), path=PLACE, max_age=_YEAR, samesite="lax"))
    return made


def redirected(address: str) -> Response[bytes]:
    """303 to a page of the desk: what follows a form that was taken."""
    return Response(b"", status_code=HTTP_303_SEE_OTHER, headers={**HEADERS, "Location": address}, media_type=HTML)


def see(path: str, done: str | None = None, **query: str | None) -> str:
    """The address to go on at. `done`: the name of the sentence to show there, a key `<room>.done_<name>`."""
    pairs = [(name, value) for name, value in {**query, "done": done}.items() if value is not None]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def up_to(most: int, count: int) -> str:
    """A number that was counted to one more than `most`: of more it is only said that there are more."""
    return str(count) if count <= most else f"{most}+"


def view_of(request: AnyRequest) -> DeskView:
    """The view of this request: its language from the address, else as the desk remembers it."""
    return DeskView(lang_of(request), request.url.path, request.url.query, ())


def lang_of(request: Connection) -> Language:
    """The language that the desk is read in."""
    return language(request.query_params.get("lang") or request.cookies.get(_LANGUAGE))


def me_of(request: Connection) -> Bearer | None:
    """Who sits at the desk; None on the pages that are open to anybody."""
    bearer: Bearer | None = request.scope.get("user")
    return bearer


def trouble_of(request: AnyRequest, error: Exception, typed: Mapping[str, Sequence[str]]) -> Trouble:
    """What went wrong with a form, in the reader's words."""
    problem, lang = problem_of(error), lang_of(request)
    errors: Any = problem.facts.get("errors", ())
    fields = {one["at"]: text(_FIELD_TEXTS.get(one.get("kind"), "desk.field_form"), lang) for one in errors}
    told = text("desk.fields_wrong" if fields else problem.message_key, lang, **dict(problem.facts))
    return Trouble(told, problem.code.status, fields, typed)


def desk_problems() -> ExceptionHandlersMap:
    """Exception handlers of the desk's routes: pages, never problem documents."""
    return {SignInNeededError: _ask, StepNeededError: _step, DomainError: _problem, HTTPException: _problem}


def _ask(request: AnyRequest, _: Exception) -> Response[bytes]:
    # Where to go on is told only of pages that are read: a form cannot be sent again by an address.
    back = request.url.path if request.method in {"GET", "HEAD"} else PLACE
    asked = f"{back}?{request.url.query}" if request.url.query and back != PLACE else back
    made = _gone_on(request, f"{SIGN_IN}?{urlencode({'next': asked})}" if asked != PLACE else SIGN_IN)
    if cookie_name(process_of(request)) in request.cookies:
        made.set_cookie(ended_cookie(process_of(request)))
    return made


def _step(request: AnyRequest, error: Exception) -> Response[bytes]:
    stage = error.stage if isinstance(error, StepNeededError) else Stage.OPEN
    return _gone_on(request, _STEPS.get(stage, PLACE))


def _gone_on(request: AnyRequest, address: str) -> Response[bytes]:
    made = redirected(address)
    if "hx-request" in request.headers:
        # htmx would follow the way silently and show a part of that page inside this one.
        made.status_code = HTTP_401_UNAUTHORIZED
        made.headers["HX-Redirect"] = address
    return made


def _problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    problem, lang = problem_of(error), lang_of(request)
    explanation = text(problem.message_key, lang, **dict(problem.facts))
    heading = text(f"api.problem.{problem.code}", lang)
    made = desk_page(request, "desk/problem.html", status=problem.code.status, heading=heading, explanation=explanation)
    if isinstance(wait := problem.facts.get("retry_after"), int):
        made.headers["Retry-After"] = str(wait)
    return made


def _circumstances(request: AnyRequest, view: View) -> dict[str, Any]:
    bearer = me_of(request)
    role = bearer.actor.role if bearer else None
    return {
        "me": bearer.actor if bearer else None,
        "may": lambda action: role is not None and may(role, Action(action)),
        "menu": menu_for(role) if role and may_go_on(request) else (),
        "form_token": form_token(request),
        "trouble": request.scope.get("state", {}).get("trouble"),
        "done": _done(request.query_params.get("done"), view.lang),
        "path": view.path,
        "role_name": text(f"desk.role_{role.value}", view.lang) if role else "",
        "said": partial(_said, lang=view.lang),
        "word_of": partial(_word_of, lang=view.lang),
        "actor": partial(_actor, lang=view.lang),
    }


def _done(key: str | None, lang: Language) -> str | None:
    """The sentence of what was done. Only sentences of ours are shown, whatever an address says."""
    if key is None:
        return None
    room, _, name = key.partition(".")
    try:
        return text(key, lang) if name.startswith("done_") and (room == "desk" or room.startswith("desk_")) else None
    except KeyError:
        return None


def _said(prefix: str, value: object, lang: Language) -> str:
    """The text of one of a closed list of values: key `<prefix>_<value>`."""
    return text(f"{prefix}_{getattr(value, 'value', value)}", lang)


def _word_of(prefix: str, value: object, lang: Language) -> str:
    """The text of one of an open list of values, key `<prefix>_<value>`; the value itself where it has none."""
    return catalogue(prefix.partition(".")[0], lang).get(f"{prefix}_{value}", str(value))


def _actor(name: str | None, lang: Language) -> str:
    """Whoever did something, by the name that was kept: what is no person in words, "" where nobody is named."""
    key = _NO_PERSON.get(name or "")
    return text(key, lang) if key else shown(name or "")


def _answered(body: str, lang: Language, status: int) -> Response[bytes]:
    headers = {**HEADERS, "Content-Language": TAGS[lang]}
    return Response(body.encode(errors="replace"), status_code=status, media_type=HTML, headers=headers)


def local_address(told: str | None) -> str:
    """An address of the desk to go on at after signing in; the desk's home for anything else."""
    if told is None or not told.startswith(f"{PLACE}/") or "\\" in told or any(ord(char) < 0x21 for char in told):  # noqa: PLR2004
        return PLACE
    # Browsers go up at dots, written out or escaped.
    if ".." in unquote(told.partition("?")[0]).split("/"):
        return PLACE
    return quote(told, safe="/?&=%:.,-_~+[]")
