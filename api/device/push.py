"""What tablets send up."""

from typing import Final

from litestar import Response, Router, post
from litestar.openapi.datastructures import ResponseSpec

from api.commands import AnyRequest, command, device_of
from api.device.pokes import pokes_of
from api.permits import Action
from api.process import process_of
from api.throttle import RateClass
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from mobile_contract.push import MAX_PACKED_BYTES, PushAnswer
from sync.push.receive import receive_push

NDJSON: Final = "application/x-ndjson"
DOCUMENT: Final = "Request fulfilled, document follows"


@post(
    "/push",
    opt={"action": Action.SYNC_PUSH, "rate": RateClass.BULK},
    status_code=200,
    request_max_body_size=MAX_PACKED_BYTES,
    responses={200: ResponseSpec(PushAnswer, generate_examples=False, description=DOCUMENT)},
)
async def push(request: AnyRequest) -> Response[bytes]:
    """Signed entries, one a line (NDJSON, plain, gzip or zstd): a verdict for each and a signed receipt for all."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != NDJSON:
        raise Invalid(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "sync.content_type", expected=NDJSON)
    body = await request.body()
    process = process_of(request)
    async with process.pushes.turn(len(body)):
        answer = await receive_push(
            command(request),
            device_id=device_of(request),
            body=body,
            keys=process.keys,
            encoding=request.headers.get("content-encoding"),
            content_digest=request.headers.get("content-digest"),
        )
    pokes_of(request).soon()  # colleagues who listen here need not wait for the next look
    return Response(answer, media_type="application/json")


router = Router("/v1/sync", route_handlers=[push], tags=["device: sync"])
