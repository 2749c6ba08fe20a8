import json
from io import StringIO

import httpx
import pytest
from litestar import Litestar, get

from api.app import process_for, serving
from api.logs import configure_logs
from api.observe import API_POLICY, PAGE_POLICY
from api.permits import Action
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from tests.api.conftest import PASSWORD, Office
from tests.support.routes import routes

PERSONAL = "张三 13800000000"


@pytest.fixture
def lines():
    """What the process logs, as parsed JSON lines."""
    stream = StringIO()
    configure_logs(level="info", log_format="json", stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@get("/test/crash", opt={"action": Action.PUBLIC_READ})
async def crash() -> None:
    raise RuntimeError(PERSONAL)


@get("/test/page", opt={"action": Action.PUBLIC_READ}, media_type="text/html")
async def page() -> str:
    return "<!doctype html><p>"


@pytest.fixture
def routed() -> Litestar:
    """An application that knows this module's own routes too."""
    return routes(crash, page)


async def test_a_sane_request_id_is_taken_over_and_told_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live", headers={"X-Request-Id": "trace-0123.abc_DEF"})
    assert answer.headers["x-request-id"] == "trace-0123.abc_DEF"


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "spaces in it", 'quote"d-id', "../../etc", "новый-идент"])
async def test_an_insane_request_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/health/live", headers={"X-Request-Id": given.encode()})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


async def test_two_requests_have_two_ids(client: httpx.AsyncClient) -> None:
    ids = {(await client.get("/health/live")).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize("path", ["/health/live", "/nowhere", "/office/sessions/current", "/test/crash"])
async def test_every_answer_bears_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == API_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


async def test_a_page_may_load_its_own_files_and_nothing_inline(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/test/page")).headers["content-security-policy"]
    assert policy == PAGE_POLICY
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


async def test_https_is_remembered_by_the_browser(app: Litestar) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as http:
        assert "max-age=" in (await http.get("/health/live")).headers["strict-transport-security"]


async def test_a_proxy_that_speaks_https_for_us_is_a_setting(settings: Settings, clock: FixedClock) -> None:
    process = process_for(settings.model_copy(update={"https": True}), clock, SeededEntropy("https"))
    service = serving(routes(), process)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=service), base_url="http://testserver") as http:
        assert "max-age=" in (await http.get("/health/live")).headers["strict-transport-security"]


async def test_a_request_is_one_line_without_anything_personal(client: httpx.AsyncClient, lines) -> None:
    await client.post(
        f"/office/sessions?note={PERSONAL}",
        json={"username": PERSONAL, "password": PERSONAL},
        headers={"X-Request-Id": "request-0001", "User-Agent": "agent of Li Si"},
    )
    await client.get(f"/{PERSONAL}")
    told = lines()
    assert [line["event"] for line in told] == ["request", "request"]
    assert (told[0]["method"], told[0]["route"], told[0]["status"]) == ("POST", "/office/sessions", 401)
    assert told[0]["request_id"] == "request-0001"
    assert (told[1]["route"], told[1]["status"]) == ("-", 404)
    text = json.dumps(told, ensure_ascii=False)
    assert "张三" not in text
    assert "13800000000" not in text
    assert "Li Si" not in text


async def test_an_incident_is_told_where_it_happened_and_not_what_it_said(client: httpx.AsyncClient, lines) -> None:
    answer = await client.get("/test/crash")
    incident = next(line for line in lines() if line["event"] == "incident")
    assert incident["error"] == "builtins.RuntimeError"
    assert any("test_observe.py" in frame for frame in incident["where"])
    assert incident["request_id"] == answer.json()["request_id"]
    assert "张三" not in json.dumps(lines(), ensure_ascii=False)


async def test_a_long_answer_is_packed_and_a_short_one_is_not(client: httpx.AsyncClient) -> None:
    for encoding in ("br", "gzip"):
        answer = await client.get("/schema/openapi.json", headers={"Accept-Encoding": encoding})
        assert answer.headers["content-encoding"] == encoding
        assert answer.json()["openapi"] == "3.1.0"
    assert "content-encoding" not in (await client.get("/health/live")).headers


async def test_a_token_is_never_packed_beside_what_a_caller_sent(client: httpx.AsyncClient, office: Office) -> None:
    answer = await client.post(
        "/office/sessions",
        json={"username": "first.planner", "password": PASSWORD},
        headers={"Accept-Encoding": "br, gzip"},
    )
    assert answer.status_code == 201
    assert "content-encoding" not in answer.headers
