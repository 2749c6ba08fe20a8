"""What tablets fetch: changes, a snapshot, and the comparison of their logs."""

from typing import Annotated
from uuid import UUID

import structlog
from litestar import Response, Router, get, post
from litestar.background_tasks import BackgroundTask
from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from api.commands import AnyRequest, command, device_of
from api.device.pokes import pokes_of
from api.permits import Action
from api.process import Process, process_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from mobile_contract.base import Wire
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
from sync.devices.standing import reading_device
from sync.pull import inventory
from sync.pull import read_feed as pull

Opaque = Annotated[str | None, QueryParameter(max_length=1_000, description="as the server gave it")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_ITEMS, description="at most so many topics")]


log: structlog.stdlib.BoundLogger = structlog.get_logger("api")
EVENT_STREAM = "text/event-stream"


def written_as(model: type[Wire]) -> dict[int, ResponseSpec]:
    """What the reference says of an answer that is JSON already when the framework gets it."""
    return {200: ResponseSpec(model, generate_examples=False, description="Request fulfilled, document follows")}


def check_contract(request: AnyRequest) -> None:
    """Let clients read that speak a contract which is still told; whoever is older hands in what he has, and updates.

    Raises:
        Refused: `client-too-old`, with the `least` version that may read.
    """
    spoken = request.headers.get(CONTRACT_HEADER, "1")
    if not (spoken.isascii() and spoken.isdigit() and int(spoken[:9]) >= LEAST_CONTRACT):
        raise Refused(ProblemCode.CLIENT_TOO_OLD, "sync.client_too_old", least=LEAST_CONTRACT)


@get("/pull", opt={"action": Action.SYNC_PULL}, responses=written_as(PullAnswer))
async def read_changes(request: AnyRequest, cursor: Opaque = None, limit: Limit = DEFAULT_ITEMS) -> Response[bytes]:
    """What changed in the device's own feed behind `cursor`, each topic once and in its latest state."""
    check_contract(request)
    process = process_of(request)
    async with process.pulls.turn(0):
        cmd, device = command(request), device_of(request)
        pulled = await pull.pull_json(cmd, device_id=device, keys=process.keys, cursor=cursor, limit=limit)
    behind = None if pulled.confirms is None else BackgroundTask(_confirm, process, cmd, device, pulled.confirms)
    return Response(pulled.json, media_type=MediaType.JSON, background=behind)


async def _confirm(process: Process, cmd: Command, device: UUID, seq: int) -> None:
    if process.confirmations.are_taken:
        return  # the page that went out is in memory until this ends, and the next pull says the same again
    try:
        async with process.confirmations.turn(0):
            await pull.confirm(cmd, device_id=device, seq=seq)
    except Exception as error:  # noqa: BLE001 -- the answer has gone out, and the next pull says the same again
        log.warning("a confirmed cursor was not noted", error=type(error).__name__)


@get("/snapshot", opt={"action": Action.SYNC_PULL}, responses=written_as(SnapshotAnswer))
async def read_snapshot(request: AnyRequest, page: Opaque = None) -> Response[bytes]:
    """Everything that stands in the device's feed, page by page, and the cursor to go on from."""
    check_contract(request)
    process, device = process_of(request), device_of(request)
    async with process.pulls.turn(0):
        written = await pull.snapshot_json(command(request), device_id=device, keys=process.keys, page=page)
    return Response(written, media_type=MediaType.JSON)


@get("/events", opt={"action": Action.SYNC_PULL, "uncompressed": True}, media_type=EVENT_STREAM)
async def listen(request: AnyRequest) -> Stream:
    """Pokes: `event: feed` with the head of the device's feed, whenever it moved. Whoever misses one pulls anyway."""
    check_contract(request)
    device = await reading_device(device_of(request))
    stream = await pokes_of(request).admit(device.id)
    headers = {"X-Accel-Buffering": "no"}  # proxies that buffer would keep the pokes back
    return Stream(stream, media_type=EVENT_STREAM, headers=headers)


@post("/inventory", opt={"action": Action.SYNC_PULL}, status_code=200)
async def compare(request: AnyRequest, data: JSONBody[InventoryRequest]) -> InventoryAnswer:
    """Which of the entries that the device holds the server lacks."""
    return await inventory.compare_logs(command(request), device_id=device_of(request), request=data)


router = Router("/v1/sync", route_handlers=[read_changes, read_snapshot, listen, compare], tags=["device: sync"])
