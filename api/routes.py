"""Every route of the house, by audience. The one list that the application, the reference and the tests read."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from api import health, reference
from api.device import uploads
from api.office import journal, publications, registry, sessions


def device_routes() -> Sequence[ControllerRouterHandler]:
    """What a tablet calls; `mobile_contract/openapi.json` is made of these."""
    return (uploads.router,)


def office_routes() -> Sequence[ControllerRouterHandler]:
    """What the people of the office call."""
    return (sessions.router, registry.router, publications.router, journal.router)


def public_routes() -> Sequence[ControllerRouterHandler]:
    """What anybody may read."""
    return ()


def all_routes() -> Sequence[ControllerRouterHandler]:
    """All of them, and the house's own: health and reference."""
    return (*health.handlers, *reference.handlers, *device_routes(), *office_routes(), *public_routes())
