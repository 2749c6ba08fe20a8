"""Experts, testing bodies and institutes who help with a task (安岳 一(四), 威海 第十九条): named, never drawn, never
counted in a team.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_assistants
from inspection.planning.facts import AssistantFacts, TaskFacts
from inspection.planning.review_task import locked_task
from inspection.planning.task_states import TaskState
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.questions import assistants
from mobile_contract.problems import ProblemCode

ENDED = frozenset({TaskState.COMPLETED, TaskState.CANCELLED, TaskState.CLOSED})


async def assistants_of(task: UUID) -> tuple[AssistantFacts, ...]:
    """Who helps with a task today, in the order in which they were attached."""
    return tuple(one for one in await store_assistants.of_task(task) if one.detached_at is None)


async def ever_assisted(tasks: Collection[UUID]) -> dict[UUID, list[AssistantFacts]]:
    """By task, everybody who was ever attached to it, with when that was last; tasks without anybody are left out."""
    return await store_assistants.of_tasks(tasks)


async def attach_assistants(cmd: Command, task_id: UUID, people: Sequence[str]) -> tuple[AssistantFacts, ...]:
    """Let experts and assistants of the register help with a task; `people`: staff numbers or names. All or nobody.

    Whoever is attached already stays so.

    Raises:
        NotFound: `planning.task_unknown`; `planning.assistant_unknown`: no such expert or assistant is in post.
        Refused: `planning.assistants_not_allowed` by the task's rule-set.
        Conflict: `planning.task_ended`.
        Invalid: `planning.assistant_is_inspector`; `planning.assistant_ambiguous`: several bear the name.
    """
    async with unit_of_work():
        found = await _open_task(cmd, task_id)
        registers = rule_set_named(found.rule_set).registers
        if not registers.experts_assist:
            raise Refused(ProblemCode.REFUSED, "planning.assistants_not_allowed", article=registers.article)
        there = await assistants(found.authority)
        inspectors = await registry.inspectors_of(found.authority)
        wanted = {one.id: one for one in [named_assistant(person, there, inspectors) for person in people]}
        ever = {one.inspector: one for one in await store_assistants.of_task(task_id)}
        fresh = [one for one in wanted if one not in ever]
        again = [one for one in wanted if one in ever and ever[one].detached_at is not None]
        rows = dict(zip(cmd.new_ids(len(fresh)), fresh, strict=True))
        await store_assistants.add(task_id, rows, cmd.actor.id, cmd.now)
        if again:
            await store_assistants.attach_again(task_id, again, cmd.actor.id, cmd.now)
        if fresh or again:
            told: list[JSON] = [{"id": str(one), "staff_no": wanted[one].staff_no} for one in [*fresh, *again]]
            await _tell(cmd, found, EventKind.TASK_ASSISTANTS_ATTACHED, people=told)
        return await assistants_of(task_id)


async def detach_assistant(cmd: Command, task_id: UUID, person: str) -> tuple[AssistantFacts, ...]:
    """Let somebody no longer help with a task; `person`: the staff number or the name.

    Raises:
        NotFound: `planning.task_unknown`; `planning.assistant_not_attached`.
        Conflict: `planning.task_ended`.
        Invalid: `planning.assistant_ambiguous`.
    """
    async with unit_of_work():
        found = await _open_task(cmd, task_id)
        there = await assistants_of(task_id)
        meant = [one for one in there if one.staff_no == person] or [one for one in there if one.name == person]
        if not meant:
            raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "planning.assistant_not_attached", person=person)
        if len(meant) > 1:
            raise Invalid(ProblemCode.INVALID, "planning.assistant_ambiguous", person=person)
        await store_assistants.detach(task_id, meant[0].inspector, cmd.actor.id, cmd.now)
        gone: dict[str, JSON] = {"id": str(meant[0].inspector), "staff_no": meant[0].staff_no}
        await _tell(cmd, found, EventKind.TASK_ASSISTANT_DETACHED, **gone)
        return await assistants_of(task_id)


def named_assistant(person: str, there: Sequence[InspectorFacts], register: Sequence[InspectorFacts]) -> InspectorFacts:
    """Who is meant by a staff number or a name. `there`: those who may assist; `register`: everybody.

    Raises:
        NotFound: `planning.assistant_unknown`.
        Invalid: `planning.assistant_is_inspector`, `planning.assistant_ambiguous`.
    """
    meant = _called(person, there)
    if len(meant) > 1:
        raise Invalid(ProblemCode.INVALID, "planning.assistant_ambiguous", person=person)
    if meant:
        return meant[0]
    others = {one.id for one in there}
    if any(one.active and one.id not in others for one in _called(person, register)):
        raise Invalid(ProblemCode.INVALID, "planning.assistant_is_inspector", person=person)
    raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "planning.assistant_unknown", person=person)


def _called(person: str, among: Sequence[InspectorFacts]) -> list[InspectorFacts]:
    """By staff number, which is one person's; else by name, which may be several people's."""
    return [one for one in among if one.staff_no == person] or [one for one in among if one.name == person]


async def _open_task(cmd: Command, task_id: UUID) -> TaskFacts:
    found = await locked_task(task_id)
    if cmd.authority is not None and found.authority != cmd.authority:
        raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=str(task_id))
    if found.state in ENDED:
        raise Conflict(ProblemCode.TASK_NOT_OPEN, "planning.task_ended", state=found.state.value)
    return found


async def _tell(cmd: Command, found: TaskFacts, kind: EventKind, **facts: JSON) -> None:
    event = cmd.under(found.rule_set).event(kind, f"task:{found.id}", lane=None, number=found.number, **facts)
    await append(event)
