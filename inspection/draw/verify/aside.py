"""Work that a second process does in the meantime, where there is one to spare."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

# Below this many rows a second process costs more than it saves.
WORTH_SHARING = 100_000
_work: list[Callable[[], Any]] = []


def spare_cores(rows: int) -> int:
    """How many processes may work on a frame of so many rows; 1: this one alone."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 8) if rows >= WORTH_SHARING and "fork" in multiprocessing.get_all_start_methods() else 1


class Aside:
    """Runs `work` in a process that begins as a copy of this one; `result` waits for what came of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        _work[:] = [work]  # copied with everything else: nothing is sent there
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("fork"))
        self._future: Future[Any] = self._pool.submit(_do)

    def result(self) -> Any:
        """Raises what the work raised."""
        try:
            return self._future.result()
        finally:
            self._pool.shutdown()


def _do() -> Any:
    return _work[0]()
