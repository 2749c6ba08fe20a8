"""What the inspectors on this tablet show at a visit's door."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath

from api.commands import AnyRequest, command, device_of
from api.device.pull import check_contract
from api.permits import Action
from api.photos import photo_answer
from api.process import process_of
from inspection.door.give import Door, give_door
from inspection.kernel.errors import NotFound
from inspection.registry.inspectors.facts import UNKNOWN_START, CertificateFacts
from inspection.visits.credentials.give import Given, give_credentials, photo_of
from inspection.visits.entries.store_given import seen_by
from mobile_contract.credentials import CredentialCertificate, CredentialsAnswer, InspectorCredential, VisitDoor
from mobile_contract.problems import ProblemCode
from sync.devices.bind import acting_on
from sync.devices.standing import reading_device


@get("/{visit_id:uuid}/credentials", opt={"action": Action.SYNC_PULL})
async def read_credentials(request: AnyRequest, visit_id: FromPath[UUID]) -> CredentialsAnswer:
    """Credentials for a visit that is in the device's feed, good for 72 hours; each answer renews them."""
    acting = await acting_for(request, visit_id)
    process, cmd = process_of(request), command(request)
    door = await give_door(cmd, visit_id=visit_id, keys=process.keys)
    given = await give_credentials(cmd, visit_id=visit_id, inspectors=acting, keys=process.keys, code=door.code)
    address = process.settings.address
    shown = tuple(_shown(one, address) for one in given)
    return CredentialsAnswer(credentials=shown, code=door.code, door=_door(door, address))


@get("/{visit_id:uuid}/team/{inspector:uuid}/photo", opt={"action": Action.SYNC_PULL, "uncompressed": True})
async def read_photo(request: AnyRequest, visit_id: FromPath[UUID], inspector: FromPath[UUID]) -> Response[Any]:
    """The photo of somebody who goes to a visit of the device's feed: a JPEG of at most 320 pixels."""
    await acting_for(request, visit_id)
    return await photo_answer(request, await photo_of(visit_id, inspector))


async def acting_for(request: AnyRequest, visit_id: UUID) -> frozenset[UUID]:
    """Who acts on this device, if the visit is in its feed.

    Raises:
        NotFound: it is not; whether it exists is nobody's business. Of a visit that nobody assigned the certificates
            are shown at the door until it is filed.
    """
    check_contract(request)
    device = await reading_device(device_of(request))
    acting = (await acting_on([device]))[device.id]
    if visit_id not in await seen_by(acting, [visit_id]):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_credential", visit=str(visit_id))
    return acting


def _shown(given: Given, address: str) -> InspectorCredential:
    return InspectorCredential(
        inspector=given.inspector,
        name=given.claims.name,
        unit=given.claims.unit or None,
        certificate=_certificate(given.certificate) if given.certificate else None,
        photo=given.photo,
        text=given.text,
        address=f"{address}/v#{given.text}",
        expires=given.claims.expires,
    )


def _certificate(held: CertificateFacts) -> CredentialCertificate:
    return CredentialCertificate(
        number=held.number,
        issuer=held.issuer,
        valid_from=held.valid_from if held.valid_from != UNKNOWN_START else None,
        valid_until=held.valid_until,
        status=held.status.value,
        scope=held.scope,
        areas=held.areas,
    )


def _door(door: Door, address: str) -> VisitDoor | None:
    return VisitDoor(address=f"{address}{door.path}", expires_on=door.expires_on) if door.is_open else None


router = Router("/v1/visits", route_handlers=[read_credentials, read_photo], tags=["device: sync"])
