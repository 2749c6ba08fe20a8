"""结果公示审批: a second person agrees that something goes out, and that nothing in it is secret (金凤 第十四条)."""

from collections.abc import Sequence
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store, store_documents
from inspection.publicity.open_publications import open_publications
from inspection.publicity.penalties.read import known_penalty
from inspection.publicity.preview import Preview, preview_of, seen_of
from inspection.publicity.release import Standing
from inspection.publicity.store import WaitingRow
from inspection.visits.listing import ever_of
from mobile_contract.problems import ProblemCode


async def approve_publication(
    cmd: Command, *, visit_id: UUID, secrecy_reviewed: bool, seen: str | None = None
) -> tuple[UUID, ...]:
    """Approve that the results of a visit are published (结果公示审批); what is withheld stays withheld.

    `secrecy_reviewed`: the approver states that what goes out was looked at for secrets (保守国家秘密法审查); `seen`:
    the digest of the previews on the screen. Approving again changes nothing. Returns the publications that this
    approval covers now.

    Raises:
        NotFound: no such visit in this authority.
        Conflict: the record of the visit is not approved yet.
        Refused: the same person approved the record, or decided a result that was corrected before it was public, or
            inspected (`publicity.approver_inspected`).
        Invalid: `publicity.secrecy_not_reviewed`.
        StaleScreen: `publicity.preview_stale`, with the digest as it is now.
    """
    return await in_unit(_approve_visit, cmd, visit_id, secrecy_reviewed, seen)


async def approve_penalty(
    cmd: Command, *, penalty_id: UUID, secrecy_reviewed: bool, seen: str | None = None
) -> tuple[UUID, ...]:
    """Approve that a penalty is published; never the person who entered it. Otherwise as `approve_publication`.

    Raises:
        NotFound: `publicity.no_penalty`.
        Refused: `publicity.same_person_penalty`: the same person entered it.
        Invalid: `publicity.secrecy_not_reviewed`.
        StaleScreen: `publicity.preview_stale`.
    """
    return await in_unit(_approve_penalty, cmd, penalty_id, secrecy_reviewed, seen)


async def previews(cmd: Command, *, visit_id: UUID) -> tuple[tuple[Preview, ...], str]:
    """What would go out of a visit as it stands, and the digest that its approval names as `seen`.

    Raises:
        NotFound: no such visit in this authority.
    """
    await _approver_of(cmd, visit_id)
    shown = await _previews([row for row in await store.waiting(visit=visit_id) if row.outcome is not None])
    return shown, seen_of(shown)


async def penalty_preview(cmd: Command, *, penalty_id: UUID) -> tuple[tuple[Preview, ...], str]:
    """The same of a penalty: nothing where it does not wait any more.

    Raises:
        NotFound: `publicity.no_penalty`.
    """
    shown = await _previews(await _of_penalty(cmd, penalty_id))
    return shown, seen_of(shown)


async def _approve_visit(cmd: Command, visit_id: UUID, reviewed: bool, seen: str | None) -> tuple[UUID, ...]:
    approver = await _approver_of(cmd, visit_id)
    if approver is None:
        raise Conflict(ProblemCode.PUBLICATION_NOT_READY, "publicity.record_not_approved", visit=str(visit_id))
    if approver == cmd.actor.id:
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", visit=str(visit_id))
    if cmd.actor.id in {str(one) for one in await ever_of(visit_id)}:
        raise Refused(ProblemCode.SAME_PERSON, "publicity.approver_inspected", visit=str(visit_id))
    await open_publications(cmd, visit_id=visit_id)
    rows = [row for row in await store.waiting(visit=visit_id) if row.outcome is not None]
    if any([await _decided_by(row) == cmd.actor.id for row in rows if row.approved_by is None]):
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", visit=str(visit_id))
    return await _approve(cmd, rows, seen, reviewed=reviewed)


async def _approve_penalty(cmd: Command, penalty_id: UUID, reviewed: bool, seen: str | None) -> tuple[UUID, ...]:
    rows = await _of_penalty(cmd, penalty_id)
    if any(row.decided_by == cmd.actor.id for row in rows):
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person_penalty", penalty=str(penalty_id))
    return await _approve(cmd, rows, seen, reviewed=reviewed)


async def _approve(cmd: Command, rows: Sequence[WaitingRow], seen: str | None, *, reviewed: bool) -> tuple[UUID, ...]:
    if not reviewed:
        raise Invalid(ProblemCode.INVALID, "publicity.secrecy_not_reviewed")
    if seen is not None and (now := seen_of(await _previews(rows))) != seen:
        raise StaleScreen(ProblemCode.STALE_SCREEN, "publicity.preview_stale", seen=seen, now=now)
    fresh = [row for row in rows if row.approved_by is None]
    for row in fresh:
        standing = Standing.APPROVED if row.withholding is None else Standing.WITHHELD
        await store.approve(row.id, standing, cmd.actor.id, cmd.now)
    if fresh:
        covered: list[JSON] = [str(row.id) for row in fresh]
        told: dict[str, JSON] = {"publications": covered, "secrecy_reviewed": True, "seen": seen}
        await append(cmd.event(EventKind.PUBLICATION_APPROVED, fresh[0].stream, lane=None, **told))
    return tuple(row.id for row in fresh)


async def _approver_of(cmd: Command, visit_id: UUID) -> str | None:
    visit = await store.visit_approver(visit_id)
    if visit is None or cmd.authority not in (None, visit[0]):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "publicity.no_visit")
    return visit[1]


async def _of_penalty(cmd: Command, penalty_id: UUID) -> list[WaitingRow]:
    await known_penalty(penalty_id, authority=cmd.authority)
    return await store.waiting(penalty=penalty_id)


async def _previews(rows: Sequence[WaitingRow]) -> tuple[Preview, ...]:
    return tuple([await preview_of(row) for row in rows])


async def _decided_by(row: WaitingRow) -> str | None:
    """Who decided the result that would go out, where it took the place of the one that was formed with the record."""
    newest = await store_documents.newest_outcome(row.outcome) if row.outcome is not None else None
    return None if newest in {None, row.outcome} else str((await store_documents.outcome_facts(newest))["formed_by"])
