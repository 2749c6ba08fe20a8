"""What the database refuses only because of a neighbour is done once more, around the handlers of the office, its desk,
the doors and the public pages (docs/decisions/0079). A device's routes repeat by themselves, with what they have read.

The handler is the last that a request comes to: its id, what it may ask for, its token and its body were looked at
once, whatever follows, and nothing of an answer has been sent.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler
from litestar.plugins import ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute

from api.observe import REPEATS
from api.proving import for_devices
from api.requests import StrictRequest
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import course_of

_MARK: Final = "begins_anew"

Handler = Callable[..., Awaitable[Any]]


class Repeats(ReceiveRoutePlugin):
    """Puts `anew` around every handler that may wait for the database, as its route is registered."""

    def receive_route(self, route: BaseRoute) -> None:
        # A handler comes as often as it has paths, and again when another handler joins it at one.
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if iscoroutinefunction(handler.fn) and not begins_anew(handler) and not for_devices(handler.opt):
                handler(anew(handler.fn))


def begins_anew(handler: HTTPRouteHandler) -> bool:
    """Whether a handler is begun anew when the database asks for that."""
    return hasattr(handler.fn, _MARK)


def anew(handler: Handler) -> Handler:
    """`handler` as one course of work: what it was given, and the state of its request, are the same each time."""

    @wraps(handler)
    async def handled(**given: Any) -> Any:
        request: StrictRequest | None = given.get("request")
        state: dict[str, Any] = request.scope["state"] if request is not None else {}
        found = dict(state)

        async def once(earlier: int) -> Any:
            if earlier:
                count(Counted.REPEAT)
                state.clear()
                state.update({**found, REPEATS: earlier})
                if request is not None:
                    await request.rewind()
            return await handler(**given)

        return await course_of(once, lambda: request is None or request.can_rewind)

    setattr(handled, _MARK, True)
    return handled
