"""A client that begins a body and does not go on is let go of; one that has sent everything may wait for its answer."""

import asyncio
from types import SimpleNamespace

import pytest

from api.slow_bodies import SlowBodyMiddleware
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

LONG, AT_ONCE = 1000.0, 0.0


async def read_all(scope, receive, send) -> None:
    """An application that reads its body, then waits for the caller to go away."""
    while (await receive()).get("more_body"):
        pass
    await receive()


def coming(*messages):
    """`receive` that gives these messages, and after them nothing, ever."""
    left = list(messages)

    async def receive():
        return left.pop(0) if left else await asyncio.Event().wait()

    return receive


def piece(*, more: bool):
    return {"type": "http.request", "body": b"x", "more_body": more}


def scope(**opt):
    return {"type": "http", "route_handler": SimpleNamespace(opt=opt)}


@pytest.mark.parametrize(("idle", "whole"), [(AT_ONCE, LONG), (LONG, AT_ONCE)])
async def test_a_body_that_stalls_or_never_ends_is_answered_408(idle: float, whole: float) -> None:
    app = SlowBodyMiddleware(idle, whole)
    with pytest.raises(Refused) as refusal:
        await app.handle(scope(), coming(piece(more=True)), None, read_all)
    assert refusal.value.code is ProblemCode.REQUEST_TIMEOUT
    assert refusal.value.code.status == 408


async def test_the_wait_for_the_end_of_the_connection_has_no_limit() -> None:
    app = SlowBodyMiddleware(AT_ONCE, LONG)
    gone = {"type": "http.disconnect"}
    await app.handle(scope(), coming(piece(more=False), gone), None, read_all)


async def test_a_route_that_keeps_its_own_time_is_left_alone() -> None:
    seen = []

    async def app(scope, receive, send) -> None:
        seen.append(receive)

    receive = coming()
    await SlowBodyMiddleware().handle(scope(reads_in_time=True), receive, None, app)
    assert seen == [receive]
