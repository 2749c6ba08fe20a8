"""撤回: what is public is taken back. Two persons: one asks, another carries it out; or an objection has decided it.

The number keeps its page, which says that it was withdrawn, on which day and on what ground, and nothing else. It can
be out again only by a correction.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from inspection.kernel.calendar import WorkCalendar, load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store, store_decisions, store_documents
from inspection.publicity.channels import store as channels
from inspection.publicity.clock import is_late, removal_due
from inspection.publicity.kinds import DocumentKind, WithdrawalGround, withdrawal_document
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.rows import ObjectionState
from inspection.publicity.penalties import store as penalties
from inspection.publicity.store_decisions import AskState, NewWithdrawal, WithdrawalRow
from inspection.publicity.store_documents import DocumentRow, NewDocument
from mobile_contract.problems import ProblemCode

MAX_REASON: Final = 2_000
ASKABLE: Final = frozenset({WithdrawalGround.WRONG, WithdrawalGround.UNLAWFUL})
"""What a person may ask on; the others follow from a decision that is entered elsewhere."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What is under the number now. `replaces`: SHA-256 (hex) of the version that was taken back."""

    number: str
    version: int
    digest: str
    replaces: str


async def ask_withdrawal(cmd: Command, *, publication_id: UUID, ground: WithdrawalGround, reason: str) -> WithdrawalRow:
    """Ask that what is out be taken back. Asked again by the same person with the same words, nothing changes.

    Raises:
        NotFound: `publicity.no_publication` of this authority is out under that id.
        Conflict: `publicity.withdrawn_already`; `publicity.withdrawal_asked`: another request waits.
        Invalid: `publicity.reason_missing`; `publicity.withdrawal_ground`: a ground that follows from a decision.
    """
    words = _reason(reason)
    if ground not in ASKABLE:
        raise Invalid(ProblemCode.INVALID, "publicity.withdrawal_ground", ground=ground.value)
    return await in_unit(_ask, cmd, publication_id, ground, words)


async def approve_withdrawal(cmd: Command, *, publication_id: UUID, withdrawal_id: UUID) -> Withdrawn:
    """Carry out the request that was seen; never who asked.

    Raises:
        NotFound: `publicity.no_publication`; `publicity.no_withdrawal`: nobody has asked.
        StaleScreen: `publicity.withdrawal_stale`: another request waits now.
        Refused: `publicity.same_person_withdrawal`.
        Conflict: `publicity.withdrawn_already`.
    """
    return await in_unit(_approve, cmd, publication_id, withdrawal_id)


async def refuse_withdrawal(cmd: Command, *, publication_id: UUID, withdrawal_id: UUID, answer: str) -> None:
    """Leave what is out as it is, and say why; never who asked, and never what a court or a review has annulled.

    Raises:
        As `approve_withdrawal`; Refused `publicity.withdrawal_must`; Invalid `publicity.reason_missing`.
    """
    await in_unit(_refuse, cmd, publication_id, withdrawal_id, _reason(answer))


async def withdraw_for_objection(cmd: Command, *, objection_id: UUID, reason: str) -> Withdrawn:
    """Take back a result that an objection has turned out to be wrong; its reviewer was the first person.

    Raises:
        NotFound: `publicity.no_objection`, `publicity.no_publication`.
        Conflict: `publicity.objection_step`: it did not succeed, or not against a result;
            `publicity.withdrawn_already`.
        Refused: `publicity.same_person_withdrawal`: its reviewer.
        Invalid: `publicity.reason_missing`.
    """
    return await in_unit(_for_objection, cmd, objection_id, _reason(reason))


async def known_withdrawals(publication_id: UUID, *, authority: UUID) -> tuple[WithdrawalRow, ...]:
    """Every request to take a publication of this authority back, the oldest first."""
    rows = await store_decisions.withdrawals_of(publication_id)
    return tuple(row for row in rows if row.authority == authority)


async def count_withdrawals_again(*, authority: UUID | None = None) -> int:
    """Set every provisional last day for a removal by the calendar as it is known now; how many moved. Harmless to
    repeat. To be run when a calendar was imported.
    """
    return await in_unit(_count_again, authority, await load_calendar())


async def _ask(cmd: Command, publication: UUID, ground: WithdrawalGround, reason: str) -> WithdrawalRow:
    out = await _out(cmd, publication)
    waiting = await _waiting(publication)
    if waiting is not None:
        if (waiting.asked_by, waiting.ground, waiting.reason) == (cmd.actor.id, ground, reason):
            return waiting
        raise Conflict(ProblemCode.CONFLICT, "publicity.withdrawal_asked", number=out.number)
    new = NewWithdrawal(cmd.new_id(), publication, ground, reason, cmd.actor.id, cmd.now)
    await store_decisions.add_withdrawal(new)
    told = {"publication": str(publication), "number": out.number, "ground": ground.value, "reason": reason}
    await append(cmd.event(EventKind.WITHDRAWAL_ASKED, _stream(out), lane=None, **told))
    return next(one for one in await store_decisions.withdrawals_of(publication) if one.id == new.id)


async def _approve(cmd: Command, publication: UUID, withdrawal: UUID) -> Withdrawn:
    out, asked = await _seen(cmd, publication, withdrawal)
    await store_decisions.settle_withdrawal(asked.id, AskState.DONE, cmd.actor.id, cmd.now)
    return await _withdraw(cmd, out, asked.ground, asked.reason, asked.due_on)


