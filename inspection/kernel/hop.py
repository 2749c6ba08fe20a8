"""One thread that does small pieces of work in order, for an event loop that must not do them itself.

The standard executor makes two futures, a lock and a wake-up of a pool for every piece; for statements that take
microseconds this costs more than the statement.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_Piece: TypeAlias = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class WorkThread:
    """`start()` before use, `end()` after."""

    def __init__(self, name: str) -> None:
        self._pieces: SimpleQueue[_Piece | None] = SimpleQueue()
        self._thread = threading.Thread(target=_work, args=(self._pieces,), name=name, daemon=True)
        self._ended = False
        self.asked = 0
        """How many pieces somebody waits for."""

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Let the thread end behind what it still has to do; does not wait for it."""
        self._ended = True
        self._pieces.put(None)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, done in the thread.

        A cancelled caller is held until its piece is done: nothing may run on behind its back, where the next piece
        would meet a half-done state. In the thread itself (see `driven`) it is done at once.

        Raises:
            RuntimeError: the thread has ended.
        """
        if threading.current_thread() is self._thread:
            return work()
        if self._ended:
            raise RuntimeError("this thread takes no work any more")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._pieces.put((work, answer))
        self.asked += 1
        try:
            return await answer
        except asyncio.CancelledError:
            # Pieces are done in order: when an empty one behind it is done, it is done too.
            behind: asyncio.Future[None] = loop.create_future()
            self._pieces.put((_nothing, behind))
            while not behind.done():
                await asyncio.wait([behind])
            raise
        finally:
            self.asked -= 1


def driven(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine of `work` returns or raises, run to its end here and now.

    Raises:
        RuntimeError: it waits for something that is not there yet: a programming error.
    """
    coroutine = work()
    try:
        coroutine.send(None)
    except StopIteration as done:
        told: T = done.value
        return told
    coroutine.close()
    raise RuntimeError("what runs in the database's own thread may wait for nothing but the database")


def _nothing() -> None:
    """The piece that only tells that those before it are done."""


def _work(pieces: SimpleQueue[_Piece | None]) -> None:
    while (piece := pieces.get()) is not None:
        _do(*piece)
        # Until the next piece comes nothing of this one may be kept alive.
        del piece


def _do(work: Callable[[], T], answer: "asyncio.Future[T]") -> None:
    loop = answer.get_loop()
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  the caller gets it, whatever it is
        told: tuple[Callable[..., None], Any] = (_fail, error)
    else:
        told = (_tell, result)
    try:
        loop.call_soon_threadsafe(told[0], answer, told[1])
    except RuntimeError:
        return  # the loop is closed: nobody waits


def _tell(answer: "asyncio.Future[T]", result: T) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: "asyncio.Future[T]", error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
