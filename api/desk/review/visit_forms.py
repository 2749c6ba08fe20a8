"""What is done about a visit before its record is reviewed: leader, unsealing, notice, door; and its evidence."""

from typing import Final
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Stream

from api.commands import AnyRequest, command
from api.desk.answers import see
from api.desk.forms import Form, acted, filled, form_of
from api.desk.review.visit_pages import overview
from api.dossiers import hand_out
from api.office.doors import DoorGround
from api.office.evidence import EvidenceAsked
from api.office.notices import ServeNotice
from api.office.visits import NameLeader, my_visit
from api.permits import Action
from api.process import process_of
from inspection.door.keep import renew_door, revoke_door
from inspection.visits.notices.serve import serve_notice
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit


@post("/desk/visits/{visit_id:uuid}/leader", opt={"action": Action.VISIT_NAME_LEADER})
async def lead(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """The section head names the leader among the drawn inspectors."""

    async def do(form: Form) -> str:
        told = filled(form, NameLeader)
        cmd = command(request)
        await name_leader(cmd, visit_id=visit_id, inspector_id=told.inspector, reason=told.reason)
        return see(f"/desk/visits/{visit_id}", "desk_review.done_leader")

    return await acted(request, do, lambda: overview(request, visit_id))


@post("/desk/visits/{visit_id:uuid}/unsealing", opt={"action": Action.VISIT_UNSEAL})
async def unseal(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Tell the team whom it inspects; the moment is on record."""

    async def do(_: Form) -> str:
        await unseal_visit(command(request), visit_id=visit_id)
        return see(f"/desk/visits/{visit_id}", "desk_review.done_unsealed")

    return await acted(request, do, lambda: overview(request, visit_id))


@post("/desk/visits/{visit_id:uuid}/notice", opt={"action": Action.NOTICE_SERVE})
async def serve(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Serve the notice at the office."""

    async def do(form: Form) -> str:
        told = filled(form, ServeNotice)
        cmd = command(request)
        await serve_notice(cmd, visit_id=visit_id, how=told.how, receiver=told.receiver, reason=told.reason)
        return see(f"/desk/visits/{visit_id}", "desk_review.done_served")

    return await acted(request, do, lambda: overview(request, visit_id))


@post("/desk/visits/{visit_id:uuid}/door", opt={"action": Action.DOOR_KEEP})
async def give_anew(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Give the party's page anew: link and code change, the notice is printed again."""

    async def do(form: Form) -> str:
        ground, keys = filled(form, DoorGround).ground, process_of(request).keys
        await renew_door(command(request), visit_id=visit_id, ground=ground, keys=keys)
        return see(f"/desk/visits/{visit_id}", "desk_review.done_door_given")

    return await acted(request, do, lambda: overview(request, visit_id))


@post("/desk/visits/{visit_id:uuid}/door/closing", opt={"action": Action.DOOR_KEEP})
async def close_door(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Close the party's page."""

    async def do(form: Form) -> str:
        await revoke_door(command(request), visit_id=visit_id, ground=filled(form, DoorGround).ground)
        return see(f"/desk/visits/{visit_id}", "desk_review.done_door_closed")

    return await acted(request, do, lambda: overview(request, visit_id))


@post("/desk/visits/{visit_id:uuid}/evidence", opt={"action": Action.EVIDENCE_EXPORT, "uncompressed": True})
async def export_evidence(request: AnyRequest, visit_id: FromPath[UUID]) -> Stream:
    """The evidence of a visit as a ZIP; who took it and why is noted in the chain. Leads nowhere: it is a file."""
    told = filled(await form_of(request), EvidenceAsked)
    visit, keys = await my_visit(request, visit_id), process_of(request).keys
    made, pieces = await hand_out(command(request), keys, visit.id, purpose=told.purpose, ground=told.ground)
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{made.visit}.zip"',
        "Content-Length": str(made.bytes),
        "Cache-Control": "no-store",
    }
    return Stream(pieces, media_type="application/zip", headers=headers, status_code=200)


HANDLERS: Final = (lead, unseal, serve, give_anew, close_door, export_evidence)
