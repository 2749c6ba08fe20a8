"""What surrounds every request, matched or not: its id, its security headers, and one line in the log.

The line never carries a body, a query string, a raw path or a header: only the route's template, the outcome, the
duration and the id, so that a log may be kept and shown without being a second register of persons.
"""

import re
import time
from contextlib import ExitStack
from typing import Any, Final, cast

import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import (
    HTTPResponseStartEvent,
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from api.tracing import given_trace
from inspection.kernel.signals import Counted, count

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

API_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
HSTS: Final = "max-age=31536000; includeSubDomains"


def _pairs(policy: str) -> tuple[tuple[bytes, bytes], ...]:
    headers = {"Content-Security-Policy": policy, **HEADERS}
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


_REQUEST_ID: Final = b"x-request-id"
_API_HEADERS: Final = _pairs(API_POLICY)
_PAGE_HEADERS: Final = _pairs(PAGE_POLICY)
_HSTS: Final = (b"strict-transport-security", HSTS.encode())

NO_ROUTE: Final = "-"
REPEATS: Final = "repeats"
"""The name in a request's state of how often its handler was begun anew (`api.repeats`)."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")


def request_id(scope: Scope) -> str:
    """The id of this request: the caller's own if it is sane, else one of ours; the same one for its whole life."""
    return cast("str", cast("dict[str, Any]", scope)["state"]["request_id"])


class ObservedApp(Litestar):
    """Litestar, with an id, headers and a log line around every request, also those that no route answers.

    Litestar's own middleware runs per matched route, so a 404 or a 405 would go out without them.
    """

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        await self._observed(cast("Scope", scope), cast("Receive", receive), cast("Send", send))

    async def _observed(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity = _given_id(scope) or self.state.process.new_request_id(scope)
        scope.setdefault("state", {})["request_id"] = identity
        secure = scope["scheme"] == "https" or self.state.process.settings.https
        meters, tracing = self.state.process.meters, getattr(self.state, "tracing", None)
        given = given_trace(scope["headers"])
        status, begun = 0, 0.0
        started = time.perf_counter()
        if meters is not None:
            meters.in_flight.inc()

        async def adorned(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], time.perf_counter() - started
                _adorn(message, identity, secure=secure)
            await send(message)

        with ExitStack() as around:
            bound = {"request_id": identity}
            span = around.enter_context(tracing.request(given and given[1])) if tracing is not None else None
            if span is not None:
                bound["trace_id"] = span.trace_id
            elif given is not None:
                bound["trace_id"] = given[0]
            around.enter_context(structlog.contextvars.bound_contextvars(**bound))
            try:
                await super().__call__(scope, receive, adorned)
            finally:
                seconds = time.perf_counter() - started
                until_begun = begun or seconds
                method, route = cast("HTTPScope", scope)["method"], scope.get("path_template", NO_ROUTE)
                if meters is not None:
                    meters.in_flight.dec()
                    meters.answered(route, method, status, until_begun)
                if span is not None:
                    span.answered(method, route, status)
                _log_request(scope, status, seconds)
                if until_begun * 1000 >= self.state.process.settings.slow_request_ms:
                    _log_slow(scope, status, until_begun)


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            return value.decode("ascii")
    return None


def _adorn(message: HTTPResponseStartEvent, identity: str, *, secure: bool) -> None:
    # Pairs of bytes, as they go out: an object of headers would be searched from its beginning for each of them.
    told = [(name.lower(), value) for name, value in message["headers"] if name.lower() != _REQUEST_ID]
    there = dict(told)
    is_page = there.get(b"content-type", b"").startswith(b"text/html")
    wanted = _PAGE_HEADERS if is_page else _API_HEADERS
    added = [pair for pair in wanted if pair[0] not in there]
    if secure and _HSTS[0] not in there:
        added.append(_HSTS)
    message["headers"] = [*told, (_REQUEST_ID, identity.encode()), *added]


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    bearer = scope.get("user")
    log.info(
        "request",
        method=scope.get("method"),
        route=scope.get("path_template", NO_ROUTE),
        status=status,
        ms=round(seconds * 1000, 1),
        repeats=scope.get("state", {}).get(REPEATS, 0),
        actor=bearer.actor.id if bearer else None,
    )


def _log_slow(scope: Scope, status: int, seconds: float) -> None:
    handler = scope.get("route_handler")
    if handler is not None and handler.opt.get("reads_in_time"):
        return  # as slow as the line on which the body comes; whoever stands still is turned away elsewhere
    count(Counted.SLOW_REQUEST)
    log.warning("slow request", route=scope.get("path_template", NO_ROUTE), status=status, ms=round(seconds * 1000, 1))
