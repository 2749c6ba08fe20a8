"""A result to which the legal office objected is corrected before it is public, and reviewed anew."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store, store_documents
from inspection.publicity.open_publications import stream
from inspection.visits.follow_up.conclude import rest_on
from inspection.visits.reading import fold_visit
from inspection.visits.review.approve import Choice, bases_of, corrected_outcome
from inspection.visits.review.legal import (
    LegalStanding,
    keep_outcomes,
    legal_reviews_of,
    locked_outcome,
    seen_of,
    standing_outcome,
)
from inspection.visits.review.send_back import check_apart
from inspection.visits.rows import OutcomeRow
from inspection.visits.rules import may_review
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class OutcomeCorrected:
    """The result that stands now, and its digest (hex): what the legal office reviews."""

    outcome: UUID
    replaces: UUID
    seen: str


async def correct_outcome(cmd: Command, *, outcome_id: UUID, seen: str, choice: Choice) -> OutcomeCorrected:
    """Form another result in the place of one that the legal office objected to. The old one stays as it was.

    Its publication is approved anew, and where the rule-set asks for it the legal office reviews the new one.

    Raises:
        NotFound: `visits.no_outcome`.
        Refused: `visits.not_reviewer`, `visits.reviewer_inspected`.
        StaleScreen: `visits.outcome_stale`.
        Conflict: `visits.not_objected`: the legal office has not objected to it as it stands;
            `publicity.out_already_corrected`: it is public; `publicity.choice_of_other_task`.
        Invalid: a choice without a reason, or with codes that exclude each other; `visits.basis_unknown`.
    """
    return await in_unit(_correct, cmd, outcome_id, seen, choice)


async def _correct(cmd: Command, outcome_id: UUID, seen: str, choice: Choice) -> OutcomeCorrected:
    visit, old = await locked_outcome(cmd, outcome_id)
    if not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit.id))
    await standing_outcome(visit, old, seen)
    await _check_objected(visit.id, old)
    if old.task != choice.task:
        raise Conflict(ProblemCode.CONFLICT, "publicity.choice_of_other_task", number=str(old.id))
    folded = await fold_visit(visit)
    check_apart(cmd, folded)
    made = corrected_outcome(cmd, folded.setting.visit, folded, old, choice)
    await keep_outcomes(cmd, visit, [made])
    await rest_on(cmd, [one.id for one in folded.setting.joined], bases_of([made], [choice]))
    await _approve_anew(visit.id, made.id)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.OUTCOME_CORRECTED,
            stream(visit.id),
            outcome=str(made.id),
            replaces=str(old.id),
            codes=list(made.codes),
            reason=choice.reason.strip(),
        )
    )
    return OutcomeCorrected(made.id, old.id, seen_of(made))


async def _check_objected(visit_id: UUID, old: OutcomeRow) -> None:
    found = next((one for one in await legal_reviews_of(visit_id) if one.outcome.id == old.id), None)
    if found is None or found.standing is not LegalStanding.OBJECTED:
        raise Conflict(ProblemCode.CONFLICT, "visits.not_objected", outcome=str(old.id))
    for out in await store_documents.documents(visit=visit_id):
        if out.outcome == old.id:
            number = out.number
            raise Conflict(ProblemCode.PUBLICATION_EXISTS, "publicity.out_already_corrected", number=number)


async def _approve_anew(visit_id: UUID, made: UUID) -> None:
    """What was approved of this result is not what goes out; its publication stands under the first of them."""
    for row in await store.waiting(visit=visit_id):
        if row.outcome is not None and await store_documents.newest_outcome(row.outcome) == made:
            await store.approve_anew(row.id)
