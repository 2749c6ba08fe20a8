from collections.abc import Iterator

import pytest

from tests.faults.stem import Stem


@pytest.fixture(scope="session")
def stem() -> Iterator[Stem]:
    """What every server here is forked from."""
    with Stem() as made:
        yield made
