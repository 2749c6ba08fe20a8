"""What the party reads behind its door."""

from litestar import Response, get

from api.commands import AnyRequest
from api.entity.answers import door_page
from api.entity.doorway import OPT
from api.entity.session import visit_at_the_door


@get("/", opt=OPT, include_in_schema=False)
async def read_home(request: AnyRequest) -> Response[bytes]:
    """Who is at the door, and what there is to read and to do."""
    door = await visit_at_the_door(request)
    return door_page(request, door, "entity/home.html")
