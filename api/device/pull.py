"""What tablets fetch: changes, a snapshot, and the comparison of their logs."""

from typing import Annotated, Any

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter

from api.commands import AnyRequest, command, device_of
from api.permits import Action
from api.process import process_of
from mobile_contract.pull import (
    DEFAULT_ITEMS,
    MAX_ITEMS,
    InventoryAnswer,
    InventoryRequest,
    PullAnswer,
    SnapshotAnswer,
)
from sync.pull import inventory
from sync.pull import read_feed as pull

Opaque = Annotated[str | None, QueryParameter(max_length=300, description="as the server gave it")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_ITEMS, description="at most so many topics")]


def as_written(answer: PullAnswer) -> dict[str, Any]:
    """The answer under the member names of the contract: `from` is a word of the language and needs an alias."""
    return answer.model_dump(mode="json", by_alias=True)


@get("/pull", opt={"action": Action.SYNC_PULL}, type_encoders={PullAnswer: as_written})
async def read_changes(request: AnyRequest, cursor: Opaque = None, limit: Limit = DEFAULT_ITEMS) -> PullAnswer:
    """What changed in the device's own feed behind `cursor`, each topic once and in its latest state."""
    keys = process_of(request).keys
    return await pull.pull(command(request), device_id=device_of(request), keys=keys, cursor=cursor, limit=limit)


@get("/snapshot", opt={"action": Action.SYNC_PULL})
async def read_snapshot(request: AnyRequest, page: Opaque = None) -> SnapshotAnswer:
    """Everything that stands in the device's feed, page by page, and the cursor to go on from."""
    keys = process_of(request).keys
    return await pull.snapshot(command(request), device_id=device_of(request), keys=keys, page=page)


@post("/inventory", opt={"action": Action.SYNC_PULL}, status_code=200)
async def compare(request: AnyRequest, data: JSONBody[InventoryRequest]) -> InventoryAnswer:
    """Which of the entries that the device holds the server lacks."""
    return await inventory.compare_logs(command(request), device_id=device_of(request), request=data)


router = Router("/v1/sync", route_handlers=[read_changes, read_snapshot, compare], tags=["device: sync"])
