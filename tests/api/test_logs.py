"""What the process writes down of a day's work names nobody, whatever goes wrong on the way."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get

from api.logs import configure_logs
from api.office import channels
from api.openapi import build_document
from api.permits import Action
from api.worker import make_worker
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from tests.api.conftest import PASSWORD, Office
from tests.support.logs import logs_as_they_were
from tests.support.routes import routes

PERSONAL = "赵六 13911112222"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the process logs, as parsed JSON lines; whatever is no JSON fails."""
    stream = StringIO()
    with logs_as_they_were():
        configure_logs(level="info", log_format="json", stream=stream)
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@get("/test/fails", opt={"action": Action.PUBLIC_READ})
async def fails() -> None:
    raise ValueError(PERSONAL)


@pytest.fixture
def routed() -> Litestar:
    return routes(fails)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"slow_request_ms": 1})


def says(told: list[dict[str, Any]], *secrets: str) -> list[str]:
    text = json.dumps(told, ensure_ascii=False) + json.dumps(told)
    return [one for one in secrets if one in text]


async def test_a_morning_at_the_desk_leaves_no_name_in_the_log(
    client: httpx.AsyncClient,
    office: Office,
    signed_in: Callable[[Role], Any],
    lines: Lines,
    clock: FixedClock,
) -> None:
    planner = await signed_in(Role.PLANNER)
    text = json.dumps({"username": PERSONAL, "password": PERSONAL, "name": PERSONAL})
    asked = [
        ("POST", "/office/sessions", {}, text),
        ("POST", "/office/tasks", planner, text),
        ("POST", "/office/plans", planner, text[:-3]),
        ("POST", "/v1/sync/push", planner, PERSONAL),
        ("POST", "/v1/devices", {}, text),
        ("POST", "/desk/sign-in", {"Content-Type": "application/x-www-form-urlencoded"}, f"username={PERSONAL}"),
        ("GET", f"/public/objects?name={PERSONAL}", {}, ""),
        ("GET", f"/{PERSONAL}", {}, ""),
        ("GET", "/office/sessions/current", planner, ""),
        ("GET", "/desk", {"Cookie": "desk=13911112222"}, ""),
        ("GET", "/test/fails", {}, ""),
    ]
    for method, path, headers, body in asked:
        await client.request(method, path, headers=headers, content=body.encode())
    await make_worker(clock, SeededEntropy("work")).drain()
    told = lines()
    assert sum(line["event"] == "request" for line in told) == len(asked)
    assert {"slow request", "incident"} <= {line["event"] for line in told}
    assert says(told, "赵六", "13911112222", PASSWORD, planner["Authorization"].removeprefix("Bearer ")) == []
    assert all(line["request_id"] for line in told if line["event"] in {"request", "slow request", "incident"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_line_of_a_request_bears_its_trace(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/test/fails", headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    told = lines()
    assert len(told) >= 2
    assert {line["trace_id"] for line in told} == {"0af7651916cd43dd8448eb211c80319c"}
    assert len({line["request_id"] for line in told}) == 1


async def test_what_a_library_tells_of_an_exception_is_cut_to_its_kind(lines: Lines) -> None:
    async def forgotten() -> None:
        raise ValueError(PERSONAL)

    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    try:
        raise RuntimeError(PERSONAL)
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        structlog.get_logger("api").error("broken", exc_info=True)
    told = lines()
    assert [(line["event"], line["error"]) for line in told] == [
        ("Task exception was never retrieved", "builtins.ValueError"),
        ("Exception in ASGI application", "builtins.RuntimeError"),
        ("broken", "builtins.RuntimeError"),
    ]
    assert [line.get("logger") for line in told] == ["asyncio", "uvicorn.error", None]
    assert all("test_logs.py" in line["where"][-1] for line in told)
    assert says(told, "赵六", "13911112222") == []


def test_whoever_reads_the_reference_leaves_the_log_as_it_is(lines: Lines) -> None:
    handlers = logging.getLogger().handlers[:]
    build_document([channels.router], "a reference")
    assert logging.getLogger().handlers == handlers
    logging.getLogger("uvicorn.error").error("down")
    assert [one["event"] for one in lines()] == ["down"]
