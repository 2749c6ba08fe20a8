from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.late_filing import store
from inspection.visits.late_filing.rows import FilingRow
from mobile_contract.problems import ProblemCode

REASON_MOST = 2000


async def dismiss_filing(cmd: Command, *, visit_id: UUID, reason: str) -> FilingRow:
    """Say that there is no visit to be filed: it was opened by mistake. Its entries stay as they wait.

    What was dismissed by mistake itself may still be filed.

    Raises:
        NotFound: `visits.no_filing`.
        Conflict: `visits.filed_already`, `visits.filing_dismissed`.
        Invalid: `visits.filing_reason`.
    """
    if not reason.strip() or len(reason) > REASON_MOST:
        raise Invalid(ProblemCode.INVALID, "visits.filing_reason", most=REASON_MOST)
    async with unit_of_work():
        row = await my_filing(cmd, visit_id)
        if row.filed_at is not None:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.filed_already", visit=str(visit_id))
        if row.dismissed_at is not None:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.filing_dismissed", visit=str(visit_id))
        await store.change_filing(visit_id, dismissed_at=cmd.now, dismissed_by=cmd.actor.id, reason=reason)
        await append(cmd.event(EventKind.LATE_FILING_DISMISSED, f"visit:{visit_id}", reason=reason))
        return await my_filing(cmd, visit_id)


async def my_filing(cmd: Command, visit_id: UUID) -> FilingRow:
    """The filing of the actor's authority, kept from others until commit; NotFound `visits.no_filing` otherwise."""
    row = await store.lock_filing(visit_id)
    if row is None or (cmd.authority is not None and row.authority != cmd.authority):
        raise NotFound(ProblemCode.FILING_UNKNOWN, "visits.no_filing", visit=str(visit_id))
    return row
