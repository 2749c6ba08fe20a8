"""The comparison of logs by their heads: what a device holds and the server lacks, at a cost that does not grow."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.pull import MAX_RANGES, InventoryAnswer, InventoryRequest, LogClaim, LogComparison
from sync.devices import store as store_devices
from sync.devices import store_wipes
from sync.devices.standing import submitting_device
from sync.histories import current_history
from sync.push import store as store_push
from sync.push.log_heads import LogHead, log_state, missing


async def compare_logs(cmd: Command, *, device_id: UUID, request: InventoryRequest) -> InventoryAnswer:
    """Which of the claimed entries are not in the store; logs of other devices of the authority may be asked for.

    What the device says it holds is noted for the office.

    Raises:
        NotFound, Refused: the device is not enrolled, or was revoked and its days of grace are over.
    """
    carrier = await submitting_device(device_id, cmd.now)
    if request.holding is not None:
        await in_unit(store_wipes.keep_holding, carrier.id, cmd.now, request.holding)
    asked = await store_devices.devices_by_id(claim.dev for claim in request.heads)
    colleagues = {device.id for device in asked if device.authority == carrier.authority}
    known = {(head.device, head.epoch): (log_id, head) for log_id, head in await store_push.logs_of(colleagues)}
    logs = [await _compare(claim, known.get((claim.dev, claim.ep))) for claim in request.heads]
    return InventoryAnswer(history=await current_history(cmd), logs=tuple(logs))


async def _compare(claim: LogClaim, known: tuple[UUID, LogHead] | None) -> LogComparison:
    if known is None:
        nothing = LogHead(claim.dev, claim.ep)
        return LogComparison(state=log_state(nothing), missing=missing(0, (), claim.seq)[:MAX_RANGES])
    log_id, head = known
    beyond = [slot.seq for slot in await store_push.tail(log_id)] if head.top > head.seq else []
    return LogComparison(state=log_state(head), missing=missing(head.seq, beyond, claim.seq)[:MAX_RANGES])
