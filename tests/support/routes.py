"""What the routes are, read once a process: some three hundred signatures take longer than most tests."""

from functools import cache
from typing import Any

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from api.app import process_for, routed_app, serving
from api.openapi import build_document
from api.routes import described_routes
from inspection.kernel.clock import Clock
from inspection.kernel.entropy import Entropy
from inspection.kernel.settings import Settings


@cache
def routes(*more: ControllerRouterHandler) -> Litestar:
    """An application with all routes, and `more` that a module adds for its own tests.

    `serving` makes it serve as a process of the test's own; two processes at a time need two applications.
    """
    service = routed_app(works=False)
    for handler in more:
        service.register(handler)
    return service


def created(settings: Settings, *, clock: Clock, entropy: Entropy) -> Litestar:
    """As `api.app.create_app`, out of these routes: for what a simulation lives in."""
    return serving(routes(), process_for(settings, clock, entropy))


@cache
def reference() -> dict[str, Any]:
    """The reference document of all routes; nobody changes it."""
    return build_document(described_routes(), "Fieldcheck")
