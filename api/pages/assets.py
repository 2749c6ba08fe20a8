"""The stylesheet and the mark, served by us: a page loads nothing from anywhere else."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest
from api.pages.render import ASSETS, answer, asset
from api.permits import Action

YEAR = 365 * 24 * 3600
MINUTE = 60


@get("/assets/{name:str}", opt={"action": Action.PUBLIC_READ}, include_in_schema=False)
async def get_asset(request: AnyRequest, name: FromPath[str], v: FromQuery[str | None] = None) -> Response[bytes]:
    """A file of the pages. With its digest in the address it may be kept for a year."""
    if name not in ASSETS:
        raise NotFoundException
    data, digest = asset(name)
    return answer(request, data, ASSETS[name], max_age=YEAR if v == digest else MINUTE)
