"""A tablet becomes known, has its token renewed, asks how it stands, and says that it erased itself."""

from litestar import Router, get, post
from litestar.params import JSONBody

from api.commands import AnyRequest, command, device_of
from api.permits import Action
from api.process import process_of
from api.proving import prove
from api.throttle import Rate, RateClass, take_for
from mobile_contract.devices import DeviceSelf, WipedAnswer, WipedRequest
from mobile_contract.enrol import EnrolAnswer, EnrolRequest, TokenAnswer
from sync.devices.enrol import enrol_device
from sync.devices.tell_self import tell_self
from sync.devices.tokens import renew_token
from sync.devices.wipe import acknowledge_wipe

RENEWALS = Rate(10, 10)


@post(
    "/devices",
    opt={"action": Action.DEVICE_ENROL, "rate": RateClass.ENROL, "uncompressed": True, "nonce": True},
    request_max_body_size=4096,
)
async def enrol(request: AnyRequest, data: JSONBody[EnrolRequest]) -> EnrolAnswer:
    """Enrol with a single-use code and a proof of the device's key. Safe to repeat when the answer was lost."""
    return await enrol_device(command(request), request=data, keys=process_of(request).keys)


@post(
    "/devices/token",
    opt={"action": Action.DEVICE_ENROL, "rate": RateClass.RENEW, "uncompressed": True, "nonce": True},
    status_code=200,
    request_max_body_size=4096,
)
async def renew(request: AnyRequest) -> TokenAnswer:
    """A new token for the enrolled key whose proof (header `DPoP`, without `ath`) comes with the request."""
    kid = await prove(request, None)
    take_for(request.scope, f"key:{kid}", RENEWALS)
    return await renew_token(command(request), kid=kid)


@get("/devices/self", opt={"action": Action.DEVICE_SELF})
async def read_self(request: AnyRequest) -> DeviceSelf:
    """How the device stands: who may act on it, until when it may hand in, whether it shall erase itself."""
    return await tell_self(device_of(request))


@post("/devices/wiped", opt={"action": Action.DEVICE_SELF}, status_code=200, request_max_body_size=4096)
async def wiped(request: AnyRequest, data: JSONBody[WipedRequest]) -> WipedAnswer:
    """The device has erased itself; signed by its key before that went. Safe to repeat when the answer was lost."""
    return await acknowledge_wipe(command(request), device_id=device_of(request), request=data)


router = Router("/v1", route_handlers=[enrol, renew, read_self, wiped], tags=["device: enrolment"])
