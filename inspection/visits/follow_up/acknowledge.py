"""What comes back to a referral: its receipt, what its receiver tells later, and its end."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.follow_up import store
from inspection.visits.follow_up.rows import AnswerPart, AnswerRow, ReferralResult, ReferralRow, ReferralState
from inspection.visits.follow_up.words import MAX_FORM, MAX_NAME, MAX_NUMBER, MAX_WORDS, checked
from inspection.visits.reading import locked_visit
from mobile_contract.problems import ProblemCode

_EVENTS = {
    AnswerPart.ACCEPTED: EventKind.REFERRAL_RECEIVED,
    AnswerPart.REFUSED: EventKind.REFERRAL_REFUSED,
    AnswerPart.ANSWER: EventKind.REFERRAL_ANSWERED,
    AnswerPart.CLOSING: EventKind.REFERRAL_CLOSED,
}


@dataclass(frozen=True, slots=True)
class CameBack:
    """What its receiver gave: on which day, by whom, under which number of its own, and what it says."""

    day: date
    sender: str
    their_number: str = ""
    said: str = ""


async def acknowledge_referral(
    cmd: Command, *, referral_id: UUID, form: str, accepted: bool, told: CameBack
) -> ReferralRow:
    """Enter the receipt of a referral: taken, or sent back with the reason in `told.said`.

    Sending it again answers the same.

    Raises:
        NotFound: `visits.no_referral`.
        Conflict: `visits.referral_answered`: another receipt was entered before.
        Invalid: `visits.referral_day`: before the referral, or still to come; `visits.follow_up_words`.
    """
    part = AnswerPart.ACCEPTED if accepted else AnswerPart.REFUSED
    return await in_unit(_enter, cmd, referral_id, form, part, _checked(told, said=not accepted), None)


async def answer_referral(
    cmd: Command, *, referral_id: UUID, form: str, result: ReferralResult, told: CameBack, closes: bool
) -> ReferralRow:
    """Enter what the receiver tells of a case that it took; `closes`: that is the end of it.

    One that was sent back can be ended, too: this authority lays it down or found another way.

    Raises:
        NotFound: `visits.no_referral`.
        Conflict: `visits.referral_not_taken`: no receipt was entered, or it was sent back and this is not its end;
            `visits.referral_closed`.
        Invalid: `visits.referral_day`: before the receipt, or still to come; `visits.referral_number`: a penalty
            without its number; `visits.follow_up_words`.
    """
    part = AnswerPart.CLOSING if closes else AnswerPart.ANSWER
    entered = _checked(told, said=result in {ReferralResult.OTHER, ReferralResult.LAID_DOWN})
    if result is ReferralResult.PENALTY_DECIDED and not entered.their_number:
        raise Invalid(ProblemCode.INVALID, "visits.referral_number")
    return await in_unit(_enter, cmd, referral_id, form, part, entered, result)


def _checked(told: CameBack, *, said: bool) -> CameBack:
    return replace(
        told,
        sender=checked("sender", told.sender, MAX_NAME),
        their_number=checked("their_number", told.their_number, MAX_NUMBER, needed=False),
        said=checked("said", told.said, MAX_WORDS, needed=said),
    )


async def _enter(
    cmd: Command, referral_id: UUID, form: str, part: AnswerPart, told: CameBack, result: ReferralResult | None
) -> ReferralRow:
    form = checked("form", form, MAX_FORM)
    row = await _locked(cmd, referral_id)
    if any(one.form == form for one in row.answers):
        return row
    _check_step(row, part)
    after = row.receipt.day if row.receipt is not None else local_day(row.made_at)
    if not after <= told.day <= local_day(cmd.now):
        raise Invalid(
            ProblemCode.INVALID,
            "visits.referral_day",
            day=told.day.isoformat(),
            first=after.isoformat(),
            last=local_day(cmd.now).isoformat(),
        )
    answer = AnswerRow(
        id=cmd.new_id(),
        referral=row.id,
        form=form,
        part=part,
        day=told.day,
        sender=told.sender,
        their_number=told.their_number,
        result=result,
        said=told.said,
        at=cmd.now,
        by=cmd.actor.id,
        by_name=cmd.actor.name,
    )
    await store.add_answer(answer)
    await _tell(cmd, row, answer)
    return replace(row, answers=(*row.answers, answer))


async def _tell(cmd: Command, row: ReferralRow, answer: AnswerRow) -> None:
    await append(
        cmd.event(
            _EVENTS[answer.part],
            f"visit:{row.visit}",
            referral=str(row.id),
            number=row.number,
            day=answer.day.isoformat(),
            sender=answer.sender,
            their_number=answer.their_number,
            result=answer.result.value if answer.result is not None else None,
        )
    )


def _check_step(row: ReferralRow, part: AnswerPart) -> None:
    state = row.state
    if state is ReferralState.CLOSED:
        raise Conflict(ProblemCode.CONFLICT, "visits.referral_closed", number=row.number)
    if part in {AnswerPart.ACCEPTED, AnswerPart.REFUSED}:
        if state is not ReferralState.SENT:
            raise Conflict(ProblemCode.CONFLICT, "visits.referral_answered", number=row.number, state=state.value)
        return
    ended = state is ReferralState.REFUSED and part is AnswerPart.CLOSING
    if not (state is ReferralState.ACCEPTED or ended):
        raise Conflict(ProblemCode.CONFLICT, "visits.referral_not_taken", number=row.number, state=state.value)


async def _locked(cmd: Command, referral_id: UUID) -> ReferralRow:
    """The referral, its visit kept from others until commit."""
    found = await store.referral(referral_id)
    if found is None or (cmd.authority is not None and found.authority != cmd.authority):
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_referral", referral=str(referral_id))
    await locked_visit(cmd, found.visit)
    again = await store.referral(referral_id)
    assert again is not None  # noqa: S101  referrals are never removed
    return again
