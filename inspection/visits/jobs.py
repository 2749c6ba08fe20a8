"""What visits do in the background."""

from inspection.kernel.command import Command
from inspection.kernel.work.store import Job
from inspection.visits.entries.admit import readmit_waiting


async def readmit(cmd: Command, job: Job) -> None:  # noqa: ARG001  the kept entries are found by query
    """After `entries.kept`: the visit may have appeared while its entries were being stored."""
    await readmit_waiting(cmd)
