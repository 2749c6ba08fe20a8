from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity import store, store_documents
from inspection.publicity.open_publications import stream
from inspection.publicity.release import Ground, Standing, Withholding
from inspection.publicity.store import WaitingRow
from mobile_contract.problems import ProblemCode


async def withhold(
    cmd: Command, *, publication_id: UUID, reason: str, ground: Ground, until: date | None = None
) -> Withholding:
    """Decide that a result is not published, for good or until a day, on a ground in law (金凤 articles 14 and 17).

    Raises:
        NotFound: no such publication in this authority.
        Conflict: it is out already, or withheld already.
        Invalid: there is no reason.
    """
    if not reason.strip():
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    held = Withholding(reason=reason.strip(), ground=ground, by=cmd.actor.id, until=until)
    async with unit_of_work():
        row = await _waiting(cmd, publication_id)
        if row.withholding is not None:
            raise Conflict(ProblemCode.CONFLICT, "publicity.withheld_already", ground=row.withholding.ground.value)
        await store.keep_back(row.id, held)
        await append(
            cmd.event(
                EventKind.PUBLICATION_WITHHELD,
                stream(row.visit),
                publication=str(row.id),
                reason=held.reason,
                ground=ground.value,
                until=until.isoformat() if until else None,
            )
        )
    return held


async def lift_withholding(cmd: Command, *, publication_id: UUID, reason: str) -> Standing:
    """Let a withheld result go on where it stood; its clock never stopped.

    Raises:
        NotFound: no such publication in this authority.
        Conflict: it is out already, or not withheld.
        Invalid: there is no reason.
    """
    if not reason.strip():
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    async with unit_of_work():
        row = await _waiting(cmd, publication_id)
        if row.withholding is None:
            raise Conflict(ProblemCode.CONFLICT, "publicity.not_withheld")
        standing = Standing.OPEN if row.approved_by is None else Standing.APPROVED
        await store.let_go(row.id, standing)
        await append(
            cmd.event(EventKind.WITHHOLDING_LIFTED, stream(row.visit), publication=str(row.id), reason=reason.strip())
        )
    return standing


async def _waiting(cmd: Command, publication_id: UUID) -> WaitingRow:
    await store.lock(publication_id)
    rows = await store.waiting(publication=publication_id)
    if rows and cmd.authority in (None, rows[0].authority):
        return rows[0]
    out = await store_documents.documents(publication=publication_id)
    if out and cmd.authority in (None, out[0].authority):
        raise Conflict(ProblemCode.PUBLICATION_EXISTS, "publicity.out_already", number=out[0].number)
    raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
