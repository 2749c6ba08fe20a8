import pytest

from inspection.kernel.database import Engine
from tests.inspection.visits.world import World, build_world


@pytest.fixture
async def world(db: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """An authority with draws to come, on each engine."""
    return await build_world(monkeypatch)
