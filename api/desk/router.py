"""Everything under `/desk`. Each area gives its handlers; whoever is not signed in is asked to."""

from typing import Final

from litestar import Router

from api.desk import (
    account,
    admin,
    devices,
    draw,
    factors,
    home,
    nowhere,
    oversight,
    planning,
    registry,
    review,
    sign_in,
)
from api.desk.answers import desk_problems

desk_router: Final = Router(
    "/",
    route_handlers=[
        *home.HANDLERS,
        *sign_in.HANDLERS,
        *account.HANDLERS,
        *factors.HANDLERS,
        *registry.HANDLERS,
        *planning.HANDLERS,
        *draw.HANDLERS,
        *review.HANDLERS,
        *devices.HANDLERS,
        *oversight.HANDLERS,
        *admin.HANDLERS,
        *nowhere.HANDLERS,
    ],
    exception_handlers=desk_problems(),
    opt={"desk": True},
    include_in_schema=False,
    tags=["desk"],
)
