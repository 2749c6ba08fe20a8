import shutil
from pathlib import Path

import pytest

from api.simulation import service
from tests.support.once import once
from tests.support.routes import created
from tests.support.world import World, published_world


@pytest.fixture
def routes_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a simulation live in the routes that this process has put together already."""
    monkeypatch.setattr(service, "create_app", created)


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
