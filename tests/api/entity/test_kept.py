"""What is kept of doors: made once while things stand alike, never more than there is room for."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.entity.kept import LASTS, Kept

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 40)), max_size=60))
def test_what_is_kept_is_what_would_be_made_and_fits_in(asked: list[tuple[int, int, int]]) -> None:
    kept, now = Kept(most=30, size=len), NOW

    async def ask(key: int, standing: int, width: int) -> bytes:
        async def made() -> bytes:
            return f"{key}/{standing}/".encode() + b"." * width

        return await kept.of(now, key, standing, made)

    for key, standing, width in asked:
        found = asyncio.run(ask(key, standing, width))
        assert found.startswith(f"{key}/{standing}/".encode())
        held = [value for _, _, value in kept._known.values()]
        assert sum(map(len, held)) == kept._held <= 30


async def test_nothing_is_kept_for_longer_than_it_lasts_nor_when_the_clock_went_back() -> None:
    kept, made = Kept(), 0

    async def make() -> int:
        nonlocal made
        made += 1
        return made

    ages = (timedelta(), LASTS - timedelta(seconds=1), LASTS, LASTS - timedelta(days=1), LASTS)
    assert [await kept.of(NOW + age, "door", "standing", make) for age in ages] == [1, 1, 2, 3, 4]


async def test_what_could_not_be_made_is_tried_again() -> None:
    kept = Kept()

    async def fails() -> int:
        raise LookupError

    async def works() -> int:
        return 7

    with pytest.raises(LookupError):
        await kept.of(NOW, "door", "standing", fails)
    assert await kept.of(NOW, "door", "standing", works) == 7
