"""Small rules of what follows a result: what is still open, what a re-check says, what may be referred. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inspection.policy.terms import ReferralKind
from inspection.visits.follow_up.rows import (
    FollowUpFile,
    MatterKind,
    OpenMatter,
    RecheckResult,
    ReferralRow,
    ReferralState,
)
from inspection.visits.review.codes import FAULTS, CodeClass, of_class
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.rows import OutcomeRow

REFERABLE: Final = of_class(CodeClass.PROBLEM, CodeClass.NOT_COOPERATING)
"""Results that somebody else may have to decide on."""
_GOOD: Final = of_class(CodeClass.NO_PROBLEM)
_GONE: Final = of_class(CodeClass.NOT_INSPECTABLE)
_REFERRED_BY: Final[Mapping[FollowUp, frozenset[ReferralKind]]] = MappingProxyType(
    {
        FollowUp.CASE_REFERRED: frozenset(ReferralKind),
        FollowUp.OTHER_DEPARTMENT: frozenset({ReferralKind.OTHER_AGENCY, ReferralKind.OTHER_REGION}),
    }
)
"""By which referral a measure is carried out: a case may belong to anybody, a notice is never for this authority."""


def may_be_referred(outcome: OutcomeRow) -> bool:
    """Whether there is something to refer: a problem, or that the party did not cooperate."""
    return not REFERABLE.isdisjoint(outcome.codes)


def may_be_rechecked(outcome: OutcomeRow, *, failed: bool = False) -> bool:
    """Whether there is something to look at again: a day or an order to put it right, a fault, or a failed re-check."""
    ordered = outcome.rectify_by is not None or FollowUp.ORDERED_TO_CORRECT in outcome.follow_up
    return failed or ordered or not FAULTS.isdisjoint(outcome.codes)


def leaves(outcome: OutcomeRow, *, failed: bool = False) -> tuple[bool, bool]:
    """Whether an outcome leaves something to be referred, and something to be put right that is followed here.

    An order without a day is followed by daily supervision, as its measure says; `failed`: by it a re-check failed.
    """
    refer = may_be_referred(outcome) and any(step in outcome.follow_up for step in _REFERRED_BY)
    return refer, outcome.rectify_by is not None or failed


def result_of(outcome: OutcomeRow) -> RecheckResult:
    """What the outcome of a re-check says of what was to be put right.

    What was found again and corrected on the spot is verified; what is left for another day is not.
    """
    codes = {OutcomeCode(code) for code in outcome.codes}
    if codes <= _GONE:
        return RecheckResult.LAPSED
    left = outcome.rectify_by is not None or FollowUp.ORDERED_TO_CORRECT in outcome.follow_up
    if codes <= _GOOD | _GONE | {OutcomeCode.RECTIFIED} and not left:
        return RecheckResult.VERIFIED
    return RecheckResult.FAILED


def chain_of(outcome: UUID, outcomes: Iterable[OutcomeRow]) -> frozenset[UUID]:
    """The outcome with all that it took the place of."""
    before = {one.id: one.replaces for one in outcomes}
    chain, at = {outcome}, before.get(outcome)
    while at is not None and at not in chain:
        chain.add(at)
        at = before.get(at)
    return frozenset(chain)


def open_matters_of(file: FollowUpFile, receipts: Mapping[UUID, date] = MappingProxyType({})) -> tuple[OpenMatter, ...]:
    """What is not settled of these visits, the oldest first. `receipts`: by when a referral ought to be acknowledged,
    where the rule-set sets a day.

    A referral that was taken is its receiver's; what was to be put right and was not, is pending on the result of the
    re-check that said so.
    """
    found = [matter for one in file.standing for matter in _of_outcome(file, one, receipts)]
    return tuple(sorted(found, key=lambda one: (one.since, one.kind.value, one.subject)))


def _of_outcome(file: FollowUpFile, outcome: OutcomeRow, receipts: Mapping[UUID, date]) -> Iterator[OpenMatter]:
    chain = chain_of(outcome.id, file.outcomes)
    referrals = [one for one in file.referrals if one.outcome in chain]
    if _to_refer(outcome, referrals):
        yield OpenMatter(MatterKind.TO_REFER, outcome.visit, outcome.id, outcome.id, outcome.formed_at, None)
    for one in referrals:
        kind = _waiting(one, referrals)
        if kind is not None:
            due = receipts.get(one.id) if kind is MatterKind.RECEIPT else None
            yield OpenMatter(kind, one.visit, outcome.id, one.id, one.made_at, due)
    yield from _to_put_right(file, outcome, chain, referrals)


def _to_refer(outcome: OutcomeRow, referrals: Sequence[ReferralRow]) -> bool:
    """A measure says that it is referred, and nobody has done so; one that was laid down is decided as well."""
    if not may_be_referred(outcome):
        return False
    made = {one.kind for one in referrals}
    measures = (ways for step, ways in _REFERRED_BY.items() if step in outcome.follow_up)
    return any(made.isdisjoint(ways) for ways in measures)


def _waiting(one: ReferralRow, referrals: Sequence[ReferralRow]) -> MatterKind | None:
    if one.state is ReferralState.SENT:
        return MatterKind.RECEIPT
    if one.state is not ReferralState.REFUSED or one.receipt is None:
        return None
    # Sent back, and made anew since.
    again = any(other.made_at > one.receipt.at for other in referrals)
    return None if again else MatterKind.SENT_BACK


def _to_put_right(
    file: FollowUpFile, outcome: OutcomeRow, chain: frozenset[UUID], referrals: Sequence[ReferralRow]
) -> Iterator[OpenMatter]:
    running = [one for one in file.rechecks if one.outcome in chain and one.running]
    for one in running:
        yield OpenMatter(MatterKind.RECHECK, one.visit, outcome.id, one.id, one.ordered_at, one.due_on)
    failed = outcome.id in file.failed
    if running or not leaves(outcome, failed=failed)[1]:
        return
    if any(one.outcome in chain for one in file.settled):
        return
    # What a re-check has found unmended may be left to whoever took the case.
    if failed and any(one.state in {ReferralState.ACCEPTED, ReferralState.CLOSED} for one in referrals):
        return
    formed = outcome.formed_at
    yield OpenMatter(MatterKind.PUT_RIGHT, outcome.visit, outcome.id, outcome.id, formed, outcome.rectify_by)