async def _refuse(cmd: Command, publication: UUID, withdrawal: UUID, answer: str) -> None:
    out, asked = await _seen(cmd, publication, withdrawal)
    if asked.ground is WithdrawalGround.ANNULLED:
        raise Refused(ProblemCode.REFUSED, "publicity.withdrawal_must", number=out.number)
    await store_decisions.settle_withdrawal(asked.id, AskState.REFUSED, cmd.actor.id, cmd.now, answer=answer)
    told = {"publication": str(publication), "number": out.number, "answer": answer}
    await append(cmd.event(EventKind.WITHDRAWAL_REFUSED, _stream(out), lane=None, **told))


async def _for_objection(cmd: Command, objection_id: UUID, reason: str) -> Withdrawn:
    objection = await known_objection(objection_id, authority=cmd.authority)
    if objection.state is not ObjectionState.CORRECTED or objection.publication is None:
        state = objection.state.value
        raise Conflict(
            ProblemCode.OBJECTION_WRONG_STEP, "publicity.objection_step", number=objection.number, state=state
        )
    out = await _out(cmd, objection.publication)
    reviewer = objection.reviewer or ""
    if reviewer == cmd.actor.id:
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person_withdrawal", number=out.number)
    if await _waiting(out.publication) is not None:
        raise Conflict(ProblemCode.CONFLICT, "publicity.withdrawal_asked", number=out.number)
    new = NewWithdrawal(
        *(cmd.new_id(), out.publication, WithdrawalGround.OBJECTION, reason, reviewer, objection.decided_at or cmd.now),
        objection=objection.id,
    )
    await store_decisions.add_withdrawal(new)
    await store_decisions.settle_withdrawal(new.id, AskState.DONE, cmd.actor.id, cmd.now)
    return await _withdraw(cmd, out, new.ground, reason, None)


async def _withdraw(
    cmd: Command, out: DocumentRow, ground: WithdrawalGround, reason: str, due_on: date | None
) -> Withdrawn:
    today, version = local_day(cmd.now), out.version + 1
    data = withdrawal_document(
        number=out.number, version=version, replaces=out.digest, of=out.kind, on=today, ground=ground
    )
    done = Withdrawn(out.number, version, sha256_hex(data), out.digest)
    new = NewDocument(
        *(cmd.new_id(), out.publication, out.outcome, version, data, done.digest, cmd.now, DocumentKind.WITHDRAWAL),
        replaces=out.id,
        reason=reason,
    )
    await store_documents.add_document(new)
    await store.mark_withdrawn(out.publication)
    # What has not left yet does not leave any more.
    await channels.supersede_waiting(out.publication, cmd.now)
    await append(
        cmd.event(
            EventKind.PUBLICATION_WITHDRAWN,
            _stream(out),
            publication=str(out.publication),
            number=done.number,
            version=version,
            sha256=done.digest,
            replaces=done.replaces,
            ground=ground.value,
            reason=reason,
            due_on=due_on.isoformat() if due_on else None,
            late=due_on is not None and is_late(due_on, today),
        )
    )
    return done


async def _out(cmd: Command, publication: UUID) -> DocumentRow:
    """The version in force, the publication kept from others until commit."""
    await store.lock(publication)
    versions = await store_documents.documents(publication=publication)
    if not versions or cmd.authority not in (None, versions[-1].authority):
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    if versions[-1].kind is DocumentKind.WITHDRAWAL:
        raise Conflict(ProblemCode.CONFLICT, "publicity.withdrawn_already", number=versions[-1].number)
    return versions[-1]


async def _seen(cmd: Command, publication: UUID, withdrawal: UUID) -> tuple[DocumentRow, WithdrawalRow]:
    out, asked = await _out(cmd, publication), await _waiting(publication)
    if asked is None:
        raise NotFound(ProblemCode.NOT_FOUND, "publicity.no_withdrawal", number=out.number)
    if asked.id != withdrawal:
        raise StaleScreen(
            ProblemCode.STALE_SCREEN, "publicity.withdrawal_stale", seen=str(withdrawal), now=str(asked.id)
        )
    if asked.asked_by == cmd.actor.id:
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person_withdrawal", number=out.number)
    return out, asked


async def _waiting(publication: UUID) -> WithdrawalRow | None:
    found = await store_decisions.withdrawals_of(publication)
    return next((one for one in found if one.state is AskState.ASKED), None)


async def _count_again(authority: UUID | None, calendar: WorkCalendar) -> int:
    moved = 0
    for row in await store_decisions.open_withdrawals(authority):
        annulled = await penalties.annulments([row.penalty]) if row.due_provisional and row.penalty else {}
        for held in annulled.values():
            due = removal_due(held.annulled_on, calendar)
            moved += (due.day, due.provisional) != (row.due_on, row.due_provisional)
            await store_decisions.set_withdrawal_due(row.id, due.day, provisional=due.provisional)
    return moved


def _stream(out: DocumentRow) -> str:
    return store.stream_of(out.visit, out.penalty)


def _reason(told: str) -> str:
    words = told.strip()
    if not words or len(words) > MAX_REASON or "\0" in words:
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    return words
