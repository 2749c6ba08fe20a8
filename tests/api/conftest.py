"""The whole service in this loop: httpx speaks ASGI to it, inside the application's own lifespan, on both engines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.app import process_for, serving
from inspection.authority.found import found_authority, open_account, open_unit
from inspection.authority.tokens import issue_token
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command, Role
from inspection.kernel.database import current_engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from inspection.registry.inspectors.tables import Inspector
from mobile_contract.client import Session
from mobile_contract.client.auth import DeviceAuth
from sync.devices.invite import invite_device
from tests.api.line import ComeTo, Walk
from tests.conftest import NOW, MakeCommand
from tests.inspection.publicity.world import insert
from tests.support import postgres
from tests.support.kept import kept
from tests.support.routes import routes
from tests.support.server_key import put_server_key
from tests.support.tablets import device_auth, new_device

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Office:
    """One authority with one account a role."""

    authority: UUID
    unit: UUID
    accounts: dict[Role, UUID]


@pytest.fixture
def clock() -> FixedClock:
    """The server's clock: it stands still until a test moves it."""
    return FixedClock(NOW)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data")


@pytest.fixture
async def app(settings: Settings, clock: FixedClock, routed: Litestar) -> AsyncIterator[Litestar]:
    """The application, started. Its lifespan opened the database and bound the tables."""
    uninstall_projections()
    put_server_key(settings.data_dir)
    service = serving(routed, process_for(settings, clock, SeededEntropy("server")))
    async with started(service):
        yield service
        if current_engine().engine_type == "postgres":
            await postgres.empty(current_engine())
    uninstall_projections()


@pytest.fixture
def routed() -> Litestar:
    """All routes. A module that adds some of its own overrides this with an application of its own."""
    return routes()


@asynccontextmanager
async def started(service: Litestar) -> AsyncIterator[None]:
    """The application's lifespan, in one task from beginning to end: a fixture's two halves run in two tasks."""
    ready, done = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with service.lifespan():
            ready.set()
            await done.wait()

    life = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if life.done():
            life.result()
        yield
    finally:
        done.set()
        await life


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, in the same loop as the application."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


@pytest.fixture
def found_office(app: Litestar, make_cmd: MakeCommand) -> Callable[[str], Awaitable[Office]]:
    """Founds an authority with one account a role; user names are `<code>.<role>`."""

    async def found(code: str) -> Office:
        authority = await found_authority(
            make_cmd(), code=code, name=f"{code} authority", short_name=code, rule_set="weihai-jingkai-commerce"
        )
        cmd = make_cmd(authority=authority.id)
        unit = await open_unit(cmd, authority=authority.id, name="first section")
        accounts = {}
        for role in Role:
            if role in {Role.SYSTEM, Role.DEVICE, Role.PUBLIC}:
                continue
            account = await open_account(
                cmd,
                authority=authority.id,
                unit=unit.id,
                username=f"{code}.{role}",
                name=f"{role} of {code}",
                role=role,
                password=PASSWORD,
            )
            accounts[role] = account.id
        return Office(authority.id, unit.id, accounts)

    return found


@pytest.fixture
async def office(found_office: Callable[[str], Awaitable[Office]], entropy: SeededEntropy) -> Office:
    return await kept("office", partial(found_office, "first"), entropy)


@pytest.fixture
def token_for(make_cmd: MakeCommand) -> Callable[[UUID], Awaitable[str]]:
    """A bearer token of an account, without the cost of checking a password."""
    cmd: Command = make_cmd()

    async def issue(account: UUID) -> str:
        return await issue_token(cmd, expires=cmd.now + timedelta(hours=1), account_id=account)

    return issue


@pytest.fixture
def stranger(make_cmd: MakeCommand) -> Callable[[], Awaitable[DeviceAuth]]:
    """Lets requests speak as a device that nobody knows more about than its token and key."""

    async def issue() -> DeviceAuth:
        return await device_auth(make_cmd())

    return issue


@pytest.fixture
async def code(office: Office, make_cmd: MakeCommand) -> str:
    """A code that enrols a tablet for an inspector of the first office."""
    inspector = await insert(Inspector, authority=office.authority, staff_no="7", active=True)
    cmd = make_cmd(authority=office.authority)
    return (await invite_device(cmd, inspector_id=inspector, authority_id=office.authority)).code


@pytest.fixture
async def session(client: httpx.AsyncClient, code: str) -> Session:
    """An enrolled tablet on the wire."""
    session = Session(new_device(), client)
    await session.enrol(code, "平板一")
    return session


@pytest.fixture
def signed_in(
    client: httpx.AsyncClient, office: Office, token_for: Callable[[UUID], Awaitable[str]]
) -> Callable[[Role], Awaitable[dict[str, str]]]:
    """Headers of a person of the first office in this role."""

    async def headers(role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {await token_for(office.accounts[role])}"}

    return headers


@pytest.fixture
def come_to(
    app: Litestar,
    client: httpx.AsyncClient,
    signed_in: Callable[[Role], Awaitable[dict[str, str]]],
    entropy: SeededEntropy,
    clock: FixedClock,
) -> ComeTo:
    """Walks the line from the beginning; a stretch that was walked before on this engine is not walked again."""

    async def come(*steps: str) -> Walk:
        walk = Walk(client, signed_in)

        async def take() -> dict[str, str]:
            if steps[:-1]:
                walk.ids |= (await come(*steps[:-1])).ids
            await getattr(walk, steps[-1])()
            return walk.ids

        name = ("line", clock.instant, *steps)
        walk.ids |= await kept(name, take, entropy, app.state.process.entropy)
        return walk

    return come
