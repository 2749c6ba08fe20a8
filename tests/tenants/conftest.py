"""The two authorities, once a run, and this test's own copy of them, served in this process."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from litestar import Litestar

from api.app import process_for, serving
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from tests.api.conftest import started
from tests.support import postgres
from tests.support.moved import moved
from tests.support.once import once
from tests.support.routes import routes
from tests.support.schema import build_schema
from tests.tenants.world import AFTER, Tenants, two_tenants


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On SQLite; with the profile of `make bench-fuzz` on PostgreSQL, too."""
    if "address" in metafunc.fixturenames:
        often = metafunc.config.getoption("--hypothesis-profile") == "bench"
        metafunc.parametrize("address", ["sqlite", "postgres"] if often else ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Tenants:
    """As they were made; nobody writes there."""
    return once(tmp_path_factory, "tenants", partial(two_tenants, tmp_path_factory))


@pytest.fixture
def tenants(two: Tenants, tmp_path: Path) -> Iterator[Tenants]:
    shutil.copytree(two.data_dir, tmp_path / "data")
    yield replace(two, data_dir=tmp_path / "data")
    uninstall_projections()


@pytest.fixture
def address(request: pytest.FixtureRequest, tenants: Tenants) -> Iterator[str]:
    """Where the rows of both are."""
    if request.param == "sqlite":
        yield f"sqlite:///{tenants.database}"
        return
    with postgres.database(f"fieldcheck_tenants_{os.getpid()}") as dsn:
        asyncio.run(build_schema(dsn))
        asyncio.run(moved(f"sqlite:///{tenants.database}", dsn))
        yield dsn


@pytest.fixture
async def app(tenants: Tenants, address: str) -> AsyncIterator[Litestar]:
    """The application, started over the copy; its clock stands a day after everything."""
    uninstall_projections()
    settings = Settings(data_dir=tenants.data_dir, database_url=address, rate_limit=False, two_factor_roles=())
    service = serving(routes(), process_for(settings, FixedClock(AFTER), SeededEntropy("walk")))
    async with started(service):
        yield service


@pytest.fixture
def cmd(entropy: SeededEntropy) -> Command:
    return Command(SYSTEM, AFTER, entropy)
