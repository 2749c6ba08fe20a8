import asyncio
from contextlib import AsyncExitStack

import pytest

from api.device.turns import LATEST_S, SOONEST_S, Turns
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode


async def test_so_many_are_worked_on_at_once_and_the_others_in_the_order_of_their_arrival() -> None:
    turns = Turns(at_once=2)
    begun: asyncio.Queue[int] = asyncio.Queue()
    ends = [asyncio.Event() for _ in range(5)]

    async def push(number: int) -> None:
        async with turns.turn(10):
            begun.put_nowait(number)
            await ends[number].wait()

    async with asyncio.TaskGroup() as pushes:
        for number in range(5):
            pushes.create_task(push(number))
        order = [await begun.get(), await begun.get()]
        for number in range(5):
            await asyncio.sleep(0)
            assert begun.empty()
            ends[number].set()
            if len(order) < 5:
                order.append(await begun.get())
    assert order == [0, 1, 2, 3, 4]


async def test_who_comes_when_too_much_waits_is_told_when_to_return() -> None:
    turns = Turns(at_once=1, waiting_bytes=100)
    async with AsyncExitStack() as working, asyncio.TaskGroup() as others:
        await working.enter_async_context(turns.turn(1_000))  # whoever finds room is taken, however large
        waiting = others.create_task(_take(turns, 80))
        await asyncio.sleep(0)
        with pytest.raises(Refused) as told:
            await _take(turns, 30)
        assert told.value.code is ProblemCode.BUSY
        assert SOONEST_S <= told.value.facts["retry_after"] <= LATEST_S
        await working.aclose()
        await waiting
        await _take(turns, 101)


async def test_a_caller_who_hangs_up_while_he_waits_leaves_his_place() -> None:
    turns = Turns(at_once=1, waiting_bytes=100)
    async with turns.turn(1):
        gone = asyncio.create_task(_take(turns, 90))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        staying = asyncio.create_task(_take(turns, 90))
        await asyncio.sleep(0)
        assert not staying.done()
    await staying


async def test_turns_are_taken_while_nobody_else_finds_room() -> None:
    turns = Turns(at_once=1)
    assert not turns.are_taken
    async with turns.turn(0):
        assert turns.are_taken
    assert not turns.are_taken


async def _take(turns: Turns, size: int) -> None:
    async with turns.turn(size):
        pass
