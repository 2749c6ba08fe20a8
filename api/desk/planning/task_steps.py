"""What is done with a task: reviewed by another person, its team designated, given up, closed, its list filed."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, command
from api.desk.answers import see
from api.desk.forms import Did, Form, acted_on, filled
from api.desk.planning.tasks import one_page
from api.office.outside_tasks import Designate
from api.office.task_assistants import AttachAssistants, DetachAssistant
from api.office.tasks import EndTask, FileList, ReviewTask, my_task
from api.permits import Action
from inspection.planning.assistants import attach_assistants, detach_assistant
from inspection.planning.review_task import review_task
from inspection.visits.opening.assign_outside import assign_outside
from inspection.visits.opening.end_task import cancel_task, close_task, file_drawn_list


@post("/desk/tasks/{task_id:uuid}/approve", opt={"action": Action.TASK_REVIEW})
async def approve(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """The gate before the draw, or the approval that an emergency makes up for."""

    async def do(form: Form) -> object:
        told = filled(form, ReviewTask, approve=True)
        return await review_task(command(request), task_id, approve=told.approve, remarks=told.remarks)

    return await _stepped(request, task_id, do, "approved")


@post("/desk/tasks/{task_id:uuid}/return", opt={"action": Action.TASK_REVIEW})
async def send_back(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Send a task back with remarks, or refuse the approval that an emergency asks for afterwards."""

    async def do(form: Form) -> object:
        told = filled(form, ReviewTask, approve=False)
        return await review_task(command(request), task_id, approve=told.approve, remarks=told.remarks)

    return await _stepped(request, task_id, do, "returned")


@post("/desk/tasks/{task_id:uuid}/cancel", opt={"action": Action.TASK_END})
async def cancel(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Give a task up before anybody was drawn or assigned."""

    async def do(form: Form) -> object:
        return await cancel_task(command(request), task_id, reason=filled(form, EndTask).reason)

    return await _stepped(request, task_id, do, "cancelled")


@post("/desk/tasks/{task_id:uuid}/close", opt={"action": Action.TASK_END})
async def close(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Close an approved task that a draw would find nobody for."""

    async def do(form: Form) -> object:
        return await close_task(command(request), task_id, reason=filled(form, EndTask).reason)

    return await _stepped(request, task_id, do, "closed")


@post("/desk/tasks/{task_id:uuid}/file", opt={"action": Action.TASK_FILE})
async def file_list(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Note that the drawn list was filed with the legal office."""

    async def do(form: Form) -> object:
        told = filled(form, FileList)
        return await file_drawn_list(command(request), task_id, reference=told.reference, office=told.office)

    return await _stepped(request, task_id, do, "list_filed")


@post("/desk/tasks/{task_id:uuid}/team", opt={"action": Action.TASK_ASSIGN})
async def designate(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Designate the team of a task outside the draw and make its visits."""

    async def do(form: Form) -> object:
        told = filled(form, Designate)
        return await assign_outside(command(request), task_id=task_id, inspectors=told.inspectors)

    return await _stepped(request, task_id, do, "assigned")


@post("/desk/tasks/{task_id:uuid}/assistants", opt={"action": Action.TASK_ASSIGN})
async def attach(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Let experts and assistants of the register help with a task."""

    async def do(form: Form) -> object:
        return await attach_assistants(command(request), task_id, filled(form, AttachAssistants).people)

    return await _stepped(request, task_id, do, "attached")


@post("/desk/tasks/{task_id:uuid}/assistants/removal", opt={"action": Action.TASK_ASSIGN})
async def detach(request: AnyRequest, task_id: FromPath[UUID]) -> Response[bytes]:
    """Let somebody no longer help with a task."""

    async def do(form: Form) -> object:
        return await detach_assistant(command(request), task_id, filled(form, DetachAssistant).person)

    return await _stepped(request, task_id, do, "detached")


async def _stepped(request: AnyRequest, task_id: UUID, verb: Did, done: str) -> Response[bytes]:
    await my_task(request, task_id)
    return await acted_on(
        request,
        verb,
        see(f"/desk/tasks/{task_id}", f"desk_planning.done_task_{done}"),
        lambda: one_page(request, task_id),
    )


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    approve,
    send_back,
    cancel,
    close,
    file_list,
    designate,
    attach,
    detach,
)
