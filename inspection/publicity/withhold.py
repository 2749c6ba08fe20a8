from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.publicity import store, store_documents
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
        Refused: the rule-set does not let results be kept back.
    """
    if not reason.strip():
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    held = Withholding(reason=reason.strip(), ground=ground, by=cmd.actor.id, until=until)
    async with unit_of_work():
        row = await waiting_row(cmd, publication_id)
        may_withhold(row)
        if row.withholding is not None:
            raise Conflict(ProblemCode.CONFLICT, "publicity.withheld_already", ground=row.withholding.ground.value)
        await store.keep_back(row.id, held)
        await append(
            cmd.event(
                EventKind.PUBLICATION_WITHHELD,
                row.stream,
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
        row = await waiting_row(cmd, publication_id)
        if row.withholding is None:
            raise Conflict(ProblemCode.CONFLICT, "publicity.not_withheld")
        standing = Standing.OPEN if row.approved_by is None else Standing.APPROVED
        await store.let_go(row.id, standing)
        await append(
            cmd.event(EventKind.WITHHOLDING_LIFTED, row.stream, publication=str(row.id), reason=reason.strip())
        )
    return standing


def may_withhold(row: WaitingRow) -> None:
    """Let pass where the rule-set lets a result be kept back, whole or in part.

    Raises:
        Refused: `publicity.may_not_withhold`.
    """
    if not rule_set_named(row.rule_set).secrecy.may_withhold:
        raise Refused(ProblemCode.REFUSED, "publicity.may_not_withhold", rule_set=row.rule_set)


async def waiting_row(cmd: Command, publication_id: UUID) -> WaitingRow:
    """The publication, if it is of the actor's authority and not out yet, kept from others until commit.

    Raises:
        NotFound: `publicity.no_publication`.
        Conflict: `publicity.out_already`.
    """
    await store.lock(publication_id)
    rows = await store.waiting(publication=publication_id)
    if rows and cmd.authority in (None, rows[0].authority):
        return rows[0]
    out = await store_documents.documents(publication=publication_id)
    if out and cmd.authority in (None, out[0].authority):
        raise Conflict(ProblemCode.PUBLICATION_EXISTS, "publicity.out_already", number=out[0].number)
    raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
