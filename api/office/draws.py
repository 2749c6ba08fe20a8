"""摇号: the ceremony step by step. Nothing here says who was drawn, to anybody, before the visit is unsealed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody

from api.commands import AnyRequest, authority_of, command
from api.office.draw_bodies import AskVoid, Match, PlanDraw, Verified
from api.office.tasks import my_task
from api.permits import Action
from api.zipped import ZIP, zipped
from inspection.draw import store
from inspection.draw.ceremony import Ceremony
from inspection.draw.close_draw import close_draw
from inspection.draw.execute import execute
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.supervision.verify_draw import verify_draw
from inspection.draw.told import disclosure
from inspection.draw.told.disclose import bundle, public_view
from inspection.draw.void_draw import ask_void
from inspection.kernel.errors import NotFound
from inspection.visits.opening.freeze_draw import check_draw, freeze_draw
from inspection.visits.opening.void_draw import confirm_void
from mobile_contract.problems import ProblemCode

View = Mapping[str, Any]
OK: Final = 200


@post("/draws", opt={"action": Action.DRAW_PLAN})
async def plan(request: AnyRequest, data: JSONBody[PlanDraw]) -> View:
    """Open the next attempt of a task, or of several together; the caller becomes its operator."""
    tasks = [(await my_task(request, task_id)).id for task_id in data.task_ids]
    opened = await plan_draw(
        command(request),
        task_ids=tasks,
        contributors=[one.contributor() for one in data.contributors],
        asked={one.task: one.asked() for one in data.tasks},
        weights=data.weights,
        delta=data.delta,
        max_load=data.max_load,
        area=data.area,
    )
    return told(opened)


@get("/tasks/{task_id:uuid}/draws", opt={"action": Action.DRAW_READ})
async def read_attempts(request: AnyRequest, task_id: FromPath[UUID]) -> Sequence[View]:
    """Every attempt of a task, void ones included, the first one first."""
    await my_task(request, task_id)
    return [await public_view(row.id) for row in await store.draws_of(task_id)]


@get("/draws/{draw_id:uuid}", opt={"action": Action.DRAW_READ})
async def read_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """What anybody may see of the draw at any time; never a name."""
    await my_draw(request, draw_id)
    return await public_view(draw_id)


@post("/draws/{draw_id:uuid}/feasibility", opt={"action": Action.DRAW_CHECK}, status_code=OK)
async def check(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Look whether whatever is drawn can be staffed, while everything can still be changed."""
    await my_draw(request, draw_id)
    return told(await check_draw(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/freeze", opt={"action": Action.DRAW_FREEZE}, status_code=OK)
async def freeze_frame(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Take directory and roster as they are now, and publish the fingerprint (名录指纹)."""
    await my_draw(request, draw_id)
    return told(await freeze_draw(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/execute", opt={"action": Action.DRAW_EXECUTE}, status_code=OK)
async def execute_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Draw the objects. A second call changes nothing: there is no re-draw."""
    await my_draw(request, draw_id)
    return told(await execute(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/match", opt={"action": Action.DRAW_EXECUTE}, status_code=OK)
async def match_inspectors(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Match]) -> View:
    """Give every drawn object its inspectors. A second call returns the first match."""
    await my_draw(request, draw_id)
    return told(await match(command(request), draw_id=draw_id, load_cap=data.load_cap))


@post("/draws/{draw_id:uuid}/seal", opt={"action": Action.DRAW_SEAL}, status_code=OK)
async def seal_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Run it all once more from what is kept, and close the draw if it comes out the same."""
    await my_draw(request, draw_id)
    return told(await seal(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/void-request", opt={"action": Action.DRAW_ASK_VOID}, status_code=OK)
async def ask(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[AskVoid]) -> View:
    """Ask for an attempt to be given up."""
    await my_draw(request, draw_id)
    return told(await ask_void(command(request), draw_id=draw_id, reason=data.reason, note=data.note))


@post("/draws/{draw_id:uuid}/void", opt={"action": Action.DRAW_VOID}, status_code=OK)
async def confirm(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """A second person gives the attempt up; it is counted for ever."""
    await my_draw(request, draw_id)
    return told(await confirm_void(command(request), draw_id=draw_id))


@get("/draws/{draw_id:uuid}/bundle", opt={"action": Action.DRAW_READ, "uncompressed": True}, media_type=ZIP)
async def read_bundle(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """What a stranger needs to run the draw again, as a ZIP for the stand-alone verifier."""
    await my_draw(request, draw_id)
    return await zipped(await bundle(command(request), draw_id=draw_id), f"draw-{draw_id}.zip")


@post(
    "/draws/{draw_id:uuid}/secrets",
    opt={"action": Action.DRAW_READ_SECRETS, "uncompressed": True, "answers": ("application/zip",)},
    status_code=OK,
)
async def read_secrets(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The same with frame, key, lists and teams, for a supervisor under secrecy; reading it is journalled."""
    await my_draw(request, draw_id)
    return await zipped(await bundle(command(request), draw_id=draw_id, full=True), f"draw-{draw_id}-secret.zip")


@post("/draws/{draw_id:uuid}/verified", opt={"action": Action.DRAW_VERIFY}, status_code=OK)
async def verified(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Verified]) -> View:
    """The supervisor signs for the draw, after having run the verifier over its secrets."""
    await my_draw(request, draw_id)
    return told(await verify_draw(command(request), draw_id=draw_id, version=data.version, good=data.good))


@post("/draws/{draw_id:uuid}/close", opt={"action": Action.DRAW_CLOSE}, status_code=OK)
async def close(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Close a draw whose tasks have ended; with its last published object a draw closes by itself."""
    await my_draw(request, draw_id)
    return told(await close_draw(command(request), draw_id=draw_id))


async def my_draw(request: AnyRequest, draw_id: UUID) -> store.DrawRow:
    """A draw of the caller's authority.

    Raises:
        NotFound: there is none.
    """
    row = await store.draw_row(draw_id)
    if row.authority != authority_of(request):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw_id))
    return row


def told(ceremony: Ceremony) -> View:
    """The public view after a step, and by their numbers the tasks of which so few can be drawn that this is no random
    draw any more (`focused`: 重点检查, draw.md §4.13).
    """
    tasks = json.loads(ceremony.params)["tasks"] if ceremony.params else []
    return {
        **disclosure.public_view(ceremony),
        "focused": [task["number"] for task in tasks if task["focused"]],
    }


router = Router(
    "/office",
    route_handlers=[
        plan,
        read_attempts,
        read_draw,
        check,
        freeze_frame,
        execute_draw,
        match_inspectors,
        seal_draw,
        ask,
        confirm,
        read_bundle,
        read_secrets,
        verified,
        close,
    ],
    tags=["office: draws"],
)
