"""Reading large files in a process of its own: reading a row costs as much as storing it, and one Python process does
one of the two at a time.

The process is this module (`python -m`): its job comes on standard input, chunks of rows leave on standard output, each
with its length before it. It waits when nobody takes them, so no more than two chunks are in memory.
"""

import pickle
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Generic, TypeVar

from inspection.registry.intake.columns import Column
from inspection.registry.intake.rows import Draft, Good, ReadRow, Rejected, body_of
from inspection.registry.intake.sheet import Sheet

LARGE = 4 * 1024 * 1024  # bytes; a process takes as long to start as to read so much
_LENGTH = struct.Struct(">Q")

D = TypeVar("D", bound=Draft)


@dataclass(frozen=True, slots=True)
class Job(Generic[D]):
    """What to read, and how."""

    sheet: Sheet
    columns: tuple[Column, ...]
    headers: Mapping[str, str] | None
    read: ReadRow[D]
    chunk: int


def worth_a_process(sheet: Sheet) -> bool:
    """Whether a file is large enough; only what lies on the disk need not be carried over."""
    return sheet.path is not None and sheet.size >= LARGE


class ReaderProcess(Generic[D]):
    """A process that reads. Blocking: use it off the loop; `end` may be called from anywhere, at any time."""

    def __init__(self, job: Job[D]) -> None:
        command = [sys.executable, "-m", "inspection.registry.intake.reader"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        _put(_pipe(self._process.stdin), job)
        _pipe(self._process.stdin).close()

    def next_chunk(self) -> list[Good[D] | Rejected]:
        """The next rows; empty at the end.

        Raises:
            RuntimeError: the process ended before the file did.
        """
        stream = _pipe(self._process.stdout)
        chunk = None if stream.closed else _get(stream)
        if chunk is None:
            raise RuntimeError(f"the reading process ended early, exit code {self._process.poll()}")
        return list(chunk)

    def end(self) -> None:
        """Let the process be gone; a thread in `next_chunk` gets its error."""
        self._process.kill()
        self._process.wait()
        _pipe(self._process.stdout).close()


def main() -> None:
    """Read the job and do it."""
    job: Job[Any] | None = _get(sys.stdin.buffer)
    if job is None:
        raise SystemExit("this is started by an import, not by hand")
    results = body_of(job.sheet.rows(), job.columns, job.headers).results(job.read)
    while chunk := list(islice(results, job.chunk)):
        _put(sys.stdout.buffer, chunk)
    _put(sys.stdout.buffer, [])


def _pipe(stream: Any) -> BinaryIO:
    if stream is None:
        raise RuntimeError("the reading process has no pipe")
    return stream  # type: ignore[no-any-return]


def _put(stream: BinaryIO, value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _get(stream: BinaryIO) -> Any:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    data = stream.read(_LENGTH.unpack(head)[0])
    return pickle.loads(data)  # noqa: S301  from our own process


if __name__ == "__main__":
    main()
