"""The record of a visit as the server folds it, for the tablets of its team: to compare with their own."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from api.commands import AnyRequest, device_of
from api.device.pull import check_contract
from api.office.etags import etag
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.visits.entries.store_given import seen_by
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.record import VisitRecord
from media.blobs import claimed_digests
from mobile_contract.problems import ProblemCode
from sync.devices.bind import acting_on
from sync.devices.standing import reading_device


@dataclass(frozen=True, slots=True)
class RecordTold:
    """The record as it stands. `digest`: its state digest (hex), the ETag; `through`: the number of its last entry."""

    visit: UUID
    digest: str
    through: int
    record: VisitRecord


@get("/{visit_id:uuid}/record", opt={"action": Action.SYNC_PULL})
async def read_record(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[RecordTold | None]:
    """The folded record of a visit that is in the device's feed; 304 while it is the one that the device names."""
    check_contract(request)
    device = await reading_device(device_of(request))
    acting = (await acting_on([device]))[device.id]
    if visit_id not in await seen_by(acting, [visit_id]):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    folded = await fold_visit(await known_visit(visit_id))
    here = await claimed_digests(folded.setting.visit.authority, folded.record.missing_media)
    folded = folded.with_media(here)
    headers = {"ETag": etag(folded.digest)}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(RecordTold(visit_id, folded.digest, folded.through, folded.record), headers=headers)


router = Router("/v1/visits", route_handlers=[read_record], tags=["device: sync"])
