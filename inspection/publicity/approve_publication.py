from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity import store, store_documents
from inspection.publicity.open_publications import open_publications, stream
from inspection.publicity.release import Standing
from inspection.publicity.store import WaitingRow
from mobile_contract.problems import ProblemCode


async def approve_publication(cmd: Command, *, visit_id: UUID) -> tuple[UUID, ...]:
    """Approve that the results of a visit are published (结果公示审批); what is withheld stays withheld.

    Approving again changes nothing. Returns the publications that this approval covers now.

    Raises:
        NotFound: no such visit in this authority.
        Conflict: the record of the visit is not approved yet.
        Refused: the same person approved the record, or decided a result that was corrected before it was public.
    """
    async with unit_of_work():
        visit = await store.visit_approver(visit_id)
        if visit is None or cmd.authority not in (None, visit[0]):
            raise NotFound(ProblemCode.VISIT_UNKNOWN, "publicity.no_visit")
        if visit[1] is None:
            raise Conflict(ProblemCode.PUBLICATION_NOT_READY, "publicity.record_not_approved", visit=str(visit_id))
        if visit[1] == cmd.actor.id:
            raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", visit=str(visit_id))
        await open_publications(cmd, visit_id=visit_id)
        waiting = [row for row in await store.waiting(visit=visit_id) if row.approved_by is None]
        if any([await _decided_by(row) == cmd.actor.id for row in waiting]):
            raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", visit=str(visit_id))
        for row in waiting:
            standing = Standing.APPROVED if row.withholding is None else Standing.WITHHELD
            await store.approve(row.id, standing, cmd.actor.id, cmd.now)
        covered = [str(row.id) for row in waiting]
        if covered:
            await append(cmd.event(EventKind.PUBLICATION_APPROVED, stream(visit_id), publications=covered))
    return tuple(row.id for row in waiting)


async def _decided_by(row: WaitingRow) -> str | None:
    """Who decided the result that would go out, where it took the place of the one that was formed with the record."""
    newest = await store_documents.newest_outcome(row.outcome)
    return None if newest == row.outcome else str((await store_documents.outcome_facts(newest))["formed_by"])
