from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors import store_changes
from inspection.registry.inspectors.facts import BatchFacts
from inspection.registry.inspectors.person import clean_note
from inspection.registry.inspectors.terms import OPEN_BATCHES, BatchState
from mobile_contract.problems import ProblemCode


async def confirm_changes(cmd: Command, batch: UUID, *, confirm: bool = True, remarks: str | None = None) -> BatchFacts:
    """The word of the office that the rule-set names on changes of the register (安岳 一(四): 司法行政部门汇总审核;
    泉州 二(二)2: 报法规科): confirm a batch, or return it with remarks. Never by the person who made the changes.

    Where changes are reviewed, a person whose entry is returned or waits is not sent out.

    Raises:
        NotFound: `registry.batch_unknown`.
        Conflict: `registry.batch_not_open`: nobody has to review it, or it was decided.
        Refused: `registry.batch_same_person`.
        Invalid: `registry.reason_missing`: returned without remarks; `registry.note_too_long`.
    """
    told = clean_note(remarks, required=not confirm)
    async with unit_of_work():
        found = await store_changes.batch(batch, lock=True)
        if found is None or found.authority != cmd.authority:
            raise NotFound(ProblemCode.NOT_FOUND, "registry.batch_unknown", batch=str(batch))
        if found.state not in OPEN_BATCHES:
            raise Conflict(ProblemCode.CONFLICT, "registry.batch_not_open", state=found.state.value)
        if found.made_by == cmd.actor.id:
            raise Refused(ProblemCode.SAME_PERSON, "registry.batch_same_person")
        state = BatchState.CONFIRMED if confirm else BatchState.RETURNED
        await store_changes.decide(batch, state, (cmd.actor.id, cmd.actor.name), cmd.now, told)
        event = cmd.under(found.rule_set).event(
            EventKind.INSPECTOR_CHANGES_REVIEWED,
            f"registry:{found.authority}",
            batch=str(batch),
            run=str(found.run) if found.run else None,
            state=state.value,
            changes=len(found.changes),
        )
        await append(event)
        return await store_changes.batch(batch) or found
