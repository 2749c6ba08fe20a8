"""What is published is put into the outbox of every channel of its authority."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.work.store import Job
from inspection.publicity import store_documents
from inspection.publicity.channels import store
from inspection.publicity.channels.set_channel import deliveries_of


async def post(cmd: Command, job: Job) -> None:
    """After `publication.published`, `publication.corrected` and `publication.withdrawn`.

    Doing it twice posts nothing twice.
    """
    if job.authority is None:
        return
    publication, version = UUID(str(job.payload["publication"])), job.payload["version"]
    found = [row for row in await store_documents.documents(publication=publication) if row.version == version]
    for row in found:
        receivers = await store.channels(row.authority)
        versions = await store.versions_out(row.authority, row.id) if receivers else []
        await store.add_deliveries(deliveries_of(cmd, receivers, versions), cmd.now)
