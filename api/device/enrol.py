"""A tablet becomes known."""

from litestar import Router, post
from litestar.params import JSONBody

from api.commands import AnyRequest, command
from api.permits import Action
from api.process import process_of
from api.throttle import RateClass
from mobile_contract.enrol import EnrolAnswer, EnrolRequest
from sync.devices.enrol import enrol_device


@post(
    "/devices",
    opt={"action": Action.DEVICE_ENROL, "rate": RateClass.ENROL, "uncompressed": True},
    request_max_body_size=4096,
)
async def enrol(request: AnyRequest, data: JSONBody[EnrolRequest]) -> EnrolAnswer:
    """Enrol with a single-use code and a proof of the device's key. Safe to repeat when the answer was lost."""
    return await enrol_device(command(request), request=data, keys=process_of(request).keys)


router = Router("/v1", route_handlers=[enrol], tags=["device: enrolment"])
