from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_tasks
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.review_task import locked_task
from inspection.policy.load import rule_set_named
from mobile_contract.problems import ProblemCode

REFERENCE_MOST = 200


async def file_drawn_list(cmd: Command, task_id: UUID, *, reference: str, root: str, office: str = "") -> TaskFacts:
    """Note that the confirmed list of drawn objects was filed with the legal office (到法制备案, 兴隆台 六(三)).

    `reference` is the number under which that office took it, `root` the fingerprint (hex) of the result that was
    filed: the list itself stays secret. `office` is the rule-set's unless given.

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.list_not_drawn`, `planning.list_filed_already`.
        Invalid: `planning.filing_reference`; `planning.nowhere_to_file` where neither names an office.
    """
    reference = reference.strip()
    if not reference or len(reference) > REFERENCE_MOST:
        raise Invalid(ProblemCode.INVALID, "planning.filing_reference", most=REFERENCE_MOST)
    async with unit_of_work():
        found = await locked_task(task_id)
        named = rule_set_named(found.rule_set).task.drawn_list_filed_with
        with_whom = office.strip() or (named.zh if named else "")
        if not with_whom:
            raise Invalid(ProblemCode.INVALID, "planning.nowhere_to_file", rule_set=found.rule_set)
        if found.drawn_at is None:
            raise Conflict(ProblemCode.CONFLICT, "planning.list_not_drawn", state=found.state.value)
        if found.filed_at is not None:
            raise Conflict(ProblemCode.CONFLICT, "planning.list_filed_already", reference=found.filed_reference)
        filed = {"filed_with": with_whom, "filed_reference": reference}
        await store_tasks.change_task(task_id, **filed, filed_by=cmd.actor.id, filed_at=cmd.now)
        facts: dict[str, JSON] = {"number": found.number, "root": root, **filed}
        await append(cmd.under(found.rule_set).event(EventKind.TASK_LIST_FILED, f"task:{task_id}", lane=None, **facts))
        return await task(task_id)
