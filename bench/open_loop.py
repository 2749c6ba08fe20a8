"""Requests begin when their plan says, whatever became of earlier ones, and their time counts from that moment.

A loop that waits for one answer before it asks again measures a slow server less often, just when it is slow
(coordinated omission). Here a server that falls behind shows in every request that it keeps waiting.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.arrivals import Due
from bench.callers import Failed
from bench.histogram import Histogram

Doer = Callable[[], Awaitable[None]]
MOST_WAITING = 4_000
"""So many unanswered requests end a run: the server will not catch up, and the clients' memory is not what is measured.
"""
UNANSWERED = "not answered in time"
NOT_SENT = "not sent: too many wait"


@dataclass(slots=True)
class Run:
    """What was seen: by kind the times and the errors; `late`: how late the clients themselves were to begin."""

    seconds: float
    begin: float = 0.0
    times: dict[str, Histogram] = field(default_factory=dict)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: dict[str, Counter[int]] = field(default_factory=dict)
    """By kind: how many ended well in each second since the beginning."""
    late: Histogram = field(default_factory=Histogram)

    @property
    def all_times(self) -> Histogram:
        """Of every kind together."""
        whole = Histogram()
        for one in self.times.values():
            whole.merge(one)
        return whole

    def of(self, kind: str) -> Histogram:
        """The times of one kind; empty if none of it ended well."""
        return self.times.get(kind) or Histogram()

    def well(self, kind: str, due: float) -> None:
        """One ended well now that was to begin at `due` seconds after the beginning."""
        passed = time.perf_counter() - self.begin
        self.times.setdefault(kind, Histogram()).record(passed - due)
        self.ended.setdefault(kind, Counter())[int(passed)] += 1


async def drive(plan: Sequence[Due], doers: Mapping[str, Doer], seconds: float, patience: float = 10.0) -> Run:
    """Begin every request of the plan in its time; what is unanswered `patience` seconds after the last is an error."""
    run = Run(seconds, time.perf_counter())
    waiting: set[asyncio.Task[None]] = set()
    # Not a task group: one failed request shall not end the others.
    for place, due in enumerate(plan):
        if (ahead := run.begin + due.at - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        run.late.record(time.perf_counter() - run.begin - due.at)
        if len(waiting) >= MOST_WAITING:
            run.errors.update((rest.kind, NOT_SENT) for rest in plan[place:])
            break
        task = asyncio.create_task(_one(run, due, doers[due.kind]), name=due.kind)
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    if waiting:
        _, rest = await asyncio.wait(set(waiting), timeout=patience)
        for task in rest:
            run.errors[task.get_name(), UNANSWERED] += 1
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
    return run


async def _one(run: Run, due: Due, doer: Doer) -> None:
    try:
        await doer()
    except Failed as why:
        run.errors[due.kind, str(why)] += 1
    else:
        run.well(due.kind, due.at)
