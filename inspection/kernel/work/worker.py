import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog

from inspection.kernel.clock import Clock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import Entropy
from inspection.kernel.signals import Counted, Stretch, count, stretch
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from inspection.kernel.work import store
from inspection.kernel.work.rules import CLAIM, next_try
from inspection.kernel.work.store import Job

Write: TypeAlias = Callable[[Command, Job], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TwoStep:
    """A handler whose first step takes long and writes no row: it runs before the transaction that the second is in.

    On SQLite a transaction holds the only writer; seconds of image work in it would stop everybody.
    """

    prepare: Callable[[Job], Awaitable[Any]]
    write: Callable[[Command, Job, Any], Awaitable[None]]


Handler: TypeAlias = Write | TwoStep

BATCH = 20
IDLE_S = 0.5

log = structlog.get_logger("fieldcheck.work")


class Worker:
    """Runs handlers by job name. Several workers may share one database."""

    def __init__(self, handlers: Mapping[str, Handler], clock: Clock, entropy: Entropy) -> None:
        self._handlers = handlers
        self._clock = clock
        self._entropy = entropy

    async def run_once(self, stop: asyncio.Event | None = None) -> int:
        """Claim a batch and do it; returns how many jobs were claimed. Once `stop` is set the job at hand is finished,
        and those behind it are given back; a job that is cancelled is given back too.
        """
        now = self._clock.now()
        jobs = await in_unit(store.claim, now, now + CLAIM, BATCH)
        for place, job in enumerate(jobs):
            if stop is not None and stop.is_set():
                await _give_back(jobs[place:])
                break
            try:
                await self._do(job)
            except asyncio.CancelledError:
                await _give_back(jobs[place:])
                raise
        return len(jobs)

    async def drain(self) -> int:
        """Work until nothing is due; for tests, the command line, simulated days. Returns how many jobs were tried."""
        total = 0
        while done := await self.run_once():
            total += done
        return total

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; sleeps only when nothing is due."""
        while not stop.is_set():
            if not await self.run_once(stop):
                with_timeout = asyncio.wait_for(stop.wait(), IDLE_S)
                try:
                    await with_timeout
                except TimeoutError:
                    continue

    async def _do(self, job: Job) -> None:
        command = Command(actor=SYSTEM, now=self._clock.now(), entropy=self._entropy, authority=job.authority)
        try:
            with stretch(Stretch.JOB, job.name):
                await self._tried(job, command)
            count(Counted.JOB, "done")
        except Exception as error:  # noqa: BLE001  whatever a handler raises must not stop the lane's neighbours
            await self._failed(job, error)

    async def _tried(self, job: Job, command: Command) -> None:
        write = await _prepared(self._handlers[job.name], job)
        # The handler's writes and the mark "done" commit together: a crash in between repeats both or neither.
        async with unit_of_work():
            await write(command, job)
            await store.finish(job.id, command.now)

    async def _failed(self, job: Job, error: Exception) -> None:
        again = next_try(self._clock.now(), job.attempts)
        told = f"{type(error).__name__}: {error}"
        count(Counted.JOB, "given_up" if again is None else "failed")
        if again is None:
            # The error's text may quote a row: it stays in the database, out of the logs.
            log.error("job given up", job=job.name, lane=job.lane, error=type(error).__name__)
            await in_unit(store.give_up, job.id, told)
        else:
            log.warning(
                "job failed, will be repeated",
                job=job.name,
                lane=job.lane,
                attempts=job.attempts,
                error=type(error).__name__,
            )
            await in_unit(store.put_back, job.id, again, told)


async def _give_back(jobs: Sequence[Job]) -> None:
    """Let another worker have them now, not when the claim runs out."""
    for job in jobs:
        await in_unit(store.give_back, job)


async def _prepared(handler: Handler, job: Job) -> Write:
    if not isinstance(handler, TwoStep):
        return handler
    found = await handler.prepare(job)
    return lambda command, job: handler.write(command, job, found)
