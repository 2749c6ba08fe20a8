"""The leaders' decisions as they stand: which are in force, which were replaced or re-opened."""

from collections.abc import Iterable

from inspection.visits.record.intake import Intake, Said
from inspection.visits.record.model import Decision, ItemClass, ItemRecord
from inspection.visits.record.papers import Papers
from inspection.visits.record.rulings import RulingState
from inspection.visits.record.standing import Standing
from inspection.visits.record.supersession import Supersession
from mobile_contract.decisions import (
    DECISION_OF,
    Admission,
    Amend,
    DecisionType,
    EraseBody,
    LogGap,
    Resolve,
    VisitLink,
)

_DECIDED = (ItemClass.RESOLVED, ItemClass.REINSPECT)


def decisions_of(
    intake: Intake,
    standing: Standing,
    admissions: Supersession,
    items: Iterable[ItemRecord],
    papers: Papers,
) -> tuple[Decision, ...]:
    """Every decision of a leader or the office. `admissions`: who replaced whom among admit and exclude."""
    in_force = {hash_ for item in items if item.cls in _DECIDED for hash_ in item.rulings}
    if papers.ruling.state is RulingState.DECIDED:
        in_force |= set(papers.ruling.by)
    found = []
    for said in intake.said.values():
        if said.kind == DecisionType.RESOLVE:
            found.append(_resolve(said, said.hash in in_force))
        elif said.kind in (DecisionType.ADMIT, DecisionType.EXCLUDE):
            found.append(_admission(said, standing.counts(said.hash) and not admissions.replaced(said.hash)))
        elif said.kind in DECISION_OF:
            found.append(_other(said, standing.counts(said.hash)))
    return tuple(found)


def _resolve(said: Said, effective: bool) -> Decision:
    body = said.read_as(Resolve)
    ruling = body.value or body.choose or body.how
    return Decision(said.hash, said.ins, said.kind, body.item, ruling, body.reason, said.header.over, effective)


def _admission(said: Said, effective: bool) -> Decision:
    body = said.read_as(Admission)
    return Decision(said.hash, said.ins, said.kind, None, None, body.reason, body.targets, effective)


def _other(said: Said, effective: bool) -> Decision:
    topic, reason, targets = _about(said)
    return Decision(said.hash, said.ins, said.kind, topic, None, reason, targets, effective)


def _about(said: Said) -> tuple[str | None, str, tuple[str, ...]]:
    """What a decision is about, why it was made, which entries it names."""
    match said.body:
        case LogGap() as gap:
            return f"{gap.dev}/{gap.ep}/{gap.first}-{gap.last}", gap.reason, ()
        case VisitLink() as link:
            return f"{link.a} {link.b}", link.reason or "", ()
        case Amend() as amended:
            return amended.publication, amended.reason, ()
        case EraseBody() as erasure:
            return None, erasure.ground, erasure.targets
        case _:
            return None, "", ()
