"""A tablet becomes known, and its token is renewed."""

from litestar import Router, post
from litestar.params import JSONBody

from api.commands import AnyRequest, command
from api.permits import Action
from api.process import process_of
from api.proving import prove
from api.throttle import Rate, RateClass, take_for
from mobile_contract.enrol import EnrolAnswer, EnrolRequest, TokenAnswer
from sync.devices.enrol import enrol_device
from sync.devices.tokens import renew_token

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
    kid = prove(request, None)
    take_for(request.scope, f"key:{kid}", RENEWALS)
    return await renew_token(command(request), kid=kid)


router = Router("/v1", route_handlers=[enrol, renew], tags=["device: enrolment"])
