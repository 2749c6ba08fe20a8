"""What may be asked of a path (OPTIONS; RFC 9110, 9.3.7), told in one place for all of them.

The framework makes a handler for it at every path, with all that surrounds a handler: 9 MB that nobody asks for.
"""

from typing import cast

from litestar import Response, Router
from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute
from litestar.status_codes import HTTP_204_NO_CONTENT

from api.commands import AnyRequest
from api.errors import answer_problem


class NoneOfTheirOwn(ReceiveRoutePlugin):
    """Takes the framework's handlers of OPTIONS away, as their routes are registered; ours name an action and stay."""

    def receive_route(self, route: BaseRoute) -> None:
        for handler in tuple(route.route_handlers) if isinstance(route, HTTPRoute) else ():
            # The routers between are this application's copies. What they keep holds each handler a second time.
            for layer in handler.ownership_layers[1:-1]:
                cast("Router", layer).routes.clear()
            if handler.http_methods == {HttpMethod.OPTIONS} and "action" not in handler.opt:
                _take(cast("HTTPRoute", route), handler)


def _take(route: HTTPRoute, handler: HTTPRouteHandler) -> None:
    route.route_handlers.remove(handler)
    del route.route_handler_map[HttpMethod.OPTIONS]
    route.methods.discard(HttpMethod.OPTIONS)


def answer_method(request: AnyRequest, error: MethodNotAllowedException) -> Response[bytes]:
    """The methods of a path when they were asked for; otherwise the problem that this one is not among them."""
    if request.method != HttpMethod.OPTIONS:
        return answer_problem(request, error)
    known = (error.headers or {}).get("allow", "").split(", ")
    return Response(
        b"", status_code=HTTP_204_NO_CONTENT, headers={"Allow": ", ".join(sorted({HttpMethod.OPTIONS, *known}))}
    )
