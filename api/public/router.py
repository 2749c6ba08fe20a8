"""What anybody may read, without signing in."""

from typing import Final

from litestar import Router

from api.pages.assets import get_asset
from api.public.credential import credential_router
from api.public.documents import documents_router
from api.public.object_proof import proof_router
from api.public.open_data import open_data_router
from api.public.pages import pages_router

public_router: Final = Router(
    "/",
    route_handlers=[pages_router, credential_router, documents_router, open_data_router, proof_router, get_asset],
)
