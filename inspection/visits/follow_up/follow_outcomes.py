"""What outcomes that were just formed leave to be done, and which re-checks they are the result of."""

from collections.abc import Sequence

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.visits.follow_up import store_rechecks
from inspection.visits.follow_up.rows import RecheckResult, RecheckRow, SettledBy, SettledRow
from inspection.visits.follow_up.rules import leaves, result_of
from inspection.visits.rows import OutcomeRow, VisitRow


async def follow_outcomes(cmd: Command, visit: VisitRow, rows: Sequence[OutcomeRow]) -> None:
    """Outcomes were just formed, or took the place of others: note what they leave to be done, and settle the re-checks
    that they are the result of. Call it in the unit that forms them.
    """
    rechecks = {one.task: one for one in await store_rechecks.rechecks_by_task({row.task for row in rows})}
    due = []
    for row in rows:
        recheck = rechecks.get(row.task)
        failed = recheck is not None and result_of(row) is RecheckResult.FAILED
        refer, put_right = leaves(row, failed=failed)
        if refer or put_right:
            named = {"outcome": row.id, "visit": row.visit, "authority": visit.authority}
            due.append({**named, "refer": refer, "put_right": put_right, "at": cmd.now})
        if recheck is not None:
            await _settle(cmd, visit, recheck, row)
    await store_rechecks.add_due(due)


async def _settle(cmd: Command, visit: VisitRow, recheck: RecheckRow, found: OutcomeRow) -> None:
    row = SettledRow(
        id=cmd.new_id(),
        outcome=recheck.outcome,
        way=SettledBy.RECHECK,
        recheck=recheck.id,
        found=found.id,
        result=result_of(found),
        reason="",
        at=cmd.now,
        by=cmd.actor.id,
        by_name=cmd.actor.name,
    )
    await store_rechecks.add_settled(row)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.RECHECK_SETTLED,
            f"visit:{recheck.visit}",
            recheck=str(recheck.id),
            outcome=str(recheck.outcome),
            visit=str(found.visit),
            found=str(found.id),
            result=row.result.value,
        )
    )
