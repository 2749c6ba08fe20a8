"""撤销: a penalty was annulled. What is out is to be removed within five working days; what is not never goes out."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store as publications
from inspection.publicity import store_decisions
from inspection.publicity.clock import removal_due
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.open_publications import start_clocks
from inspection.publicity.penalties import store
from inspection.publicity.penalties.enter import checked_text
from inspection.publicity.penalties.read import PenaltyFile, known_penalty
from inspection.publicity.penalties.rules import MAX_LINE, MAX_TEXT
from inspection.publicity.penalties.store import AnnulledBy, AnnulmentRow
from inspection.publicity.release import WAITING, Standing
from inspection.publicity.store_decisions import AskState, NewWithdrawal
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Annulled:
    """What annulled it: by whom, the number of the judgment or decision, its ground and its day."""

    by: AnnulledBy
    number: str
    ground: str
    annulled_on: date


async def annul_penalty(cmd: Command, *, penalty_id: UUID, annulled: Annulled) -> PenaltyFile:
    """Write down that a penalty was annulled; the same annulment again changes nothing.

    If it is out, its removal is asked for, and another person carries it out (`approve_withdrawal`).

    Raises:
        NotFound: `publicity.no_penalty`.
        Invalid: `publicity.penalty_text`; `publicity.annulled_when`: a day after today or before the decision.
        Conflict: `publicity.annulled_already`, by something else.
    """
    said = replace(
        annulled,
        number=checked_text("number", annulled.number, MAX_LINE),
        ground=checked_text("ground", annulled.ground, MAX_TEXT),
    )
    return await in_unit(_annul, cmd, penalty_id, said)


async def _annul(cmd: Command, penalty_id: UUID, said: Annulled) -> PenaltyFile:
    await store.lock(penalty_id)
    file = await known_penalty(penalty_id, authority=cmd.authority)
    if file.annulment is not None:
        held = file.annulment
        if Annulled(held.by, held.number, held.ground, held.annulled_on) != said:
            raise Conflict(ProblemCode.CONFLICT, "publicity.annulled_already", number=held.number)
        return file
    if not file.penalty.decided_on <= said.annulled_on <= local_day(cmd.now):
        decided = file.penalty.decided_on.isoformat()
        raise Invalid(ProblemCode.INVALID, "publicity.annulled_when", decided_on=decided)
    await store.add_annulment(
        AnnulmentRow(
            *(cmd.new_id(), penalty_id, said.by, said.number, said.ground, said.annulled_on, cmd.actor.id, cmd.now)
        )
    )
    due_on = await _take_back(cmd, file, said)
    if file.penalty.visit is not None:
        await start_clocks(cmd, visit_id=file.penalty.visit, anew=True)
    told = {"by": said.by.value, "number": said.number, "annulled_on": said.annulled_on.isoformat(), "due_on": due_on}
    stream = publications.stream_of(file.penalty.visit, penalty_id)
    facts = {"penalty": str(penalty_id), "object": str(file.penalty.object), "publication": str(file.publication)}
    await append(cmd.under(file.penalty.rule_set).event(EventKind.PENALTY_ANNULLED, stream, lane=None, **told, **facts))
    return await known_penalty(penalty_id)


async def _take_back(cmd: Command, file: PenaltyFile, said: Annulled) -> str | None:
    """Keep it in for good, or ask that it be removed; the last day for that."""
    await publications.lock(file.publication)
    now = await known_penalty(file.penalty.id)
    if now.standing in WAITING:
        await publications.mark_withdrawn(file.publication)
    if now.standing is not Standing.PUBLISHED:
        return None
    for asked in await store_decisions.withdrawals_of(file.publication):
        if asked.state is AskState.ASKED:
            # What was asked on another ground is overtaken: this one has a day by which it must be done.
            overtaken = AskState.REFUSED
            await store_decisions.settle_withdrawal(asked.id, overtaken, cmd.actor.id, cmd.now, answer=said.ground)
    due = removal_due(said.annulled_on, await load_calendar())
    new = NewWithdrawal(
        *(cmd.new_id(), file.publication, WithdrawalGround.ANNULLED, f"{said.number}：{said.ground}"),
        asked_by=cmd.actor.id,
        asked_at=cmd.now,
        due_on=due.day,
        due_provisional=due.provisional,
    )
    await store_decisions.add_withdrawal(new)
    return due.day.isoformat()
