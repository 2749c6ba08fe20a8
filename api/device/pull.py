"""What tablets fetch: changes, a snapshot, and the comparison of their logs."""

from typing import Annotated, cast

from litestar import Response, Router, get, post
from litestar.enums import MediaType
from litestar.params import JSONBody, QueryParameter

from api.commands import AnyRequest, command, device_of
from api.permits import Action
from api.process import process_of
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import (
    DEFAULT_ITEMS,
    MAX_ITEMS,
    InventoryAnswer,
    InventoryRequest,
    PullAnswer,
    SnapshotAnswer,
)
from mobile_contract.version import CONTRACT_HEADER, LEAST_CONTRACT
from sync.pull import inventory
from sync.pull import read_feed as pull

Opaque = Annotated[str | None, QueryParameter(max_length=1_000, description="as the server gave it")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_ITEMS, description="at most so many topics")]


def as_it_is(written: bytes) -> Response[bytes]:
    """An answer that is JSON already. The framework sends it as it is; the handler's annotation states its model."""
    return Response(written, media_type=MediaType.JSON)


def check_contract(request: AnyRequest) -> None:
    """Let clients read that speak a contract which is still told; whoever is older hands in what he has, and updates.

    Raises:
        Refused: `client-too-old`, with the `least` version that may read.
    """
    spoken = request.headers.get(CONTRACT_HEADER, "1")
    if not (spoken.isascii() and spoken.isdigit() and int(spoken[:9]) >= LEAST_CONTRACT):
        raise Refused(ProblemCode.CLIENT_TOO_OLD, "sync.client_too_old", least=LEAST_CONTRACT)


@get("/pull", opt={"action": Action.SYNC_PULL})
async def read_changes(request: AnyRequest, cursor: Opaque = None, limit: Limit = DEFAULT_ITEMS) -> PullAnswer:
    """What changed in the device's own feed behind `cursor`, each topic once and in its latest state."""
    check_contract(request)
    keys = process_of(request).keys
    written = await pull.pull_json(
        command(request), device_id=device_of(request), keys=keys, cursor=cursor, limit=limit
    )
    return cast("PullAnswer", as_it_is(written))


@get("/snapshot", opt={"action": Action.SYNC_PULL})
async def read_snapshot(request: AnyRequest, page: Opaque = None) -> SnapshotAnswer:
    """Everything that stands in the device's feed, page by page, and the cursor to go on from."""
    check_contract(request)
    keys = process_of(request).keys
    written = await pull.snapshot_json(command(request), device_id=device_of(request), keys=keys, page=page)
    return cast("SnapshotAnswer", as_it_is(written))


@post("/inventory", opt={"action": Action.SYNC_PULL}, status_code=200)
async def compare(request: AnyRequest, data: JSONBody[InventoryRequest]) -> InventoryAnswer:
    """Which of the entries that the device holds the server lacks."""
    return await inventory.compare_logs(command(request), device_id=device_of(request), request=data)


router = Router("/v1/sync", route_handlers=[read_changes, read_snapshot, compare], tags=["device: sync"])
