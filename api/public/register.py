"""The public register as JSON: results, penalties, what was taken back; each number with its exact bytes and history.

What was taken back answers 410 with the document that says so; nothing that it said is handed out again.
"""

from typing import Final

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest
from api.pages import render
from api.permits import Action
from api.public.filters import (
    Authority,
    Code,
    Item,
    Narrowed,
    Query,
    Result,
    ResultClass,
    Since,
    Until,
)
from api.public.shown import history, listed
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.errors import NotFound
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.published import (
    PublishedPage,
    PublishedResult,
    published,
    published_page,
    published_versions,
    readable_version,
    withdrawn_page,
)
from mobile_contract.problems import ProblemCode

MAX_AGE: Final = 60
OK, GONE = 200, 410
SUFFIX: Final = ".json"
OPT: Final = {"action": Action.PUBLIC_READ}
PENALTY: Final = DocumentKind.PENALTY


@get("/results.json", opt=OPT)
async def results_json(
    request: AnyRequest,
    *,
    q: FromQuery[Query] = "",
    authority: FromQuery[Authority] = "",
    code: FromQuery[Code] = "",
    item: FromQuery[Item] = "",
    result: FromQuery[Result] = None,
    result_class: FromQuery[ResultClass] = None,
    since: FromQuery[Since] = None,
    until: FromQuery[Until] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 20,
) -> Response[bytes]:
    """Published results, newest first; `after` of an answer leads to the next page."""
    wanted = await Narrowed(authority, code, item, result, result_class, since, until).wanted()
    return _page(request, "results", await published_page(query=q, after=after, limit=limit, wanted=wanted))


@get("/penalties.json", opt=OPT)
async def penalties_json(
    request: AnyRequest,
    *,
    q: FromQuery[Query] = "",
    authority: FromQuery[Authority] = "",
    code: FromQuery[Code] = "",
    since: FromQuery[Since] = None,
    until: FromQuery[Until] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = 20,
) -> Response[bytes]:
    """Published penalties that stand, newest first."""
    wanted = await Narrowed(authority, code, since=since, until=until).wanted(PENALTY)
    return _page(request, "penalties", await published_page(query=q, after=after, limit=limit, wanted=wanted))


@get("/withdrawn.json", opt=OPT)
async def withdrawn_json(
    request: AnyRequest, after: FromQuery[str | None] = None, limit: FromQuery[int] = 20
) -> Response[bytes]:
    """What was taken back, newest first: whoever has copied the register removes it there."""
    return _page(request, "withdrawn", await withdrawn_page(after=after, limit=limit))


@get("/results/{file:str}", opt=OPT)
async def result_json(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """The exact bytes that were published under a number (`<number>.json`); their SHA-256 is in `X-Content-SHA256`."""
    return _exact(request, await published(_number(file)))


@get("/penalties/{file:str}", opt=OPT)
async def penalty_json(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """The exact bytes of a penalty (`<number>.json`)."""
    return _exact(request, await published(_number(file), PENALTY))


@get("/results/{number:str}/history.json", opt=OPT)
async def result_history(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Every version that was published under a number: what was corrected, when, and where its exact bytes are."""
    return _json(request, history(await published_versions(number)))


@get("/penalties/{number:str}/history.json", opt=OPT)
async def penalty_history(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Every version of a penalty."""
    return _json(request, history(await published_versions(number, PENALTY)))


@get("/results/{number:str}/versions/{file:str}", opt=OPT)
async def result_version(request: AnyRequest, number: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """The exact bytes of one version (`<version>.json`), also of one that was corrected since."""
    return _exact(request, await readable_version(number, _number(file)), status=OK)


@get("/penalties/{number:str}/versions/{file:str}", opt=OPT)
async def penalty_version(request: AnyRequest, number: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """The exact bytes of one version of a penalty."""
    return _exact(request, await readable_version(number, _number(file), PENALTY), status=OK)


def _number(file: str) -> str:
    if not file.endswith(SUFFIX):
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    return file.removesuffix(SUFFIX)


def _exact(request: AnyRequest, found: PublishedResult, *, status: int | None = None) -> Response[bytes]:
    told = {"X-Content-SHA256": found.digest}
    status = status or (GONE if found.withdrawn else OK)
    return render.answer(request, found.document, render.JSON, max_age=MAX_AGE, status=status, headers=told)


def _page(request: AnyRequest, name: str, found: PublishedPage) -> Response[bytes]:
    told: list[JSON] = [listed(one) for one in found.results]
    return _json(request, {name: told, "after": found.after})


def _json(request: AnyRequest, value: JSON) -> Response[bytes]:
    return render.answer(request, canonical_json(value), render.JSON, max_age=MAX_AGE)


register_router = Router(
    "/public",
    route_handlers=[
        *(results_json, penalties_json, withdrawn_json, result_json, penalty_json),
        *(result_history, penalty_history, result_version, penalty_version),
    ],
)
