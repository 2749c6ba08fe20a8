"""Everything behind `/e/<link>`: what the inspected party reads and sends."""

from typing import Final

from litestar import Router

from api.entity.answers import door_problems
from api.entity.doorway import leave, try_code
from api.entity.objection_papers import read_objection_paper
from api.entity.papers import read_party_paper
from api.entity.reading import (
    acknowledge,
    read_check,
    read_home,
    read_notice,
    read_objections,
    read_photo,
    read_result,
)
from api.entity.sent_forms import SENT_HANDLERS

entity_router: Final = Router(
    "/e/{link:str}",
    route_handlers=[
        try_code,
        leave,
        read_home,
        read_check,
        read_notice,
        acknowledge,
        read_result,
        read_objections,
        read_photo,
        read_party_paper,
        read_objection_paper,
        *SENT_HANDLERS,
    ],
    exception_handlers=door_problems(),
    tags=["entity"],
)
