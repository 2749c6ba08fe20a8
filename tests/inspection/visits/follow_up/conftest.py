import pytest

from inspection.kernel.database import Engine
from tests.inspection.visits.follow_up.world import Follow, build_follow


@pytest.fixture
async def follow(db: Engine) -> Follow:
    """An authority of 威海, on each engine."""
    return await build_follow()
