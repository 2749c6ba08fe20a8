"""What publicity does in the background when a room below has moved on."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.work.store import Job
from inspection.publicity.objections.recount import count_objections_again
from inspection.publicity.open_publications import open_publications, start_clocks
from inspection.publicity.withdraw import count_withdrawals_again


async def open_for_visit(cmd: Command, job: Job) -> None:
    """After `visit.approved`: each outcome gets its publication, so that overseers see what is due."""
    await open_publications(cmd, visit_id=UUID(job.stream.removeprefix("visit:")))


async def count_again(cmd: Command, job: Job) -> None:
    """After `task.completed` (of its authority) and `calendar.imported` (of all): due days are set."""
    await start_clocks(cmd, authority=job.authority)
    await count_objections_again(cmd, authority=job.authority)
    await count_withdrawals_again(authority=job.authority)
