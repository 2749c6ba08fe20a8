"""The views of the papers of an objection, from what is kept of it: the same objection gives the same papers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from inspection.documents.known import known
from inspection.documents.views import ObjectionDecisionView, ObjectionReceiptView
from inspection.documents.words import Words
from inspection.kernel.errors import Conflict
from inspection.publicity.objections import store
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.receive import LETTERS
from inspection.publicity.objections.rows import DECIDED, Against, ObjectionRow, ObjectionState
from inspection.publicity.wording import result_text
from inspection.visits.review import store as reviews
from inspection.visits.rows import OutcomeRow
from mobile_contract.problems import ProblemCode

DECISION_LETTERS = "异决"


async def receipt_view(objection_id: UUID, *, lang: str) -> ObjectionReceiptView:
    """异议受理回执: as of the moment it was received, with the last day of its review as it is counted now.

    Raises:
        NotFound: `publicity.no_objection`; or as `known`.
    """
    row = await known_objection(objection_id)
    told = await known(row.visit)
    return ObjectionReceiptView(
        authority=told.authority.name,
        number=row.number,
        party=told.party(),
        about=await _about(row, lang),
        received=row.received_at,
        grounds=row.grounds,
        attachments=tuple(one.name for one in row.files),
        due=row.due_on,
        provisional=row.due_provisional,
        contact=told.contact(),
        at=row.received_at,
    )


async def decision_view(objection_id: UUID, *, lang: str) -> ObjectionDecisionView:
    """异议复核决定书, once it is decided; under the serial of the receipt.

    Raises:
        NotFound: `publicity.no_objection`; or as `known`.
        Conflict: `documents.no_decision`: it is not decided.
    """
    row = await known_objection(objection_id)
    if row.state not in DECIDED or row.decided_at is None:
        raise Conflict(ProblemCode.OBJECTION_WRONG_STEP, "documents.no_decision", number=row.number)
    told = await known(row.visit)
    return ObjectionDecisionView(
        authority=told.authority.name,
        number=decision_number(row.number),
        party=told.party(),
        about=await _about(row, lang),
        received=row.received_at,
        upheld=row.state is ObjectionState.UPHELD,
        facts=row.facts or "",
        reasons=row.reasons or "",
        corrected=await _corrected(row, lang),
        reviewer=row.reviewer_name or "",
        at=row.decided_at,
    )


def decision_number(receipt: str) -> str:
    """The number of the decision on the objection whose receipt bears this number."""
    head, _, tail = receipt.rpartition(LETTERS)
    return f"{head}{DECISION_LETTERS}{tail}"


async def _about(row: ObjectionRow, lang: str) -> str:
    """The result objected to, as it stood when the objection came in; or what was done on the visit."""
    words = Words("documents.objection_receipt.", lang)
    found = await _against(row)
    if found is None:
        names = dict.fromkeys(task.name for task in (await known(row.visit)).tasks)
        return words("about_visit", task=words.shared("between").join(names))
    against, chain = found
    return words("about_result", item=against.item_name, result=result_text(_at(chain, row.received_at).codes, lang))


async def _corrected(row: ObjectionRow, lang: str) -> tuple[str, ...]:
    found = await _against(row)
    if found is None or row.corrected_by is None:
        return ()
    against, chain = found
    (new,) = [one for one in chain if one.id == row.corrected_by]
    words = Words("documents.objection_receipt.", lang)
    return (words("about_result", item=against.item_name, result=result_text(new.codes, lang)),)


async def _against(row: ObjectionRow) -> tuple[Against, list[OutcomeRow]] | None:
    """What it is against, with its outcomes: the first, and each that took the place of the one before."""
    if row.publication is None:
        return None
    against = (await store.against([row.publication]))[row.publication]
    formed = await reviews.outcomes(against.visit)
    next_ = {one.replaces: one for one in formed if one.replaces is not None}
    chain = [one for one in formed if one.id == against.outcome]
    while (after := next_.get(chain[-1].id)) is not None:
        chain.append(after)
    return against, chain


def _at(chain: Sequence[OutcomeRow], at: datetime) -> OutcomeRow:
    """The one that stood at an instant."""
    return [one for one in chain if one.formed_at <= at or one is chain[0]][-1]
