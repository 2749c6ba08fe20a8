"""Attestations: which entries an inspector vouches for, and whether enough inspectors vouch for all that counts.

The set of an attestation is every entry of this visit that stands in one of the attested logs at or before the named
head. A digest that matches proves the set, whichever way the candidates were found: so what arrives later from a forked
log or a revoked device cannot spoil an attestation that was once good.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspection.visits.record.intake import Intake, LogPlace, Said
from inspection.visits.record.model import Attestation, AttestationState
from inspection.visits.record.standing import Standing
from inspection.visits.record.supersession import Supersession
from mobile_contract.entries import Attest, EntryType, LogEnd
from mobile_contract.envelope import entry_set_digest

Log = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Vouching:
    """All attestations and what they prove. Who attests an empty set vouches for nothing and is no inspector here.

    `vouched_by`: entry hash → inspectors whose valid attestation covers it. `sets`: every set digest that the entries
    here prove, whoever named it.
    """

    attestations: tuple[Attestation, ...]
    vouched_by: Mapping[str, frozenset[str]]
    inspectors: frozenset[str]
    submitted: frozenset[str]
    sets: frozenset[str]


def vouch(intake: Intake, standing: Standing, order: Supersession) -> Vouching:
    """Check every attestation against the entries that are here."""
    logs = _logs(intake.places)
    checked = [
        (said, _proven_set(said.read_as(Attest), logs, standing))
        for said in intake.said.values()
        if said.kind in (EntryType.ATTEST, EntryType.SUBMIT)
    ]
    attestations = tuple(_attestation(said, covered, logs, standing, order) for said, covered in checked)
    vouched: dict[str, set[str]] = defaultdict(set)
    for (said, covered), attestation in zip(checked, attestations, strict=True):
        if attestation.state is AttestationState.VERIFIED:
            for hash_ in covered or ():
                vouched[hash_].add(said.ins)
    valid = [one for one in attestations if one.state is AttestationState.VERIFIED and one.count]
    return Vouching(
        attestations,
        {hash_: frozenset(by) for hash_, by in vouched.items()},
        frozenset(one.inspector for one in valid),
        frozenset(one.inspector for one in valid if one.submits),
        frozenset(said.read_as(Attest).set for said, covered in checked if covered is not None),
    )


def _attestation(
    said: Said,
    covered: frozenset[str] | None,
    logs: Mapping[Log, list[LogPlace]],
    standing: Standing,
    order: Supersession,
) -> Attestation:
    body = said.read_as(Attest)
    return Attestation(
        hash=said.hash,
        inspector=said.ins,
        submits=said.kind == EntryType.SUBMIT,
        set=body.set,
        count=body.count,
        state=_state(said, covered, logs, standing, order),
        by=order.by.get(said.hash, standing.excluded_by.get(said.hash, ())),
    )


def _state(
    said: Said,
    covered: frozenset[str] | None,
    logs: Mapping[Log, list[LogPlace]],
    standing: Standing,
    order: Supersession,
) -> AttestationState:
    if not standing.counts(said.hash):
        return AttestationState.NOT_COUNTED
    if order.replaced(said.hash):
        return AttestationState.WITHDRAWN
    if covered is not None:
        return AttestationState.VERIFIED
    body = said.read_as(Attest)
    here = sum(len(_up_to(head, logs)) for head in _distinct(body.heads))
    return AttestationState.PENDING if here < body.count else AttestationState.MISMATCH


def _proven_set(body: Attest, logs: Mapping[Log, list[LogPlace]], standing: Standing) -> frozenset[str] | None:
    """The attested entries, if some reading of the named heads has the attested digest."""
    heads = _distinct(body.heads)
    everything = [place for head in heads for place in _up_to(head, logs)]
    readings = (
        everything,
        [place for place in everything if place.hash not in standing.reasons],
        [place for head in heads for place in _branch(head, logs)],
    )
    for reading in readings:
        hashes = frozenset(place.hash for place in reading)
        if len(hashes) == body.count and entry_set_digest(hashes) == body.set:
            return hashes
    return None


def _distinct(heads: Iterable[LogEnd]) -> list[LogEnd]:
    return sorted({(str(head.dev), head.ep): head for head in heads}.values(), key=lambda h: (str(h.dev), h.ep))


def _logs(places: Iterable[LogPlace]) -> dict[Log, list[LogPlace]]:
    logs: dict[Log, list[LogPlace]] = defaultdict(list)
    for place in places:
        logs[place.dev, place.ep].append(place)
    for log in logs.values():
        log.sort(key=lambda place: (place.seq, place.hash))
    return logs


def _up_to(head: LogEnd, logs: Mapping[Log, list[LogPlace]]) -> list[LogPlace]:
    return [place for place in logs.get((str(head.dev), head.ep), ()) if place.seq <= head.seq]


def _branch(head: LogEnd, logs: Mapping[Log, list[LogPlace]]) -> list[LogPlace]:
    """The entries of a forked log that lead to the named head; nothing where `prev` does not tell which they are."""
    by_seq: dict[int, list[LogPlace]] = defaultdict(list)
    for place in _up_to(head, logs):
        by_seq[place.seq].append(place)
    branch: list[LogPlace] = []
    wanted, expected = head.hash, head.seq
    for seq in sorted(by_seq, reverse=True):
        rivals = by_seq[seq]
        named = [place for place in rivals if seq == expected and place.hash == wanted]
        if not named and len(rivals) > 1:
            return []
        chosen = (named or rivals)[0]
        branch.append(chosen)
        wanted, expected = chosen.prev, seq - 1
    return branch
