"""Dossiers at the desk: the list, one volume with its readings, its verification, and sealing."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted
from api.desk.review.heads import named_head
from api.dossiers import seal
from api.office.dossiers import Number
from api.permits import Action, may
from api.process import process_of
from inspection.archive import signatures
from inspection.archive.find import dossier_page, dossiers_of, find_dossier
from inspection.archive.read import readings
from inspection.archive.sentences import Check
from inspection.archive.verdict import NAMES, verdict
from inspection.archive.verify import verify_dossier
from inspection.registry import find as registry
from inspection.visits import store_cards
from media.reading import local_file

READ: Final = {"action": Action.DOSSIER_READ}


@get("/desk/dossiers", opt=READ)
async def read_dossiers(request: AnyRequest, after: FromQuery[str] = "") -> Response[bytes]:
    """A page of dossiers and volumes, the newest first."""
    page = await dossier_page(authority_of(request), after=after or None)
    visits = await store_cards.visits_by_id({one.visit for one in page.dossiers})
    objects = await registry.objects({one.object for one in visits.values()})
    named = {one.visit: objects[visits[one.visit].object].name for one in page.dossiers}
    return desk_page(request, "desk_review/dossiers.html", page=page, named=named, after=after)


async def one_dossier(request: AnyRequest, number: str, checks: list[Check] | None) -> Response[bytes]:
    """One volume: what is known of it, who took it out, and whether it holds, where that was asked."""
    authority = authority_of(request)
    row = await find_dossier(authority, number=number)
    may_log = may(bearer_of(request).actor.role, Action.DOSSIER_LOG)
    facts: dict[str, Any] = {
        "row": row,
        "log": await readings(authority, number=number) if may_log else (),
        "checks": checks,
        "verdict": verdict(checks, signed=signatures.available()) if checks is not None else None,
    }
    return desk_page(request, "desk_review/dossier.html", check_names=NAMES, **facts)


@get("/desk/dossiers/{number:str}", opt=READ)
async def read_dossier(request: AnyRequest, number: Number) -> Response[bytes]:
    """One volume."""
    return await one_dossier(request, number, None)


@get("/desk/dossiers/{number:str}/verification", opt=READ)
async def verify(request: AnyRequest, number: Number) -> Response[bytes]:
    """Everything that a stranger would check, checked now; nothing of its content is handed out."""
    row = await find_dossier(authority_of(request), number=number)
    async with local_file(row.digest) as path:
        checks = await asyncio.to_thread(verify_dossier, path, sha256=row.digest)
    return await one_dossier(request, number, checks)


async def visit_dossier_page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """What is sealed of a visit."""
    head = await named_head(request, visit_id)
    return desk_page(request, "desk_review/visit_dossier.html", head=head, volumes=await dossiers_of(head.joined[0]))


@get("/desk/visits/{visit_id:uuid}/dossier", opt=READ)
async def read_visit_dossier(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """The dossier of a visit."""
    return await visit_dossier_page(request, visit_id)


@post("/desk/visits/{visit_id:uuid}/dossier", opt={"action": Action.DOSSIER_SEAL})
async def seal_visit(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Seal the dossier of a visit after its publicity has ended, or a further volume."""

    async def do(_: Form) -> str:
        await seal(command(request), process_of(request).keys, visit_id)
        return see(f"/desk/visits/{visit_id}/dossier", "desk_review.done_sealed")

    return await acted(request, do, lambda: visit_dossier_page(request, visit_id))


HANDLERS: Final = (read_dossiers, read_dossier, verify, read_visit_dossier, seal_visit)
