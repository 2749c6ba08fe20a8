"""What visits do in the background."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.work.store import Job
from inspection.visits.entries.admit import readmit_waiting
from inspection.visits.late_filing.note import note_late


async def readmit(cmd: Command, job: Job) -> None:  # noqa: ARG001  the kept entries are found by query
    """After `entries.kept`: the visit may have appeared while its entries were being stored."""
    await readmit_waiting(cmd)


async def note_late_filing(cmd: Command, job: Job) -> None:
    """After `entries.kept`: a visit that nobody assigned is to be filed afterwards."""
    subject, _, id_ = job.stream.partition(":")
    if subject == "visit":
        await note_late(cmd, UUID(id_))
