"""A few processes that work on images, so that no decoder runs on the event loop or beside the keys of the service."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from inspection.kernel.canonical import JSON
from media.boxes import Box
from media.findings import READY, Derived, ImageFinding, Look
from media.rules import ANY_BYTES, MIB
from media.trailing import is_bare_jpeg

MEMORY: Final = 512 * MIB
SECONDS: Final = 20.0
IMAGES_A_WORKER: Final = 200
"""A worker is replaced after so many images: native memory that leaks goes with it."""

MAX_COPY: Final = 16 * MIB

log = structlog.get_logger("fieldcheck.media")


class NoWorkerError(RuntimeError):
    """No worker can be started now; that says nothing about any file."""


class _Died(Exception):
    """It closed its pipe or answered nonsense."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a worker is asked, as its line of JSON says it, and the names of the copies that it may answer with."""

    asked: Mapping[str, JSON]
    names: frozenset[str]


@dataclass(slots=True, eq=False)
class _Worker:
    process: Process
    asked: int = 0

    async def go(self, errand: _Errand) -> Look:
        self.asked += 1
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise _Died
        try:
            stdin.write(json.dumps(errand.asked).encode() + b"\n")
            await stdin.drain()
            head: dict[str, Any] = json.loads(await stdout.readline())
            copies = [await self._copy(stdout, errand.names, told) for told in head["copies"]]
            return Look.from_facts(head["facts"], tuple(copies))
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise _Died from error

    @staticmethod
    async def _copy(stdout: asyncio.StreamReader, names: frozenset[str], told: dict[str, Any]) -> Derived:
        name, width, height, length = told["name"], told["width"], told["height"], told["length"]
        if name not in names or not 0 < length <= MAX_COPY or not 0 < width < 2**16 or not 0 < height < 2**16:
            raise ValueError("not a copy we asked for")
        copy = Derived(name, width, height, await stdout.readexactly(length))
        # Whoever took a worker over may say what it likes in pixels, but nothing beside them reaches anybody.
        if not is_bare_jpeg(copy.data):
            raise ValueError("not a picture, or more than one")
        return copy

    async def end(self, *, kill: bool) -> None:
        if kill and self.process.returncode is None:
            self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()  # the worker ends when nobody can ask any more
        await self.process.communicate()


class ImageWorkers:
    """At most `size` worker processes, started when needed. Bad images cost a worker at worst, never the service."""

    def __init__(
        self,
        *,
        size: int = 2,
        memory: int = MEMORY,
        seconds: float = SECONDS,
        command: Sequence[str] = (sys.executable, "-I", "-m", "media.image_worker"),
    ) -> None:
        self._command = (*command, str(memory))
        self._seconds = seconds
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []

    async def look(self, path: Path, declared: str = ANY_BYTES) -> Look:
        """What the file at `path` is, and the small copies of an image. `declared`: the media type by its sender.

        Whatever is wrong with the file is a finding of the answer.

        Raises:
            NoWorkerError: a worker cannot be started. The others raise it as well.
        """
        errand = {"do": "look", "path": str(path), "declared": declared}
        return await self._run(_Errand(errand, frozenset({"preview", "thumb"})))

    async def redact(self, path: Path, boxes: Sequence[Box]) -> Look:
        """The image at `path` with `boxes` black and without metadata, as the copy `public`.

        Done by a worker that has seen no other file: one that a crafted image took over must not choose what the public
        sees of the next.
        """
        errand: dict[str, JSON] = {"do": "redact", "path": str(path), "boxes": [box.facts() for box in boxes]}
        return await self._run(_Errand(errand, frozenset({"public"})), fresh=True)

    async def stamp(self, path: Path, lines: Sequence[str]) -> Look:
        """The preview at `path` above a band with `lines`, as the copy `stamped`."""
        return await self._run(_Errand({"do": "stamp", "path": str(path), "lines": [*lines]}, frozenset({"stamped"})))

    async def _run(self, errand: _Errand, *, fresh: bool = False) -> Look:
        async with self._free:
            while True:
                worker = self._idle.pop() if self._idle and not fresh else await self._start()
                try:
                    return await self._ask(worker, errand, once=fresh)
                except _Died:
                    if worker.asked == 1:
                        return Look(findings=(ImageFinding.DECODER_DIED,))
                    # It may have died long before this image: ask a fresh one.

    async def close(self) -> None:
        """End the workers; they may be started again."""
        while self._idle:
            await self._idle.pop().end(kill=False)

    async def _ask(self, worker: _Worker, errand: _Errand, *, once: bool) -> Look:
        whole = False
        try:
            async with asyncio.timeout(self._seconds):
                look = await worker.go(errand)
        except TimeoutError:
            return Look(findings=(ImageFinding.TOO_SLOW,))
        else:
            whole = worker.asked < IMAGES_A_WORKER and not once
            return look
        finally:
            if whole:
                self._idle.append(worker)
            else:
                await worker.end(kill=True)

    async def _start(self) -> _Worker:
        # No environment: the worker has no use for the database's address or anybody's key.
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, start_new_session=True
            )
        except OSError as error:
            raise NoWorkerError("the machine has no room for an image worker") from error
        worker = _Worker(process)
        try:
            async with asyncio.timeout(self._seconds):
                ready = process.stdout is not None and await process.stdout.readline() == READY
        except TimeoutError:
            ready = False
        if not ready:
            await worker.end(kill=True)
            raise NoWorkerError("the image worker does not start")
        log.debug("image worker started", pid=process.pid)
        return worker
