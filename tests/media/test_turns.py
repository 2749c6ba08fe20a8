"""One request at a time on one upload; the newest wins."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from inspection.kernel.errors import Conflict
from media import turns
from media.turns import Interrupted, Turns

ONE, TWO = UUID(int=1), UUID(int=2)


async def never() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def reader(all_turns: Turns, started: asyncio.Event, log: list[str], name: str) -> None:
    async with all_turns.take(ONE) as turn:
        log.append(f"{name} begins")
        started.set()
        try:
            await turn.read(never())
        except Interrupted:
            log.append(f"{name} stops")


async def test_a_newcomer_stops_the_reader_and_follows_it() -> None:
    all_turns, started, log = Turns(), asyncio.Event(), []
    old = asyncio.create_task(reader(all_turns, started, log, "old"))
    await started.wait()
    async with all_turns.take(ONE):
        log.append("new")
    await old
    assert log == ["old begins", "old stops", "new"]
    assert all_turns._queues == {}


async def test_of_many_waiting_readers_only_the_last_reads_on() -> None:
    all_turns, log = Turns(), []
    started = [asyncio.Event() for _ in range(4)]
    tasks = [asyncio.create_task(reader(all_turns, started[n], log, str(n))) for n in range(4)]
    await started[3].wait()
    assert log == ["0 begins", "0 stops", "1 begins", "1 stops", "2 begins", "2 stops", "3 begins"]
    tasks[3].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert all_turns._queues == {}


async def test_uploads_do_not_wait_for_one_another() -> None:
    all_turns = Turns(patience_s=0)
    async with all_turns.take(ONE), all_turns.take(TWO):
        with pytest.raises(Conflict):
            async with all_turns.take(ONE):
                pass
    async with all_turns.take(ONE):
        pass


async def test_a_turn_is_given_back_whatever_happens() -> None:
    all_turns = Turns(patience_s=0)
    for error in (ValueError, KeyboardInterrupt, asyncio.CancelledError):
        with pytest.raises(error):
            async with all_turns.take(ONE):
                raise error
    async with all_turns.take(ONE):
        pass
    assert all_turns._queues == {}


async def test_a_reader_that_is_told_to_stop_twice_stops_once() -> None:
    all_turns, started, log = Turns(), asyncio.Event(), []
    old = asyncio.create_task(reader(all_turns, started, log, "old"))
    await started.wait()
    holder = all_turns._queues[ONE].holder
    assert holder is not None
    holder.stop()
    holder.stop()
    await old
    assert log == ["old begins", "old stops"]


async def test_a_body_from_which_nothing_comes_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "READ_LIMIT_S", 0)
    async with Turns().take(ONE) as turn:
        with pytest.raises(Interrupted):
            await turn.read(never())


async def test_the_end_of_a_body_is_none() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"a"

    async with Turns().take(ONE) as turn:
        chunks = body()
        assert [await turn.read(chunks), await turn.read(chunks)] == [b"a", None]
