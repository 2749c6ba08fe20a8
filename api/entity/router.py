"""Everything behind `/e/<link>`: what the inspected party reads and sends."""

from typing import Final

from litestar import Router

from api.entity.answers import door_problems
from api.entity.doorway import leave, try_code
from api.entity.reading import read_home

entity_router: Final = Router(
    "/e/{link:str}",
    route_handlers=[try_code, leave, read_home],
    exception_handlers=door_problems(),
    tags=["entity"],
)
