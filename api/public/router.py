"""What anybody may read, without signing in."""

from typing import Final

from litestar import Router

from api.pages.assets import get_asset
from api.public.credential import credential_router
from api.public.documents import documents_router
from api.public.feeds import feeds_router
from api.public.figures import figures_router
from api.public.listings import listings_router
from api.public.lookup import lookup_router
from api.public.object_proof import proof_router
from api.public.open_data import open_data_router
from api.public.pages import pages_router
from api.public.penalty_pages import penalty_pages_router
from api.public.pictures import pictures_router
from api.public.register import register_router
from api.public.statistics import statistics_router
from inspection.kernel.replica import MAY_LAG

_published: Final = Router(
    "/",
    route_handlers=[
        pages_router,
        documents_router,
        listings_router,
        lookup_router,
        figures_router,
        feeds_router,
        register_router,
        penalty_pages_router,
        pictures_router,
        open_data_router,
        proof_router,
        statistics_router,
    ],
    opt={MAY_LAG: True},
)

# Whether somebody is sent to this door is asked of what holds now.
public_router: Final = Router("/", route_handlers=[_published, credential_router, get_asset])
