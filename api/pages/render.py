"""Pages of HTML: one environment of templates, one set of texts, one way of caching. No inline script, no inline style;
only the page of a sealed draw brings a script, a file of ours.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import product
from typing import Final
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from litestar import Response

from api.commands import AnyRequest
from api.language import DEFAULT, TAGS, Language
from api.pages import dates
from inspection.kernel.catalogue import DESK_AREAS, LANGUAGES, ROOMS, catalogue, text

HTML: Final = "text/html"
JSON: Final = "application/json"
DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED: Final = f"{POLICY}; script-src 'self'; connect-src 'self'; worker-src 'self'"
"""The policy of a page with a script of ours: it may fetch from us and from nowhere else."""
_MODULES: Final = ("page", "verify", "result", "later", "shares", "read", "hashes", "words")
ASSETS: Final[Mapping[str, str]] = {
    "site.css": "text/css",
    "sheet.css": "text/css",
    "entity.css": "text/css",
    "desk.css": "text/css",
    "desk-stage.css": "text/css",
    "desk-stage.js": "text/javascript",
    "desk-review.css": "text/css",
    "desk-review.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "desk-masking.js": "text/javascript",
    "desk-passkey.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    **{f"draw-{module}.js": "text/javascript" for module in _MODULES},
    **{f"credential-{module}.js": "text/javascript" for module in ("page", "check", "worker")},
}


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation. `key` names its text; `current` marks where the reader is."""

    path: str
    key: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What the layout needs of a page: its language, its own address and its place in the navigation."""

    lang: Language
    path: str
    query: str
    sections: Sequence[Section]

    def link(self, path: str, **query: str | None) -> str:
        """An address on this site that keeps the reader's language; parameters that are None are left out."""
        pairs = [(name, value) for name, value in query.items() if value is not None]
        if self.lang != DEFAULT:
            pairs.append(("lang", self.lang))
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def other_language(self) -> str:
        """This same page in the other language."""
        pairs = [(name, value) for name, value in parse_qsl(self.query) if name != "lang"]
        if self.lang == DEFAULT:
            pairs.append(("lang", "en"))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


def page(
    request: AnyRequest,
    view: View,
    template: str,
    *,
    status: int = 200,
    max_age: int = 60,
    scripted: bool = False,
    **facts: object,
) -> Response[bytes]:
    """Render `template` and answer it, or 304 when the reader has these very bytes. `scripted`: it has a script."""
    body = rendered(view, template, **facts)
    extra = {"Content-Security-Policy": SCRIPTED if scripted else POLICY, "Content-Language": TAGS[view.lang]}
    return answer(request, body.encode(), HTML, max_age=max_age, status=status, headers=extra)


def rendered(view: View, template: str, **facts: object) -> str:
    """The HTML of `template` in the view's language."""
    return (
        _environment()
        .get_template(template)
        .render(
            t=lambda key, **told: text(key, view.lang, **told),
            day=partial(dates.day, lang=view.lang),
            moment=partial(dates.moment, lang=view.lang),
            asset=asset_address,
            lang=view.lang,
            tag=TAGS[view.lang],
            link=view.link,
            other_language=view.other_language,
            sections=view.sections,
            **facts,
        )
    )


def make_ready(*, desk: bool = True) -> None:
    """Compile the templates and read every catalogue now: the first reader of each would wait for it.

    Without `desk`, its pages are compiled as somebody comes to them: a server of which the office asks nothing yet is
    9 MB smaller. Processes that part from this one should have them before, once for all.
    """
    environment = _environment()
    for name in environment.list_templates(extensions=["html", "xml"]):
        if desk or not name.startswith("desk"):
            environment.get_template(name)
    for room, lang in product(ROOMS, LANGUAGES):
        catalogue(room, lang)


def answer(
    request: AnyRequest,
    body: bytes,
    media_type: str,
    *,
    max_age: int,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Bytes with an ETag. Errors are never kept by a cache, so that a page may appear the moment it exists."""
    told = {**(headers or {}), "Cache-Control": f"public, max-age={max_age}" if status == 200 else "no-store"}  # noqa: PLR2004
    if status == 200:  # noqa: PLR2004
        told["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if unchanged(request, told["ETag"]):
            return Response(b"", status_code=304, media_type=media_type, headers=told)
    return Response(body, status_code=status, media_type=media_type, headers=told)


def unchanged(request: AnyRequest, etag: str) -> bool:
    """Whether If-None-Match names this ETag (RFC 9110 §13.1.2; weak comparison)."""
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in asked.split(","))


def language(lang: str | None) -> Language:
    """The language a page was asked for; Chinese unless it is English."""
    return "en" if lang == "en" else DEFAULT


@cache
def asset(name: str) -> tuple[bytes, str]:
    """(bytes, first 16 hex characters of their SHA-256) of a file the pages bring along.

    Raises:
        KeyError: there is no such file.
    """
    if name not in ASSETS:
        raise KeyError(name)
    data = files("api.pages").joinpath("static", name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:16]


def asset_address(name: str) -> str:
    """The address of a file, with its digest, so that it may be kept for ever and still be replaced at once."""
    return f"/assets/{name}?v={asset(name)[1]}"


@cache
def _environment() -> Environment:
    packages = {"pages": "api.pages", "public": "api.public", "entity": "api.entity", "desk": "api.desk"}
    packages |= {f"desk_{area}": f"api.desk.{area}" for area in DESK_AREAS}
    loader = PrefixLoader({name: PackageLoader(package, "templates") for name, package in packages.items()})
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["shown"] = shown
    environment.filters["shown_lines"] = shown_lines
    return environment


def shown(told: str) -> str:
    """A text as a page shows it: without control characters, and without those that turn the direction of the page."""
    return "".join(char for char in told if unicodedata.category(char) != "Cc" and char not in DIRECTION)


def shown_lines(told: str) -> str:
    """A text of several lines as a page shows it; the element says that its lines are kept."""
    return "\n".join(shown(line) for line in told.splitlines())
