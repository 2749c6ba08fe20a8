"""A world for the verbs, on both engines."""

import pytest

from inspection.kernel.database import Engine
from sync.pull import projections
from tests.sync.world import World, build_world


@pytest.fixture
async def world(db: Engine) -> World:
    """An authority, two inspectors and one open visit; the room's projections are installed."""
    projections.install()
    return await build_world()
