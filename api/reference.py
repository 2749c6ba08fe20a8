"""The reference: the OpenAPI 3.1 document and a page that shows it without asking any other server for anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.params import FromPath
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest
from api.language import TAGS, preferred
from api.permits import Action
from api.process import process_of
from inspection.kernel.catalogue import text
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode

ASSETS: Final = Path(str(files("api").joinpath("static", "reference")))
DOCUMENT_TYPE: Final = "application/vnd.oai.openapi+json"
_OPT: Final = {"action": Action.REFERENCE_READ}


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One line of the closed list of problem codes."""

    type: str
    status: int
    title: str
    language: str


@get("/schema", media_type="text/html", opt=_OPT, include_in_schema=False, sync_to_thread=True)
def read_page() -> bytes:
    """The reference page."""
    return (ASSETS / "index.html").read_bytes()


@get("/schema/openapi.json", media_type=DOCUMENT_TYPE, opt=_OPT, include_in_schema=False, sync_to_thread=True)
def read_document(request: AnyRequest) -> Response[bytes]:
    """The whole service as OpenAPI 3.1."""
    return Response(process_of(request).openapi(), media_type=DOCUMENT_TYPE)


@get("/problems/{code:str}", opt=_OPT, tags=["reference"], sync_to_thread=False)
def read_problem(request: AnyRequest, code: FromPath[str]) -> ProblemKind:
    """What the `type` of a problem document means."""
    if code not in {known.value for known in ProblemCode}:
        raise NotFound(ProblemCode.NOT_FOUND, "api.not_found")
    kind = ProblemCode(code)
    language = preferred(request.headers.get("accept-language"))
    return ProblemKind(kind.type, kind.status, text(f"api.problem.{kind}", language), TAGS[language])


assets = create_static_files_router(
    "/schema/assets", [ASSETS], name="reference-assets", opt=_OPT, cache_control=CacheControlHeader(max_age=86400)
)

handlers: Final[Sequence[ControllerRouterHandler]] = [read_page, read_document, read_problem, assets]
