"""Background work: a chain of custody follows the events that cause acts."""

from typing import Final
from uuid import UUID

from inspection.archive.custody.due import Due, due_of_file, due_of_line
from inspection.archive.custody.note import write_acts
from inspection.archive.sources import BlobSource
from inspection.kernel.command import Command
from inspection.kernel.journal import read
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep

JOB: Final = "archive.custody"


def custody_job(files: BlobSource) -> TwoStep:
    """The handler of `archive.custody`; doing it twice changes nothing.

    What is due is gathered before the transaction, as on SQLite that stops everybody else who writes.
    """

    async def prepare(job: Job) -> list[Due]:
        return await _due(job, files)

    return TwoStep(prepare, _write)


async def _due(job: Job, files: BlobSource) -> list[Due]:
    room, _, name = job.stream.partition(":")
    if room == "visit":
        (line,) = await read(job.stream, job.seq - 1, 1)
        return [await due_of_line(line, UUID(name), files)]
    if room == "penalty":
        return []  # a story of its own: no file and no entry has a part in it
    # An upload that was rejected stands in a stream of its own.
    digest = name.rpartition("/")[2] if room in {"media", "file"} else job.payload.get("declared")
    return await due_of_file(str(digest), files)


async def _write(cmd: Command, job: Job, due: list[Due]) -> None:  # noqa: ARG001  a handler is given its job
    for one in due:
        await write_acts(cmd, one.visit, one.acts)
