"""What the inspectors on this tablet show at a visit's door."""

from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath

from api.commands import AnyRequest, command, device_of
from api.device.pull import check_contract
from api.permits import Action
from api.process import process_of
from inspection.door.give import give_door
from inspection.kernel.errors import NotFound
from inspection.visits.credentials.give import Given, give_credentials
from inspection.visits.entries.store_given import seen_by
from mobile_contract.credentials import CredentialsAnswer, InspectorCredential
from mobile_contract.problems import ProblemCode
from sync.devices.bind import acting_on
from sync.devices.standing import reading_device


@get("/{visit_id:uuid}/credentials", opt={"action": Action.SYNC_PULL})
async def read_credentials(request: AnyRequest, visit_id: FromPath[UUID]) -> CredentialsAnswer:
    """Credentials for a visit that is in the device's feed, good for 72 hours; each answer renews them."""
    check_contract(request)
    device = await reading_device(device_of(request))
    acting = (await acting_on([device]))[device.id]
    if visit_id not in await seen_by(acting, [visit_id]):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    process = process_of(request)
    cmd, keys = command(request), process.keys
    door = await give_door(cmd, visit_id=visit_id, keys=keys)
    given = await give_credentials(cmd, visit_id=visit_id, inspectors=acting, keys=keys, code=door.code)
    shown = tuple(_shown(one, process.settings.address) for one in given)
    return CredentialsAnswer(credentials=shown, code=door.code)


def _shown(given: Given, address: str) -> InspectorCredential:
    return InspectorCredential(
        inspector=given.inspector,
        text=given.text,
        address=f"{address}/v#{given.text}",
        expires=given.claims.expires,
    )


router = Router("/v1/visits", route_handlers=[read_credentials], tags=["device: sync"])
