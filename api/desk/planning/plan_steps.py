"""What is done with a plan: approved or sent back by another person, filed, published."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, command
from api.desk.answers import see
from api.desk.forms import Form, acted, filled
from api.desk.planning.plans import plan_page
from api.office.plan_bodies import FilePlan, ReturnPlan
from api.office.plans import my_plan
from api.permits import Action
from inspection.planning.approve_plan import approve_plan, file_plan, return_plan
from inspection.planning.publish_plan import publish_plan


@post("/desk/plans/{plan_id:uuid}/approve", opt={"action": Action.PLAN_APPROVE})
async def approve(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """Put a drafted plan in force."""
    found = await my_plan(request, plan_id)

    async def do(_: Form) -> str:
        await approve_plan(command(request), found.id)
        return see(f"/desk/plans/{plan_id}", "desk_planning.done_approved")

    return await acted(request, do, lambda: plan_page(request, plan_id))


@post("/desk/plans/{plan_id:uuid}/return", opt={"action": Action.PLAN_APPROVE})
async def send_back(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """Send a drafted plan back with remarks."""
    found = await my_plan(request, plan_id)

    async def do(form: Form) -> str:
        await return_plan(command(request), found.id, remarks=filled(form, ReturnPlan).remarks)
        return see(f"/desk/plans/{plan_id}", "desk_planning.done_returned")

    return await acted(request, do, lambda: plan_page(request, plan_id))


@post("/desk/plans/{plan_id:uuid}/file", opt={"action": Action.PLAN_FILE})
async def file(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """Note that an approved plan was filed (备案)."""
    found = await my_plan(request, plan_id)

    async def do(form: Form) -> str:
        await file_plan(command(request), found.id, filed_with=filled(form, FilePlan).filed_with)
        return see(f"/desk/plans/{plan_id}", "desk_planning.done_filed")

    return await acted(request, do, lambda: plan_page(request, plan_id))


@post("/desk/plans/{plan_id:uuid}/publish", opt={"action": Action.PLAN_PUBLISH})
async def publish(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """Publish a plan in force, or the adjustment of it."""
    found = await my_plan(request, plan_id)

    async def do(_: Form) -> str:
        await publish_plan(command(request), found.id)
        return see(f"/desk/plans/{plan_id}", "desk_planning.done_published")

    return await acted(request, do, lambda: plan_page(request, plan_id))


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (approve, send_back, file, publish)
