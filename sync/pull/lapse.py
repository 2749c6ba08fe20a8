"""Rights that lapsed without anybody telling the feeds: found when a page is read, and told as removals."""

from collections.abc import Collection
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.listing import recused_from
from inspection.visits.reading import known_visit
from inspection.visits.states import VisitState
from mobile_contract.pull import RemoveReason
from sync.devices.bind import acting_inspectors
from sync.pull import feeds


async def take_back(cmd: Command, device: UUID, visits: Collection[UUID]) -> None:
    """Take visits from a device's feed that it may not see any more; the removals follow on a later page."""
    await in_unit(_take_back, cmd, device, visits)


async def _take_back(cmd: Command, device: UUID, visits: Collection[UUID]) -> None:
    why = {visit: {device: await why_lost(visit, device)} for visit in sorted(visits)}
    await feeds.change(why, cmd.now)


async def why_lost(visit: UUID, device: UUID) -> RemoveReason:
    """Why a device loses a visit: it ended, its inspector was recused, or somebody else goes."""
    if (await known_visit(visit)).state is VisitState.CANCELLED:
        return RemoveReason.CLOSED
    acting = (await acting_inspectors([device]))[device]
    return RemoveReason.RECUSED if acting & await recused_from(visit) else RemoveReason.REASSIGNED
