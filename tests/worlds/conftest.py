import pytest

from tests.support.world import World, published_world


@pytest.fixture(scope="session")
def world() -> World:
    """The shared world; tests that write work on a copy."""
    return published_world()
