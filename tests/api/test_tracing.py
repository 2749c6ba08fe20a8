"""Spans say what was done and how long it took, never for whom."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest
from litestar import Litestar
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.tracing import Tracing, given_trace, telling, traced
from inspection.kernel.settings import Settings
from inspection.kernel.signals import Stretch, stretch
from inspection.kernel.unit_of_work import unit_of_work
from tests.api.conftest import PASSWORD, Office

TRACE = "0af7651916cd43dd8448eb211c80319c"
GIVEN = f"00-{TRACE}-b7ad6b7169203331-01"
PERSONAL = "张三 13800000000"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
async def tracing(spans: InMemorySpanExporter) -> AsyncIterator[Tracing]:
    async with telling(Tracing(SimpleSpanProcessor(spans), sample=1, trusting=True)) as one:
        yield one


@pytest.fixture
def traced_app(app: Litestar, tracing: Tracing) -> Litestar:
    app.state.tracing = tracing
    return app


async def test_a_request_and_its_units_of_work_are_one_trace_without_anything_personal(
    traced_app: Litestar, client: httpx.AsyncClient, office: Office, spans: InMemorySpanExporter
) -> None:
    spans.clear()
    await client.post(
        f"/office/sessions?note={PERSONAL}",
        json={"username": "first.planner", "password": PASSWORD},
        headers={"traceparent": GIVEN, "User-Agent": PERSONAL.encode()},
    )
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"POST /office/sessions", "unit"}
    request, unit = found["POST /office/sessions"], found["unit"]
    assert dict(request.attributes) == {
        "http.request.method": "POST",
        "http.route": "/office/sessions",
        "http.response.status_code": 201,
    }
    assert format(request.context.trace_id, "032x") == TRACE
    assert unit.parent.span_id == request.context.span_id
    told = "".join(span.to_json() for span in found.values())
    for secret in ("张三", "1380000", "first.planner", PASSWORD):
        assert secret not in told
        assert json.dumps(secret)[1:-1] not in told


async def test_what_fails_is_told_by_its_kind_and_not_by_what_it_says(
    app: Litestar, tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    with pytest.raises(RuntimeError), stretch(Stretch.JOB, "media.derive"):
        async with unit_of_work():
            raise RuntimeError(PERSONAL)
    found = spans.get_finished_spans()
    assert [span.name for span in found] == ["unit", "job media.derive"]
    for span in found:
        assert dict(span.attributes) == {"error.type": "RuntimeError"}
        assert not span.status.is_ok
        assert span.events == ()
        assert span.status.description is None


async def test_a_unit_of_work_of_nobody_is_no_trace(
    app: Litestar, tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    async with unit_of_work():
        pass
    assert spans.get_finished_spans() == ()


def test_a_stranger_does_not_decide_what_is_kept() -> None:
    for trusting, kept in ((True, 1), (False, 0)):
        spans = InMemorySpanExporter()
        tracing = Tracing(SimpleSpanProcessor(spans), sample=0, trusting=trusting)
        with tracing.request(GIVEN) as request:
            assert request.trace_id == TRACE
        tracing.close()
        assert len(spans.get_finished_spans()) == kept


@pytest.mark.parametrize(
    "value",
    [
        "",
        "00",
        GIVEN.upper(),
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"{GIVEN}\n",
        "张三",
        f"{GIVEN}-x",
        f"ff{GIVEN[2:]}",
    ],
)
def test_what_is_no_trace_context_is_none(value: str) -> None:
    assert given_trace([(b"traceparent", value.encode())]) is None


@pytest.mark.parametrize("value", [GIVEN, f"01{GIVEN[2:]}", f"cc{GIVEN[2:]}-what-comes-later"])
async def test_a_later_version_is_read_by_its_first_four_fields(tracing: Tracing, value: str) -> None:
    assert given_trace([(b"traceparent", value.encode())]) == (TRACE, value)
    with tracing.request(value) as request:
        assert request.trace_id == TRACE


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """A receiver of OTLP over HTTP on this machine."""
    got: list[ExportTraceServiceRequest] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", got
    finally:
        server.shutdown()
        server.server_close()


async def test_spans_arrive_at_a_collector_by_the_end() -> None:
    with collector() as (url, got):
        async with traced(Settings(traces_url=url, traces_sample=1)):
            with stretch(Stretch.JOB, "media.derive"):
                pass
    (resource,) = got[0].resource_spans
    assert [span.name for span in resource.scope_spans[0].spans] == ["job media.derive"]
    assert {one.key: one.value.string_value for one in resource.resource.attributes}["service.name"] == "fieldcheck"


async def test_without_a_collector_nothing_is_made_and_the_sdk_is_not_even_loaded() -> None:
    async with traced(Settings()) as tracing:
        assert tracing is None
    told = "import sys, api.tracing; print('opentelemetry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_a_server_without_the_extra_says_so_in_a_sentence(tmp_path) -> None:
    # A package of this name that is none stands in the way, as if the extra were not there.
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("raise ImportError\n")
    told = (
        "from api.tracing import check_tracing; from inspection.kernel.settings import Settings\n"
        "from inspection.kernel.errors import Refused\n"
        "check_tracing(Settings())\n"
        "try: check_tracing(Settings(traces_url='http://127.0.0.1:4318/v1/traces'))\n"
        "except Refused as error: print(error.message_key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(tmp_path)}
    )
    assert done.stdout.strip() == "api.traces_missing"
