"""The upload routes alone, in this loop, as a device meets them: real disk, real database, the house's error mapper."""

from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from api.app import process_for, serving
from api.commands import Bearer, Connection
from api.device import media, uploads
from api.errors import answer_problem
from api.observe import ObservedApp
from api.requests import StrictRequest, model_plugins
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from media.limits import Limits
from media.vault import Vault, open_vault
from tests.conftest import NOW, MakeCommand

DEVICE = UUID("0195516c-6e80-7000-8000-00000000000a")
OTHER_DEVICE = UUID("0195516c-6e80-7000-8000-00000000000b")
AUTHORITY = UUID("0195516c-6e80-7000-8000-0000000000a1")
OTHER_AUTHORITY = UUID("0195516c-6e80-7000-8000-0000000000b1")
MOST = 4 * 1024 * 1024
LIMITS = Limits(image=MOST, audio=2 * MOST, video=4 * MOST, other=MOST, free_floor=0)
BODY_LIMIT = 1024
"""Of every other route: an upload must not meet it."""


async def as_device(connection: Connection, _: BaseRouteHandler) -> None:
    """Stands for the guard: who sends, and for whom, is told by headers."""
    device = UUID(connection.headers.get("x-test-device", str(DEVICE)))
    actor = Actor(id=str(device), name="device", role=Role.DEVICE)
    whose = UUID(connection.headers.get("x-test-authority", str(AUTHORITY)))
    connection.scope["user"] = Bearer(actor, authority=None, unit=None, device=device, enrolled_with=whose)


async def hasten(scope: Scope) -> None:
    """A place for a test to stand where the limit of requests stands: around all routes."""


class Outer(ASGIMiddleware):
    """Whatever surrounds the routes."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        await hasten(scope)
        await next_app(scope, receive, send)


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    async with open_vault(tmp_path / "media", limits=LIMITS) as opened:
        yield opened


@pytest.fixture
def app(db: Engine, vault: Vault, tmp_path: Path) -> Litestar:
    return serving(routed(), process_for(Settings(data_dir=tmp_path), FixedClock(NOW), SeededEntropy("server")))


@cache
def routed() -> Litestar:
    """The routes, put together once a process."""
    return ObservedApp(
        [uploads.router, media.router],
        guards=[as_device],
        middleware=[Outer()],
        exception_handlers={Exception: answer_problem},
        request_class=StrictRequest,
        plugins=model_plugins(),
        request_max_body_size=BODY_LIMIT,
        openapi_config=None,
        logging_config=None,
    )


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


@pytest.fixture
def tablet(make_cmd: MakeCommand) -> Callable[[], Command]:
    """Commands of the device that the routes' default caller is."""
    return lambda: make_cmd(Role.DEVICE, "device", id=str(DEVICE))
