"""Who vouches for what, and how far the inspectors are (sync.md §2.11, quorum)."""

from collections.abc import Iterable

from inspection.visits.record.attest import Vouching
from inspection.visits.record.evidence import VOUCHED_EVIDENCE
from inspection.visits.record.intake import Intake
from inspection.visits.record.model import (
    ItemRecord,
    Quorum,
    RecordStatus,
    StatementState,
)
from inspection.visits.record.papers import Papers
from inspection.visits.record.standing import Standing
from mobile_contract.entries import SignerRole

_SURVIVING = (StatementState.CURRENT, StatementState.RESOLVED_AGAINST)


def quorum_of(
    intake: Intake,
    standing: Standing,
    items: Iterable[ItemRecord],
    papers: Papers,
    vouching: Vouching,
    needed: int,
) -> Quorum:
    """Do enough distinct inspectors together vouch for every counted statement, and is it signed or refused?"""
    duties = _duties(intake, standing, items, papers)
    uncovered = tuple(sorted(hash_ for hash_ in duties if not vouching.vouchers(hash_)))
    enough = len(vouching.inspectors) >= needed
    return Quorum(
        needed=needed,
        inspectors=tuple(sorted(vouching.inspectors)),
        uncovered=uncovered,
        signature_due=papers.signature_due,
        met=enough and not uncovered and not papers.signature_due,
    )


def status_of(intake: Intake, quorum: Quorum, vouching: Vouching) -> RecordStatus:
    if not intake.places:
        return RecordStatus.OPEN
    if quorum.met:
        return RecordStatus.ATTESTED
    if vouching.submitted and len(vouching.inspectors) < quorum.needed:
        return RecordStatus.AWAITING_SECOND
    return RecordStatus.IN_PROGRESS


def _duties(intake: Intake, standing: Standing, items: Iterable[ItemRecord], papers: Papers) -> set[str]:
    answers = {one.hash for item in items for one in item.statements if one.state in _SURVIVING}
    # An inspector's own signature is his word already; somebody else's needs an inspector who saw it made.
    signatures = {
        one.hash
        for one in papers.signatures
        if one.state is StatementState.CURRENT and one.role != SignerRole.INSPECTOR
    }
    refusals = {one.hash for one in papers.refusals if one.state is StatementState.CURRENT}
    evidence = {
        said.hash for said in intake.said.values() if said.kind in VOUCHED_EVIDENCE and standing.counts(said.hash)
    }
    return answers | signatures | refusals | evidence
