"""What was to be put right is settled: by the result of a re-check, or on the papers that the party handed in."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.follow_up import store_rechecks
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.follow_up.rows import MatterKind, RecheckResult, SettledBy, SettledRow
from inspection.visits.follow_up.rules import chain_of, open_matters_of
from inspection.visits.follow_up.words import MAX_WORDS, checked
from inspection.visits.review.legal import locked_outcome, standing_outcome
from inspection.visits.rules import may_review
from mobile_contract.problems import ProblemCode


async def accept_papers(cmd: Command, *, outcome_id: UUID, seen: str, reason: str) -> SettledRow:
    """What was to be put right is found to be so on the papers that the party handed in: nobody has to go there again
    (国办发〔2024〕54号: no visit where papers suffice). `seen`: the digest of the outcome on the screen.

    Sending it again answers the same.

    Raises:
        NotFound: `visits.no_outcome`.
        Refused: `visits.not_reviewer`.
        StaleScreen: `visits.outcome_stale`.
        Conflict: `visits.nothing_to_put_right`: nothing of it is open; `visits.recheck_running`.
        Invalid: `visits.follow_up_words`.
    """
    return await in_unit(_accept, cmd, outcome_id, seen, checked("reason", reason, MAX_WORDS))


async def _accept(cmd: Command, outcome_id: UUID, seen: str, reason: str) -> SettledRow:
    visit, outcome = await locked_outcome(cmd, outcome_id)
    if not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit.id))
    await standing_outcome(visit, outcome, seen)
    file = await follow_up_of(visit.id)
    chain = chain_of(outcome_id, file.outcomes)
    known = next((one for one in file.settled if one.outcome in chain and one.way is SettledBy.PAPERS), None)
    if known is not None:
        return known
    kinds = {one.kind for one in open_matters_of(file) if one.outcome == outcome_id}
    if MatterKind.RECHECK in kinds:
        (task,) = [one.task_number for one in file.rechecks if one.outcome in chain and one.running]
        raise Conflict(ProblemCode.CONFLICT, "visits.recheck_running", outcome=str(outcome_id), task=task)
    if MatterKind.PUT_RIGHT not in kinds:
        raise Conflict(ProblemCode.CONFLICT, "visits.nothing_to_put_right", outcome=str(outcome_id))
    way, result, at = SettledBy.PAPERS, RecheckResult.VERIFIED, cmd.now
    row = SettledRow(cmd.new_id(), outcome_id, way, None, None, result, reason, at, cmd.actor.id, cmd.actor.name)
    await store_rechecks.add_settled(row)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.RECTIFICATION_ACCEPTED, f"visit:{visit.id}", outcome=str(outcome_id), reason=reason
        )
    )
    return row
