import asyncio
import threading

import pytest

from inspection.kernel.hop import WorkThread


@pytest.fixture
def thread():
    started = WorkThread("test")
    started.start()
    yield started
    started.end()


async def test_work_is_done_in_order_in_one_other_thread(thread) -> None:
    done: list[int] = []
    idents = await asyncio.gather(*(thread.run(lambda n=n: done.append(n) or threading.get_ident()) for n in range(50)))
    assert done == list(range(50))
    assert len(set(idents)) == 1
    assert threading.get_ident() not in idents


async def test_what_work_raises_reaches_its_caller_and_no_other(thread) -> None:
    failing = thread.run(lambda: 1 // 0)
    told = await asyncio.gather(failing, thread.run(lambda: "next"), return_exceptions=True)
    assert isinstance(told[0], ZeroDivisionError)
    assert told[1] == "next"


async def test_a_cancelled_caller_is_held_until_its_work_is_done(thread) -> None:
    begun, may_end, ended = asyncio.Event(), threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        may_end.wait()
        ended.set()

    caller = asyncio.create_task(thread.run(work))
    await begun.wait()
    caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert ended.is_set()


async def test_an_ended_thread_takes_no_work_instead_of_letting_it_wait_for_ever() -> None:
    thread = WorkThread("test")
    thread.start()
    assert await thread.run(lambda: 1) == 1
    thread.end()
    with pytest.raises(RuntimeError, match="takes no work"):
        await thread.run(lambda: 2)


def test_a_loop_that_closed_meanwhile_does_not_end_the_thread() -> None:
    thread = WorkThread("test")
    thread.start()
    may_end = threading.Event()

    loop = asyncio.new_event_loop()
    thread._pieces.put((may_end.wait, loop.create_future()))
    loop.close()
    may_end.set()
    assert asyncio.run(_answered(thread)) == "alive"
    thread.end()


async def _answered(thread: WorkThread) -> str:
    return await thread.run(lambda: "alive")
