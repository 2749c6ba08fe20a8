"""The leaders' decisions as they stand: which are in force, which were replaced or re-opened."""

from collections.abc import Iterable

from inspection.visits.record.intake import Intake, Said
from inspection.visits.record.model import Decision, ItemClass, ItemRecord
from inspection.visits.record.papers import Papers
from inspection.visits.record.rulings import RulingState
from inspection.visits.record.standing import Standing
from inspection.visits.record.supersession import Supersession
from mobile_contract.decisions import Admission, DecisionType, Resolve

_DECIDED = (ItemClass.RESOLVED, ItemClass.REINSPECT)


def decisions_of(
    intake: Intake,
    standing: Standing,
    admissions: Supersession,
    items: Iterable[ItemRecord],
    papers: Papers,
) -> tuple[Decision, ...]:
    """Every resolve, admit and exclude. `admissions`: who replaced whom among admit and exclude."""
    in_force = {hash_ for item in items if item.cls in _DECIDED for hash_ in item.rulings}
    if papers.ruling.state is RulingState.DECIDED:
        in_force |= set(papers.ruling.by)
    found = []
    for said in intake.said.values():
        if said.kind == DecisionType.RESOLVE:
            found.append(_resolve(said, said.hash in in_force))
        elif said.kind in (DecisionType.ADMIT, DecisionType.EXCLUDE):
            found.append(_admission(said, standing.counts(said.hash) and not admissions.replaced(said.hash)))
    return tuple(found)


def _resolve(said: Said, effective: bool) -> Decision:
    body = said.read_as(Resolve)
    ruling = body.value or body.choose or body.how
    return Decision(said.hash, said.ins, said.kind, body.item, ruling, body.reason, said.header.over, effective)


def _admission(said: Said, effective: bool) -> Decision:
    body = said.read_as(Admission)
    return Decision(said.hash, said.ins, said.kind, None, None, body.reason, body.targets, effective)
