"""The change log of the register: who changed what, and whether another office must have said yes (安岳 一(四), 泉州
二(二)2).
"""

from collections.abc import Iterable
from uuid import UUID

from inspection.kernel.command import Command
from inspection.policy.model import RuleSet
from inspection.policy.terms import ChangeReview
from inspection.registry.inspectors import store_changes
from inspection.registry.inspectors.entry import Changed
from inspection.registry.inspectors.facts import BatchFacts
from inspection.registry.inspectors.terms import BatchState

_BEGINS = {
    ChangeReview.REVIEWED: BatchState.PENDING,
    ChangeReview.REPORTED: BatchState.REPORTED,
    None: BatchState.NOTED,
}


async def keep_changes(
    cmd: Command, authority: UUID, rules: RuleSet, changes: Iterable[tuple[UUID, Changed]], run: UUID | None = None
) -> UUID:
    """Put changes (person, change) on record, those of one import in one batch; returns it. Inside a unit of work."""
    batch = await store_changes.batch_of_run(run) if run else None
    if batch is None:
        batch = cmd.new_id()
        await store_changes.open_batch(
            BatchFacts(
                id=batch,
                authority=authority,
                run=run,
                made_by=cmd.actor.id,
                made_by_name=cmd.actor.name,
                made_at=cmd.now,
                rule_set=rules.name,
                state=_BEGINS[rules.registers.review],
                decided_by=None,
                decided_by_name=None,
                decided_at=None,
                remarks=None,
                changes=(),
            )
        )
    await store_changes.add_changes(batch, {cmd.new_id(): (person, change) for person, change in changes})
    return batch
