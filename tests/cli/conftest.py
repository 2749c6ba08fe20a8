"""An office at a shell: every command in this process, each test on a copy of one prepared data directory."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from api.cli import desk
from api.schema import all_tables
from inspection.kernel.clock import FixedClock
from inspection.kernel.database import open_engine, running
from inspection.kernel.journal import uninstall_projections
from inspection.registry.items.seed_list import seed_items
from inspection.registry.objects.synthetic import synthetic_inspector_file, synthetic_register
from tests.cli.shell import AUTHORITY, PEOPLE, Shell
from tests.conftest import NOW
from tests.support import postgres
from tests.support.logs import logs_as_they_were
from tests.support.once import once

CHECKLISTS = Path(__file__).parents[2] / "inspection" / "registry" / "seed" / "checklists"


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine; projections as other tests expect them."""
    for name in ("DATABASE_URL", "FIELDCHECK_DATABASE_URL", "FIELDCHECK_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    yield
    uninstall_projections()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """The commands' clock: 2 March 2026, until a test moves it."""
    fixed = FixedClock(NOW)
    monkeypatch.setattr(desk, "SystemClock", lambda: fixed)
    return fixed


@pytest.fixture
def bare(tmp_path: Path, clock: FixedClock) -> Shell:
    """A shell over a data directory that does not exist yet."""
    return Shell(tmp_path / "data")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an authority, its people, its published list and its registers; made by commands."""
    return once(tmp_path_factory, "furnished", furnished_by_commands)


def furnished_by_commands(folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch, logs_as_they_were():
        patch.delenv("DATABASE_URL", raising=False)
        patch.setattr(desk, "SystemClock", lambda: FixedClock(NOW))
        furnish(Shell(folder / "data"), folder)
    uninstall_projections()
    return folder / "data"


def furnish(shell: Shell, folder: Path) -> None:
    """From nothing to an office that can plan and draw."""
    shell.run("migrate")
    shell.run("authority", "found", *AUTHORITY)
    for username, role in PEOPLE:
        asked = ("--authority", "weijing", "--name", f"{role} 某", "--role", role, "--unit", "市场秩序科")
        shell.run("authority", "account", username, *asked, "--password", "a long enough password")
    files = {
        "items.csv": seed_items(),
        "objects.csv": synthetic_register(300, "cli"),
        "inspectors.csv": synthetic_inspector_file(NOW.date(), "cli", 14),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    checklists = [part for path in sorted(CHECKLISTS.glob("*.toml")) for part in ("--checklist", str(path))]
    shell.run("import", "items", folder / "items.csv", *checklists)
    shell.run("import", "registry", folder / "objects.csv")
    shell.run("import", "inspectors", folder / "inspectors.csv")
    shell.run("items", "publish")


@pytest.fixture
def office(furnished: Path, tmp_path: Path, clock: FixedClock) -> Shell:
    """A furnished office on SQLite, this test's own."""
    shutil.copytree(furnished, tmp_path / "data")
    return Shell(tmp_path / "data")


@pytest.fixture
def both(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    """A furnished office on the engine that the test names; PostgreSQL by DATABASE_URL, as an administrator does."""
    if request.param == "sqlite":
        yield request.getfixturevalue("office")
        return
    dsn = str(request.getfixturevalue("postgres_dsn"))
    monkeypatch.setenv("DATABASE_URL", dsn)
    shell = Shell(tmp_path / "data")
    furnish(shell, tmp_path)
    yield shell
    asyncio.run(_emptied(dsn))


async def _emptied(dsn: str) -> None:
    async with running(open_engine(dsn), all_tables()) as engine:
        await postgres.empty(engine)


@pytest.fixture
def at(clock: FixedClock) -> Callable[[datetime], None]:
    """Moves the commands' clock."""

    def move(moment: datetime) -> None:
        clock.instant = moment

    return move
