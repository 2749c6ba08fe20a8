"""What the routes are, read once a process: some three hundred signatures take longer than most tests."""

from functools import cache
from typing import Any

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from api.app import routed_app
from api.openapi import build_document
from api.routes import described_routes


@cache
def routes(*more: ControllerRouterHandler) -> Litestar:
    """An application with all routes, and `more` that a module adds for its own tests.

    `serving` makes it serve as a process of the test's own; two processes at a time need two applications.
    """
    service = routed_app(works=False)
    for handler in more:
        service.register(handler)
    return service


@cache
def reference() -> dict[str, Any]:
    """The reference document of all routes; nobody changes it."""
    return build_document(described_routes(), "Fieldcheck")
