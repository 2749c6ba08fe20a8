"""The same as JSON, for machines and for whoever wants to check."""

from datetime import date
from typing import Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, command
from api.pages import render
from api.permits import Action
from api.process import process_of
from api.public.shown_items import item_told, shown_items
from api.public.shown_plans import shown_plans
from api.throttle import RateClass
from api.zipped import ZIP, zipped
from inspection.archive import standalone
from inspection.draw.told.disclose import bundle, public_view
from inspection.draw.told.standalone import verifier
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.errors import NotFound
from inspection.planning.find import published_plan
from mobile_contract.problems import ProblemCode

MAX_AGE: Final = 60
SUFFIX: Final = ".json"


@get("/items.json", opt={"action": Action.PUBLIC_READ})
async def items_json(request: AnyRequest, on: FromQuery[date | None] = None) -> Response[bytes]:
    """The published item lists, by authority, as they stand on a day; today when none is given."""
    groups = await shown_items(on or local_day(process_of(request).clock.now()))
    return _json(request, {"authorities": [group.told() for group in groups]})


@get("/items/{authority:str}/{code:str}/history.json", opt={"action": Action.PUBLIC_READ})
async def item_json(request: AnyRequest, authority: FromPath[str], code: FromPath[str]) -> Response[bytes]:
    """Every published version of an item: its days and what it changed of the one before."""
    return _json(request, await item_told(authority, code))


@get("/plans.json", opt={"action": Action.PUBLIC_READ})
async def plans_json(request: AnyRequest) -> Response[bytes]:
    """The published annual plans and their adjustments, by authority, the newest first."""
    return _json(request, {"authorities": [group.told() for group in await shown_plans()]})


@get("/plans/{file:str}", opt={"action": Action.PUBLIC_READ})
async def plan_json(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """The exact bytes that were published of a plan (`<id>.json`); their SHA-256 is in `X-Content-SHA256`."""
    try:
        plan_id = UUID(file.removesuffix(SUFFIX)) if file.endswith(SUFFIX) else None
    except ValueError:
        plan_id = None
    if plan_id is None:
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=file[:80])
    text, digest = await published_plan(plan_id)
    headers = {"X-Content-SHA256": digest}
    return render.answer(request, text.encode(), render.JSON, max_age=MAX_AGE, headers=headers)


@get("/draws/{file:str}", opt={"action": Action.PUBLIC_READ})
async def draw_json(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """What is public of a draw (`<id>.json`)."""
    try:
        draw_id = UUID(file.removesuffix(SUFFIX)) if file.endswith(SUFFIX) else None
    except ValueError:
        draw_id = None
    if draw_id is None:
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=file[:80])
    return _json(request, await public_view(draw_id))


@get(
    "/draws/{draw_id:uuid}/bundle.zip",
    opt={"action": Action.PUBLIC_READ, "uncompressed": True, "rate": RateClass.BULK},
    media_type=ZIP,
)
async def draw_bundle(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """What anybody needs to run a sealed draw again, with the proofs of the objects whose results are published."""
    return await zipped(await bundle(command(request), draw_id=draw_id), f"draw-{draw_id}.zip")


@get("/verify.pyz", opt={"action": Action.PUBLIC_READ, "uncompressed": True}, media_type="application/octet-stream")
async def verify_program() -> Response[bytes]:
    """The verifier as one file: `python3 verify.pyz draw-….zip`, nothing to install."""
    headers = {"Content-Disposition": 'attachment; filename="verify.pyz"', "Cache-Control": "public, max-age=3600"}
    return Response(verifier(), media_type="application/octet-stream", headers=headers)


@get(
    "/verify-dossier.pyz",
    opt={"action": Action.PUBLIC_READ, "uncompressed": True},
    media_type="application/octet-stream",
)
async def verify_dossier_program() -> Response[bytes]:
    """The verifier of dossiers and evidence: `python3 verify-dossier.pyz FILE.zip`, nothing to install."""
    saved = 'attachment; filename="verify-dossier.pyz"'
    headers = {"Content-Disposition": saved, "Cache-Control": "public, max-age=3600"}
    return Response(standalone.verifier(), media_type="application/octet-stream", headers=headers)


def _json(request: AnyRequest, value: JSON) -> Response[bytes]:
    return render.answer(request, canonical_json(value), render.JSON, max_age=MAX_AGE)


documents_router = Router(
    "/public",
    route_handlers=[
        items_json,
        item_json,
        plans_json,
        plan_json,
        draw_json,
        draw_bundle,
        verify_program,
        verify_dossier_program,
    ],
)
