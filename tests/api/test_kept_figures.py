"""The office's figures are counted once for all, kept for some minutes, and counted anew when asked."""

import asyncio
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from api.kept_figures import LASTS, MOST, KeptFigures, Key
from inspection.oversight.statistics.figures import Statistics
from tests.conftest import NOW

FIGURES = cast("Statistics", object())


def key(n: int = 0) -> Key:
    return UUID(int=n), date(2026, 1, 1), date(2026, 3, 2), date(2026, 3, 2)


class Counting:
    """Counts, slowly or not at all; says how often."""

    def __init__(self) -> None:
        self.times = 0
        self.go = asyncio.Event()
        self.fails = False

    async def __call__(self) -> Any:
        self.times += 1
        await self.go.wait()
        if self.fails:
            raise ZeroDivisionError
        return FIGURES


async def test_all_who_ask_meanwhile_wait_for_one_count_and_who_leaves_takes_it_from_nobody() -> None:
    kept, count = KeptFigures(), Counting()
    first, second = [asyncio.create_task(kept.of(key(), NOW, count)) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    count.go.set()
    assert (await second).figures is FIGURES
    assert (await kept.of(key(), NOW + LASTS / 2, count)).at == NOW
    assert count.times == 1


async def test_figures_are_not_shown_when_they_are_old_were_set_back_or_are_to_be_counted_anew() -> None:
    kept, count = KeptFigures(), Counting()
    count.go.set()
    await kept.of(key(), NOW, count)
    assert kept.known(key(), NOW + LASTS) is None
    assert kept.known(key(), NOW - timedelta(seconds=1)) is None
    kept.forget(key())
    assert kept.known(key(), NOW) is None
    await kept.of(key(), NOW + LASTS, count)
    assert count.times == 2


async def test_what_fails_is_not_kept_and_those_longest_not_asked_for_go_first() -> None:
    kept, count = KeptFigures(), Counting()
    count.go.set()
    count.fails = True
    with pytest.raises(ZeroDivisionError):
        await kept.of(key(), NOW, count)
    count.fails = False
    for n in range(MOST + 1):
        await kept.of(key(n), NOW, count)
        await kept.of(key(0), NOW, count)
    assert kept.known(key(1), NOW) is None
    assert kept.known(key(0), NOW) is not None
