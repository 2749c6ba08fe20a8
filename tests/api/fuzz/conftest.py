"""Where the requests go: a small world whose days are over, on SQLite, and an office in the middle of its work, on
PostgreSQL. Both hold something under most of the names that a path can bear.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.authority.tables import Account, Authority
from inspection.authority.tokens import issue_token
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from inspection.visits.tables import TeamMember
from mobile_contract.client import Session
from tests.api.conftest import Office
from tests.api.line import TO_THE_VISIT, Walk
from tests.api.test_embargo import enrolled
from tests.conftest import NOW, MakeCommand
from tests.support.once import once
from tests.support.tablets import Bearer, auth_of
from tests.support.world import AFTER, World, published_world


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which of the two places."""
    return str(request.param)


@pytest.fixture
def lived_in(engine: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> World | None:
    """A copy of the shared world, for SQLite."""
    if engine != "sqlite":
        return None
    world = once(tmp_path_factory, "world", published_world)
    shutil.copytree(world.data_dir, tmp_path / "data")
    return World(tmp_path / "data", world.eve, world.told)


@pytest.fixture
def settings(lived_in: World | None, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Every request is sent within one instant, which nobody may do otherwise."""
    where = (
        lived_in.settings
        if lived_in
        else Settings(database_url=request.getfixturevalue("postgres_dsn"), data_dir=tmp_path / "data")
    )
    return where.model_copy(update={"rate_limit": False, "two_factor_roles": ()})


@pytest.fixture
def clock(lived_in: World | None) -> FixedClock:
    """The server's clock: after the world's days, or where tests begin."""
    return FixedClock(AFTER if lived_in else NOW)


@dataclass
class Place:
    """A service with something in it, and its people."""

    client: httpx.AsyncClient
    token_of: Callable[[UUID], Awaitable[str]]
    accounts: dict[Role, UUID]
    tablet: Session

    async def auth(self, role: Role | None) -> httpx.Auth | None:
        """What lets a request speak as somebody in this role; None: as nobody. A token is new each time."""
        if role is None or role is Role.PUBLIC:
            return None
        if role is Role.DEVICE:
            return auth_of(self.tablet)
        return Bearer(await self.token_of(self.accounts[role]))


@pytest.fixture
async def place(
    app: Litestar,
    client: httpx.AsyncClient,
    lived_in: World | None,
    clock: FixedClock,
    make_cmd: MakeCommand,
    found_office: Callable[[str], Awaitable[Office]],
) -> AsyncIterator[Place]:
    """The service, somebody in every role, and a tablet of somebody who was sent somewhere."""

    async def token_of(account: UUID) -> str:
        cmd = make_cmd(now=clock.instant)
        return await issue_token(cmd, expires=cmd.now + timedelta(hours=1), account_id=account)

    if lived_in is None:
        office = await found_office("first")

        async def signed_in(role: Role) -> dict[str, str]:
            return {"Authorization": f"Bearer {await token_of(office.accounts[role])}"}

        walk = Walk(client, signed_in)
        for step in TO_THE_VISIT:
            await getattr(walk, step)()
    else:
        (authority, *_) = await Authority.select(Authority.id)
        rows = await Account.select(Account.id, Account.role)
        office = Office(authority["id"], authority["id"], {Role(row["role"]): row["id"] for row in rows})
    (sent, *_) = await TeamMember.select(TeamMember.inspector).order_by(TeamMember.visit)
    tablet = await enrolled(sent["inspector"], office, client, lambda *a, **k: make_cmd(*a, **k, now=clock.instant))
    with closing(tablet.device.store):
        yield Place(client, token_of, office.accounts, tablet)
