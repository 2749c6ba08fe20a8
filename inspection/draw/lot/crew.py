"""Two processes for what is too long for one: runs of chunks of a large frame (draw.md §6).

Jobs are functions at the top of a module with plain arguments; K goes to a worker through a pipe, never by an argument
list, a file or an environment that others could read.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

WORKERS = 2
ROWS_ALONE = 100_000
"""Rows done in this process before others are started for it: fewer take less time than a start."""
AHEAD = 3
"""Jobs of each worker that wait or run; results in their order, so no more than these are held."""


class Crew:
    """Runs jobs here until there have been many, then in worker processes. `job_rows`: rows of a job."""

    def __init__(self, job_rows: int, rows_alone: int = ROWS_ALONE, workers: int = WORKERS) -> None:
        self._left, self._workers = rows_alone // job_rows, workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def ahead(self) -> int:
        """How many results may be waited for before the first of them is taken."""
        return AHEAD * self._workers if self._pool is not None else 1

    def start(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Begin a job."""
        if self._pool is None and self._left > 0:
            self._left -= 1
            done: Future[T] = Future()
            done.set_result(work(*args, **kwargs))
            return done
        if self._pool is None:
            # Not forked: this process has threads, and a fork would copy their locks.
            self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"))
        return self._pool.submit(work, *args, **kwargs)

    def in_order(self, jobs: "Iterable[Future[T]]") -> Iterator[T]:
        """The results of jobs in their order; of `jobs`, which begin when they are asked for, a few run at a time."""
        waiting: deque[Future[T]] = deque()
        for job in jobs:
            waiting.append(job)
            while len(waiting) >= self.ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
