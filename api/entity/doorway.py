"""The way in: a link asks for the code that is printed beside it; the right one opens the pages behind it."""

from typing import Annotated, Any, Final

from litestar import Response, post
from litestar.params import FromPath, URLEncodedBody
from litestar.status_codes import HTTP_403_FORBIDDEN
from pydantic import Field

from api.commands import AnyRequest
from api.entity.answers import code_form, redirected
from api.entity.session import ended_cookie, session_cookie, stranger_command, visit_at_the_door
from api.pages.origin import sent_from_here
from api.permits import Action
from api.process import process_of
from api.throttle import RateClass
from inspection.door.open import open_door
from mobile_contract.base import Wire

OPT: Final[dict[str, Any]] = {"action": Action.DOOR_OPEN}


class TypedCode(Wire):
    """The code as somebody types it."""

    code: Annotated[str, Field(max_length=40)] = ""


@post("/", opt={**OPT, "rate": RateClass.DOOR}, status_code=200, include_in_schema=False)
async def try_code(request: AnyRequest, link: FromPath[str], data: URLEncodedBody[TypedCode]) -> Response[bytes]:
    """Let in whoever knows the code; everybody else is answered alike."""
    if not sent_from_here(request):
        return code_form(request, link, status=HTTP_403_FORBIDDEN)
    process = process_of(request)
    door = await open_door(stranger_command(request), link=link, code=data.code, keys=process.keys)
    if door is None:
        return code_form(request, link, status=HTTP_403_FORBIDDEN, wrong=True)
    made = redirected(request, f"/e/{door.link}")
    made.set_cookie(session_cookie(process, door))
    return made


@post("/leave", opt=OPT, status_code=200, include_in_schema=False)
async def leave(request: AnyRequest) -> Response[bytes]:
    """For a computer that others use as well."""
    door = await visit_at_the_door(request)
    made = redirected(request, door.path)
    made.set_cookie(ended_cookie(process_of(request), door.door.link))
    return made
