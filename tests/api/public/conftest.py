"""A small application with the public routes only, on a world with published results."""

from collections.abc import AsyncIterator
from functools import cache
from types import SimpleNamespace

import httpx
import pytest
from litestar import Litestar, Request, Response

from api.entity.kept import Kept
from api.public.router import public_router
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import DomainError
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.publish import publish_due
from tests.conftest import NOW, MakeCommand
from tests.inspection.publicity.test_publish import IN_TIME, LAST
from tests.inspection.publicity.world import VisitMade, World, build_world


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await build_world(cmd)


@pytest.fixture
async def client(db: Engine) -> AsyncIterator[httpx.AsyncClient]:
    """A reader without cookies, redirects or scripts."""
    app = public_routes()
    settings = SimpleNamespace(address="http://public.test")
    app.state.process = SimpleNamespace(clock=FixedClock(NOW), settings=settings, public_figures=Kept())
    # Nothing starts or ends with this application: the database is the test's own.
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://public.test") as reader:
        yield reader


@cache
def public_routes() -> Litestar:
    def problem(_: Request, error: DomainError) -> Response[dict[str, str]]:
        return Response({"code": error.code.value}, status_code=error.code.status)

    return Litestar([public_router], exception_handlers={DomainError: problem}, openapi_config=None)


class Press:
    """Publishes visits with whatever names a test wants to see."""

    def __init__(self, world: World, make_cmd: MakeCommand) -> None:
        self.world = world
        self._approver = make_cmd(Role.APPROVER, "分管负责人")
        self._planner = make_cmd(Role.PLANNER, "经办人", now=IN_TIME)

    async def approve(self, **facts: object) -> VisitMade:
        """A visit whose results may go out but are not out."""
        visit = await self.world.add_visit(**facts)  # type: ignore[arg-type]
        await approve_publication(self._approver, visit_id=visit.id, secrecy_reviewed=True)
        return visit

    async def publish(self, **facts: object) -> tuple[VisitMade, str]:
        """A visit whose result is out, and its number."""
        visit = await self.approve(**facts)
        await self.world.complete_task()
        (done,) = (await publish_due(self._planner, through=LAST)).published
        return visit, done.number


@pytest.fixture
def press(world: World, make_cmd: MakeCommand) -> Press:
    return Press(world, make_cmd)
