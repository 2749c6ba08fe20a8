"""An address of the desk that leads nowhere is answered with a page of the desk, too."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from api.permits import Action


@get("/desk/{rest:path}", opt={"action": Action.SESSION_READ}, include_in_schema=False)
async def read_nowhere(rest: FromPath[str]) -> Response[bytes]:
    """That there is nothing here (404), with the menu that leads elsewhere."""
    raise NotFoundException(detail=rest)


HANDLERS = [read_nowhere]
