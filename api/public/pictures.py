"""Pictures that went out with a result: public copies, at an address that stays, under the number that lists them."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.response import Stream

from api.commands import AnyRequest
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.publicity.published import published_picture
from media.blobs import find_blob, open_blob
from media.reading import opened
from media.serving import Stored, answer
from mobile_contract.problems import ProblemCode

SUFFIX: Final = ".jpg"
CACHED: Final[Mapping[str, str]] = {"Cache-Control": "public, max-age=60"}
"""Asked for again soon: what was taken back must not stay in anybody's cache."""


@get("/results/{number:str}/pictures/{file:str}", opt={"action": Action.PUBLIC_READ, "uncompressed": True})
async def result_picture(request: AnyRequest, number: FromPath[str], file: FromPath[str]) -> Stream | Response[Any]:
    """A picture of a published result (`<SHA-256>.jpg`), as long as the version in force lists it."""
    if not file.endswith(SUFFIX):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "publicity.picture_unknown")
    await published_picture(number, file.removesuffix(SUFFIX))
    row = await find_blob(file.removesuffix(SUFFIX))
    known = {"if-none-match": request.headers.get("if-none-match", "")}
    told = answer(Stored(row.digest, row.length, "image/jpeg", inline=True), known)
    body = await opened(open_blob(row.digest, told.start, told.stop)) if told.stop else iter(())
    return Stream(body, status_code=told.status, headers={**told.headers, **CACHED})


pictures_router = Router("/public", route_handlers=[result_picture])
