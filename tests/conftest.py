"""Both engines, always. Each test gets a fresh, migrated, empty database of its own."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import settings

from api.schema import all_tables
from inspection.authority import passwords
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine, open_engine, running
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from tests.support import postgres
from tests.support.logs import logs_as_they_were
from tests.support.once import once
from tests.support.schema import build_schema

# No test is timed: a busy machine is not a defect.
settings.register_profile("untimed", deadline=None)
# `make bench-fuzz`: many more requests of each kind (tests/api/fuzz).
settings.register_profile("bench", deadline=None)
settings.load_profile("untimed")

# With the least work that argon2 allows: a password of an installation costs a tenth of a second each time it is made
# or tried, and nothing here is about how long somebody would have to guess.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

MEMORY = Path("/dev/shm")  # noqa: S108  the memory file system of Linux
ROOM = 1024**3
"""Bytes that must be free there: far more than two tests at a time and the worlds of a run take."""


def pytest_configure() -> None:
    """Temporary files lie in memory where there is room for them: on a disk every commit waits for it.

    That what is committed outlives a crash is shown by killing processes, which memory outlives as well.
    """
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:  # noqa: TID251
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)  # noqa: TID251  the runner's own variable


LONGEST = (
    "tests/api/fuzz/",
    "tests/simulation/",
    "tests/tablet/test_units.py",
    "tests/tenants/",
    "tests/browser/test_desk_every_page.py",
    "tests/worlds/",
)
"""What takes longest. Its tests are few, so that the process that has them hands on whatever else it was given."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first: one of two minutes that is begun last keeps all other processes waiting at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What collecting made stays to the end: looking through it for garbage again and again is a twentieth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MakeCommand = Callable[..., Command]


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """What a command of an earlier test or a shared world logged to is a captured stream: nobody else writes there."""
    structlog.reset_defaults()
    with logs_as_they_were():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; every test copies it."""
    return once(tmp_path_factory, "template", _migrated)


def _migrated(folder: Path) -> Path:
    path = folder / "template.sqlite3"
    asyncio.run(build_schema(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database of this worker's own on a real PostgreSQL. Never skipped: no server is a failure."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")  # noqa: TID251  the runner's own variable
    with postgres.database(f"fieldcheck_test_{worker}_{os.getpid()}") as dsn:
        asyncio.run(build_schema(dsn))
        yield dsn


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database; the test runs once on each engine."""
    if request.param == "sqlite":
        copy = tmp_path / "fieldcheck.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        return f"sqlite:///{copy}"
    return str(request.getfixturevalue("postgres_dsn"))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Engine]:
    """A started engine with all tables bound; projections of earlier tests are gone."""
    uninstall_projections()
    async with running(open_engine(database_url), all_tables()) as engine:
        yield engine
        if engine.engine_type == "postgres":
            await postgres.empty(engine)
    uninstall_projections()


@pytest.fixture
def entropy() -> SeededEntropy:
    """Where ids and randomness of a test's own commands come from."""
    return SeededEntropy("tests")


@pytest.fixture
def make_cmd(entropy: SeededEntropy) -> MakeCommand:
    """Makes commands with repeatable ids and randomness."""

    def make(
        role: Role = Role.ADMIN,
        name: str = "管理员",
        *,
        id: str | None = None,  # noqa: A002
        now: datetime = NOW,
        authority: UUID | None = None,
    ) -> Command:
        return Command(Actor(id or f"{role}:{name}", name, role), now, entropy, authority)

    return make


@pytest.fixture
def cmd(make_cmd: MakeCommand) -> Command:
    """A command of the administrator on 2 March 2026, 9:00 in Beijing."""
    return make_cmd()
