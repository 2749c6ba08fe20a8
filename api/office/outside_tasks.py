"""Tasks outside the draw: preset with reason and basis, and the designation of their teams."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.office.tasks import Materials, NeedsAsked, Scheme, Text, my_task
from api.office.visits import AssembledCount
from api.permits import Action
from inspection.planning.facts import TaskFacts
from inspection.planning.outside_rules import OutsideDraft
from inspection.planning.task_rules import Needs
from inspection.policy.terms import TaskKind
from inspection.registry.find import object_by_code
from inspection.visits.opening.assign_outside import assign_outside
from inspection.visits.opening.preset_outside import preset_outside_task
from mobile_contract.base import Wire

ObjectCode = Annotated[str, Field(min_length=1, max_length=100)]
People = Annotated[tuple[UUID, ...], Field(max_length=50)]


class PresetOutside(Wire):
    """A task of a kind that the rule-set lets be made outside the draw.

    `item` and `objects` are codes. `basis`: document, clause and number; `source`: the number of the complaint,
    transfer or order. `approve_by`: until when an emergency's approval is made up for. `cap_override`: why an object
    is inspected although it has had its visits of the year.
    """

    item: Annotated[str, Field(min_length=1, max_length=80)]
    kind: TaskKind
    reason: Text
    basis: Text
    source: Annotated[str, Field(min_length=1, max_length=500)]
    objects: Annotated[tuple[ObjectCode, ...], Field(min_length=1, max_length=200)]
    starts_on: date
    ends_on: date
    scheme: Scheme = ""
    name: Annotated[str, Field(max_length=200)] = ""
    team_size: Annotated[int, Field(ge=1, le=50)] | None = None
    inspectors: People = ()
    needs: NeedsAsked | None = None
    approve_by: date | None = None
    cap_override: Annotated[str, Field(max_length=2000)] = ""
    materials: Materials = ()


class Designate(Wire):
    """The team, where the task names none."""

    inspectors: People = ()


@post("/tasks/outside", opt={"action": Action.TASK_PRESET})
async def preset_outside(request: AnyRequest, data: JSONBody[PresetOutside]) -> TaskFacts:
    """Set a task up that is made outside the draw; its approval comes first, but for an emergency."""
    authority, unit = authority_of(request), bearer_of(request).unit
    draft = await draft_outside(authority, data)
    return await preset_outside_task(command(request), draft, authority=authority, item_code=data.item, unit=unit)


@post("/tasks/{task_id:uuid}/team", opt={"action": Action.TASK_ASSIGN}, status_code=200)
async def designate(request: AnyRequest, task_id: FromPath[UUID], data: JSONBody[Designate]) -> AssembledCount:
    """Designate the team of such a task and make its visits; they stay secret until they are unsealed."""
    await my_task(request, task_id)
    made = await assign_outside(command(request), task_id=task_id, inspectors=data.inspectors)
    return AssembledCount(created=len(made.created), merged=len(made.merged))


async def draft_outside(authority: UUID, data: PresetOutside) -> OutsideDraft:
    """What was asked for, its objects by id; NotFound for an object that is not of this authority."""
    own = {"item", "objects", "needs", "team_size"}
    given = {name: getattr(data, name) for name in PresetOutside.model_fields if name not in own}
    objects = [(await object_by_code(authority, code)).id for code in data.objects]
    needs = data.needs.needs() if data.needs else Needs()
    return OutsideDraft(objects=tuple(objects), needs=needs, team_size=data.team_size or 0, **given)


router = Router("/office", route_handlers=[preset_outside, designate], tags=["office: tasks"])
