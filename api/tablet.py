"""The inspector's app under /tablet/: the files that Vite made of `tablet/`, and nothing else.

Which files there are is read once for every build; a request names one of them or nothing, so that no path leads
anywhere. What bears a hash in its name is kept for ever, what leads to it is asked for again each time.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Final

import brotli
from litestar import Response, Router, get, head
from litestar.params import FromPath

from api.commands import AnyRequest
from api.pages.render import unchanged
from api.permits import Action
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode

ROOT: Final = "/tablet/"
FIRST: Final = "index.html"
FOLDER: Final = Path(str(files("api").joinpath("tablet_app")))
"""Made by `make tablet`; a wheel brings it."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
HASHED: Final = "assets/"
"""Where Vite puts what bears a hash of its bytes in its name."""

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
ANY_BYTES: Final = "application/octet-stream"
PACKABLE: Final = frozenset({".html", ".js", ".css", ".txt", ".json", ".webmanifest", ".svg"})
KEPT_BACK: Final = ".map"
"""For those who look for a fault, in the folder itself: no tablet needs it."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Everything from here, pictures and sounds from the tablet's own memory too; a paper is shown from there."""

GUARDS: Final = {
    # The service worker goes by the policy of its own file: every file bears it.
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_OPT: Final = {"action": Action.TABLET_READ, "uncompressed": True}


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of the app: bytes, media type, SHA-256 (32 hex characters), and how long it may be kept."""

    data: bytes
    media_type: str
    digest: str
    cache: str
    packable: bool


@get([ROOT, f"{ROOT}{{path:path}}"], opt=_OPT, include_in_schema=False)
async def read_app(request: AnyRequest, path: FromPath[Path] = Path()) -> Response[bytes]:
    """A file of the app; its page at the root."""
    return _answer(request, path)


@head([ROOT, f"{ROOT}{{path:path}}"], opt=_OPT, include_in_schema=False)
async def ask_app(request: AnyRequest, path: FromPath[Path] = Path()) -> Response[None]:
    """What reading it would answer, without its bytes."""
    told = _answer(request, path)
    length = {"Content-Length": str(len(told.content))} if told.status_code == HTTPStatus.OK else {}
    return Response(None, status_code=told.status_code, headers={**told.headers, **length})


def _answer(request: AnyRequest, path: Path) -> Response[bytes]:
    name = path.as_posix().lstrip("/")
    if name in {"", "."} and not str(request.scope["raw_path"], "latin-1").endswith("/"):
        # Without the slash the page would lie outside of what the service worker keeps.
        return Response(b"", status_code=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": ROOT})
    file = _found(FIRST if name in {"", "."} else name)
    headers = {**GUARDS, "Content-Type": file.media_type, "Cache-Control": file.cache, "Vary": "Accept-Encoding"}
    if name == "sw.js":
        headers["Service-Worker-Allowed"] = ROOT
    coding = _coding(request.headers.get("accept-encoding", "")) if file.packable else ""
    headers["ETag"] = f'"{file.digest}{"-" if coding else ""}{coding}"'
    if unchanged(request, headers["ETag"]):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    return Response(_packed(file, coding), status_code=HTTPStatus.OK, headers=headers)


def _found(name: str) -> BuiltFile:
    first = FOLDER / FIRST
    if not first.is_file():
        raise NotFound(ProblemCode.NOT_FOUND, "api.tablet_not_built")
    file = built_files(FOLDER, first.stat().st_mtime_ns).get(name)
    if file is None:
        raise NotFound(ProblemCode.NOT_FOUND, "api.not_found")
    return file


@lru_cache(maxsize=1)
def built_files(folder: Path, _: int) -> dict[str, BuiltFile]:
    """All files of one build, by their path under `folder`. The number tells one build from the next."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != KEPT_BACK]
    return {path.relative_to(folder).as_posix(): _built(path, folder) for path in paths}


def _built(path: Path, folder: Path) -> BuiltFile:
    data = path.read_bytes()
    hashed = path.relative_to(folder).as_posix().startswith(HASHED)
    return BuiltFile(
        data,
        TYPES.get(path.suffix, ANY_BYTES),
        hashlib.sha256(data).hexdigest()[:32],
        FOR_EVER if hashed else ASK_AGAIN,
        path.suffix in PACKABLE,
    )


def _coding(accepted: str) -> str:
    """The better of what the caller can unpack (RFC 9110 §12.5.3); nothing when it says neither."""
    told = {part.partition(";")[0].strip().lower(): part.replace(" ", "") for part in accepted.split(",")[:20]}
    able = {coding for coding, part in told.items() if not part.endswith((";q=0", ";q=0.0", ";q=0.00", ";q=0.000"))}
    return next((coding for coding in ("br", "gzip") if coding in able), "")


@lru_cache(maxsize=256)
def _packed(file: BuiltFile, coding: str) -> bytes:
    """Packed once for every build, so with more care than an answer that is made for one caller."""
    if coding == "br":
        return bytes(brotli.compress(file.data, quality=9))
    return gzip.compress(file.data, compresslevel=9, mtime=0) if coding else file.data


router = Router("/", route_handlers=[read_app, ask_app])
