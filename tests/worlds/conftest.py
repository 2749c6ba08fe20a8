import shutil
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from inspection.authority import passwords
from tests.support.once import once
from tests.support.world import World, published_world


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in no time: a world opens dozens of accounts."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world as its days left it; nobody opens this one."""
    return once(tmp_path_factory, "world", published_world)


@pytest.fixture(scope="session")
def world(shared_world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A copy of this process's own: SQLite lives in one."""
    copy: Path = tmp_path_factory.mktemp("world") / "data"
    shutil.copytree(shared_world.data_dir, copy)
    return World(copy, shared_world.eve, shared_world.told)
