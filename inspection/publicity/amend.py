"""Changing a published result openly: the published bytes stay, a corrected outcome leads to a further version."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store_documents
from inspection.publicity.store import stream_of
from inspection.publicity.store_documents import DocumentRow
from inspection.visits.reading import Folded
from inspection.visits.review import store as store_reviews
from inspection.visits.review.approve import Choice, corrected_outcome
from inspection.visits.review.legal import keep_outcomes
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment: of which publication, and the outcome that now stands, if it was corrected. Somebody else then
    publishes it as a further version (`correct_publication`).
    """

    publication: UUID
    number: str
    outcome: UUID | None


async def published_of(folded: Folded, number: str) -> DocumentRow:
    """What is out under a number, if it is a result of this visit.

    Raises:
        NotFound: `publicity.no_publication`.
    """
    versions = await store_documents.documents(number=number)
    joined = {one.id for one in folded.setting.joined}
    if not versions or versions[-1].visit not in joined or versions[-1].outcome is None:
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    return versions[-1]


async def amend_publication(
    cmd: Command, *, folded: Folded, out: DocumentRow, reason: str, decision: str, choice: Choice | None
) -> Amended:
    """Record that what is `out` is amended, and form the corrected outcome that `choice` names, if any.

    `decision` is the entry that says so. Call it in the unit that stores the entry.

    Raises:
        Conflict: `publicity.choice_of_other_task`: the corrected outcome is of another task than what is out.
        Invalid: what is wrong with the choice.
    """
    return await in_unit(_amend, cmd, folded, out, reason, decision, choice)


async def _amend(
    cmd: Command, folded: Folded, out: DocumentRow, reason: str, decision: str, choice: Choice | None
) -> Amended:
    outcome = await _correct(cmd, folded, out, choice) if choice is not None else None
    await append(
        cmd.event(
            EventKind.PUBLICATION_AMENDED,
            stream_of(out.visit, out.penalty),
            publication=str(out.publication),
            number=out.number,
            version=out.version,
            sha256=out.digest,
            decision=decision,
            reason=reason,
            outcome=str(outcome) if outcome else None,
        )
    )
    return Amended(out.publication, out.number, outcome)


async def _correct(cmd: Command, folded: Folded, out: DocumentRow, choice: Choice) -> UUID:
    if out.outcome is None or out.visit is None:
        raise LookupError(out.number)
    newest = await store_documents.newest_outcome(out.outcome)
    (old,) = [one for one in await store_reviews.outcomes(out.visit) if one.id == newest]
    if old.task != choice.task:
        raise Conflict(ProblemCode.CONFLICT, "publicity.choice_of_other_task", number=out.number)
    row = corrected_outcome(cmd, folded.setting.visit, folded, old, choice)
    await keep_outcomes(cmd, folded.setting.visit, [row])
    return row.id
