"""Experts and assistants of a task: attached by staff number or name, never drawn, never counted in a team."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, command
from api.office.tasks import my_task
from api.permits import Action
from inspection.planning.assistants import assistants_of, attach_assistants, detach_assistant
from inspection.planning.facts import AssistantFacts
from mobile_contract.base import Wire

Person = Annotated[str, Field(min_length=1, max_length=120)]


class AttachAssistants(Wire):
    """Staff numbers or names of experts and assistants of the register."""

    people: Annotated[tuple[Person, ...], Field(min_length=1, max_length=50)]


class DetachAssistant(Wire):
    """The staff number or the name."""

    person: Person


@get("/tasks/{task_id:uuid}/assistants", opt={"action": Action.TASK_READ})
async def read_assistants(request: AnyRequest, task_id: FromPath[UUID]) -> Sequence[AssistantFacts]:
    """Who helps with a task today."""
    await my_task(request, task_id)
    return await assistants_of(task_id)


@post("/tasks/{task_id:uuid}/assistants", opt={"action": Action.TASK_ASSIGN}, status_code=200)
async def attach(
    request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[AttachAssistants]
) -> Sequence[AssistantFacts]:
    """Let experts and assistants of the register help with a task; all of them or nobody."""
    await my_task(request, task_id)
    return await attach_assistants(command(request), task_id, data.people)


@post("/tasks/{task_id:uuid}/assistants/removal", opt={"action": Action.TASK_ASSIGN}, status_code=200)
async def detach(
    request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[DetachAssistant]
) -> Sequence[AssistantFacts]:
    """Let somebody no longer help with a task."""
    await my_task(request, task_id)
    return await detach_assistant(command(request), task_id, data.person)


router = Router("/office", route_handlers=[read_assistants, attach, detach], tags=["office: tasks"])
