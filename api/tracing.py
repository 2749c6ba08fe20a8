"""Traces for a collector (OpenTelemetry, OTLP over HTTP): off unless `FIELDCHECK_TRACES_URL` names one.

A span is named by a route's template, a member of the closed list `Stretch` or the name of a job. Its attributes are a
method, a status, a kind: never an address, a path, a query, a header, a body, an id or what an exception says, for any
of these may speak of a person. The SDK comes with the extra `traces` and is loaded only when it is used.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

import structlog

from api.metrics.meters import METHODS, OTHER
from inspection.kernel.errors import Refused
from inspection.kernel.settings import Settings
from inspection.kernel.signals import Stretch, listening
from mobile_contract.problems import ProblemCode

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span

SERVICE: Final = "fieldcheck"
TRACEPARENT: Final = re.compile(rb"(?!ff|00.{53}.)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]*)?")
"""W3C Trace Context, level 1: version 00 has nothing behind its four fields; a later one is read by its first four."""
NONE: Final = b"0" * 32
TIMEOUT_S: Final = 3.0
_ERROR: Final = 500


def given_trace(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str] | None:
    """The trace id and the whole header that a caller gave, if it is one of the standard's."""
    for name, value in headers:
        if name == b"traceparent" and (found := TRACEPARENT.fullmatch(value)) and found[1] != NONE:
            return found[1].decode(), value.decode()
    return None


def check_tracing(settings: Settings) -> None:
    """Refuse to start with traces asked for and nothing there to send them.

    Raises:
        Refused: `api.traces_missing`: the extra is not installed.
    """
    if not settings.traces_url:
        return
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter  # noqa: PLC0415
        import opentelemetry.sdk.trace  # noqa: F401, PLC0415  megabytes, for those who trace
    except ImportError:
        raise Refused(ProblemCode.CONFLICT, "api.traces_missing") from None


class Tracing:
    """The spans of one process. A `Listener` of `inspection.kernel.signals`."""

    def __init__(self, processor: "SpanProcessor", *, sample: float, trusting: bool) -> None:
        """`sample`: the share of traces that begin here and are kept; `trusting`: a proxy of ours stands in front,
        so that its word on whether a trace is kept counts. A stranger's does not.
        """
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, TraceIdRatioBased  # noqa: PLC0415

        own = TraceIdRatioBased(sample)
        sampler = ParentBased(
            own,
            remote_parent_sampled=ALWAYS_ON if trusting else own,
            remote_parent_not_sampled=ALWAYS_OFF if trusting else own,
        )
        self._provider = TracerProvider(
            sampler=sampler, resource=Resource.create({"service.name": SERVICE}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(SERVICE)

    def counted(self, what: object, kind: str, amount: float) -> None:
        """Counts are no business of traces."""

    def watching(self, what: Stretch, kind: str) -> AbstractContextManager[object]:
        from opentelemetry.trace import get_current_span  # noqa: PLC0415

        if what is Stretch.UNIT and not get_current_span().get_span_context().is_valid:
            return nullcontext()  # the background's looking around, twice a second and for ever, is no trace
        name = f"{what.value} {kind}" if kind else what.value
        return self._logged(name) if what is Stretch.JOB else self._span(name)

    @contextmanager
    def request(self, given: str | None) -> Iterator["Request"]:
        """Around a request; `given`: the caller's `traceparent`."""
        from opentelemetry.trace import SpanKind  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        parent = TraceContextTextMapPropagator().extract({"traceparent": given}) if given else None
        with self._span("request", context=parent, kind=SpanKind.SERVER) as span:
            yield Request(span)

    def close(self) -> None:
        """Send what is left; waits for a few seconds at most."""
        self._provider.shutdown()

    @contextmanager
    def _logged(self, name: str) -> Iterator["Span"]:
        with self._span(name) as span, structlog.contextvars.bound_contextvars(trace_id=trace_of(span)):
            yield span

    @contextmanager
    def _span(self, name: str, **how: Any) -> Iterator["Span"]:
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False, **how
        ) as span:
            try:
                yield span
            except BaseException as error:
                # Of which kind, and not what it says: that may quote a row.
                span.set_status(Status(StatusCode.ERROR))
                span.set_attribute("error.type", type(error).__name__)
                raise


class Request:
    """The span of a request, while it is answered."""

    def __init__(self, span: "Span") -> None:
        self._span = span
        self.trace_id = trace_of(span)

    def answered(self, method: str, route: str, status: int) -> None:
        """What became of it. `route`: the template."""
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

        method = method if method in METHODS else OTHER
        self._span.update_name(f"{method} {route}")
        self._span.set_attributes(
            {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        )
        if status >= _ERROR:
            self._span.set_status(Status(StatusCode.ERROR))


def trace_of(span: "Span") -> str:
    """The id of a span's trace, as it is written everywhere."""
    return format(span.get_span_context().trace_id, "032x")


@asynccontextmanager
async def traced(settings: Settings) -> AsyncIterator[Tracing | None]:
    """Send traces to the collector of the settings until the block ends; None, and nothing, without one.

    Raises:
        Refused: as `check_tracing`.
    """
    if not settings.traces_url:
        yield None
        return
    check_tracing(settings)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    # Sent by a thread, from a queue that forgets what is too much: a collector that is away delays nobody.
    sending = BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces_url, timeout=TIMEOUT_S))
    async with telling(Tracing(sending, sample=settings.traces_sample, trusting=bool(settings.trusted_proxies))) as one:
        yield one


@asynccontextmanager
async def telling(tracing: Tracing) -> AsyncIterator[Tracing]:
    """Let spans be made until the block ends."""
    with listening(tracing):
        try:
            yield tracing
        finally:
            await asyncio.to_thread(tracing.close)
