"""Attestations: which entries an inspector vouches for, and whether enough inspectors vouch for all that counts.

The set of an attestation is every entry of this visit that stands in one of the attested logs at or before the named
head. A digest that matches proves the set, whichever way the candidates were found: so what arrives later from a forked
log or a revoked device cannot spoil an attestation that was once good.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inspection.visits.record.intake import Intake, LogPlace, Said
from inspection.visits.record.model import Attestation, AttestationState
from inspection.visits.record.standing import Standing, Stretch
from inspection.visits.record.supersession import Supersession
from mobile_contract.entries import Attest, EntryType, LogEnd
from mobile_contract.envelope import EntryHeader, entry_set_digest

Log = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Proven:
    """An attestation and the entries it names; `covered` is None while they cannot be rebuilt from what is here."""

    said: Said
    body: Attest
    covered: frozenset[str] | None

    @property
    def set(self) -> str:
        return self.body.set


@dataclass(frozen=True, slots=True)
class Vouching:
    """All attestations and what they prove. Who attests an empty set vouches for nothing and is no inspector here.

    `vouched_by`: entry hash → (inspector, attestation) of the valid attestations that cover it. `lacking`: what
    attestations name and is not here.
    """

    attestations: tuple[Attestation, ...]
    vouched_by: Mapping[str, frozenset[tuple[str, str]]]
    inspectors: frozenset[str]
    submitted: frozenset[str]
    lacking: tuple[Stretch, ...]

    def vouchers(self, hash_: str) -> frozenset[str]:
        """The inspectors who vouch for an entry."""
        return frozenset(inspector for inspector, _ in self.vouched_by.get(hash_, ()))


def proofs(intake: Intake, logs: Mapping[Log, list[LogPlace]], standing: Standing) -> tuple[Proven, ...]:
    """Every attestation with the set that it names, if that can be rebuilt."""
    return tuple(
        Proven(said, body, proven_set(body.set, body.heads, body.count, logs, standing))
        for said in intake.said.values()
        if said.kind in (EntryType.ATTEST, EntryType.SUBMIT)
        for body in (said.read_as(Attest),)
    )


def vouch(
    proven: Iterable[Proven],
    logs: Mapping[Log, list[LogPlace]],
    standing: Standing,
    order: Supersession,
    losses: Mapping[str, Stretch],
) -> Vouching:
    """Weigh every attestation. `losses`: stretches that a leader certified lost; for them the author's word is enough,
    for all that is here the chain to the head that he named.
    """
    held = [(one, *_covers(one, logs, losses)) for one in proven]
    attestations = tuple(_attestation(one, covered, by, logs, standing, order) for one, covered, by in held)
    vouched: dict[str, set[tuple[str, str]]] = defaultdict(set)
    lacking: set[Stretch] = set()
    for (one, covered, _), attestation in zip(held, attestations, strict=True):
        if attestation.state in _VALID:
            for hash_ in covered or ():
                vouched[hash_].add((one.said.ins, one.said.hash))
        if attestation.state in (AttestationState.PENDING, AttestationState.CERTIFIED):
            lacking.update(_lacking(one.body, logs))
    valid = [one for one in attestations if one.state in _VALID and one.count]
    return Vouching(
        attestations,
        {hash_: frozenset(by) for hash_, by in vouched.items()},
        frozenset(one.inspector for one in valid),
        frozenset(one.inspector for one in valid if one.submits),
        tuple(sorted(lacking, key=lambda one: (one.dev, one.ep, one.first, one.last))),
    )


_VALID = frozenset({AttestationState.VERIFIED, AttestationState.CERTIFIED})


def _attestation(
    one: Proven,
    covered: frozenset[str] | None,
    by: tuple[str, ...],
    logs: Mapping[Log, list[LogPlace]],
    standing: Standing,
    order: Supersession,
) -> Attestation:
    said = one.said
    return Attestation(
        hash=said.hash,
        inspector=said.ins,
        submits=said.kind == EntryType.SUBMIT,
        set=one.body.set,
        count=one.body.count,
        state=_state(one, covered, logs, standing, order),
        by=order.by.get(said.hash, standing.excluded_by.get(said.hash, by)),
    )


def _state(
    one: Proven,
    covered: frozenset[str] | None,
    logs: Mapping[Log, list[LogPlace]],
    standing: Standing,
    order: Supersession,
) -> AttestationState:
    if not standing.counts(one.said.hash):
        return AttestationState.NOT_COUNTED
    if order.replaced(one.said.hash):
        return AttestationState.WITHDRAWN
    if one.covered is not None:
        return AttestationState.VERIFIED
    if covered is not None:
        return AttestationState.CERTIFIED
    here = sum(len(_up_to(head, logs)) for head in _distinct(one.body.heads))
    return AttestationState.PENDING if here < one.body.count else AttestationState.MISMATCH


def _covers(
    one: Proven, logs: Mapping[Log, list[LogPlace]], losses: Mapping[str, Stretch]
) -> tuple[frozenset[str] | None, tuple[str, ...]]:
    """What an attestation covers, and the certificates of loss that this rests on."""
    if one.covered is not None:
        return one.covered, ()
    covered: set[str] = set()
    by: set[str] = set()
    lost = 0
    for head in _distinct(one.body.heads):
        about = {h: loss for h, loss in losses.items() if _concerns(loss, head)}
        here = _up_to(head, logs)
        if any(place.hash == head.hash for place in here):
            covered |= {place.hash for place in branch(head, logs)}
        elif any(head.seq <= loss.last for loss in about.values()):
            covered |= {place.hash for place in here}
        else:
            return None, ()
        by |= set(about)
        lost += len({n for loss in about.values() for n in range(loss.first, min(loss.last, head.seq, MAX_LOSS) + 1)})
    enough = by and len(covered) < one.body.count <= len(covered) + lost
    return (frozenset(covered), tuple(sorted(by))) if enough else (None, ())


MAX_LOSS = 1_000_000
"""Numbers beyond this are no loss that a person could have certified; counting them must stay cheap."""


def _concerns(loss: Stretch, head: LogEnd) -> bool:
    return (loss.dev, loss.ep) == (str(head.dev), head.ep) and loss.first <= head.seq


def _lacking(body: Attest, logs: Mapping[Log, list[LogPlace]]) -> Iterator[Stretch]:
    for head in _distinct(body.heads):
        here = _up_to(head, logs)
        newest = here[-1].seq if here else 0
        if newest < head.seq:
            yield Stretch(str(head.dev), head.ep, newest + 1, head.seq)


def proven_set(
    named: str,
    heads: Iterable[LogEnd],
    count: int | None,
    logs: Mapping[Log, list[LogPlace]],
    standing: Standing,
) -> frozenset[str] | None:
    """The entries of the digest `named`, if some reading of the named heads has it."""
    wanted = _distinct(heads)
    everything = [place for head in wanted for place in _up_to(head, logs)]
    readings = (
        everything,
        [place for place in everything if place.hash not in standing.reasons],
        [place for head in wanted for place in branch(head, logs)],
        # Visits that became one: who attested before that named what stood under one of their ids.
        *([place for place in everything if place.visit == visit] for visit in sorted({p.visit for p in everything})),
    )
    for hashes in dict.fromkeys(frozenset(place.hash for place in reading) for reading in readings):
        if count in (None, len(hashes)) and entry_set_digest(hashes) == named:
            return hashes
    return None


def predecessors(header: EntryHeader, logs: Mapping[Log, list[LogPlace]]) -> list[LogPlace]:
    """What stands before an entry in its own log."""
    if header.seq == 1:
        return []
    return branch(LogEnd(dev=header.dev, ep=header.ep, seq=header.seq - 1, hash=header.prev), logs)


def _distinct(heads: Iterable[LogEnd]) -> list[LogEnd]:
    return sorted({(str(head.dev), head.ep): head for head in heads}.values(), key=lambda h: (str(h.dev), h.ep))


def logs_of(places: Iterable[LogPlace]) -> dict[Log, list[LogPlace]]:
    """The visit's part of every device log, in the order of its numbers."""
    logs: dict[Log, list[LogPlace]] = defaultdict(list)
    for place in places:
        logs[place.dev, place.ep].append(place)
    for log in logs.values():
        log.sort(key=lambda place: (place.seq, place.hash))
    return logs


def _up_to(head: LogEnd, logs: Mapping[Log, list[LogPlace]]) -> list[LogPlace]:
    return [place for place in logs.get((str(head.dev), head.ep), ()) if place.seq <= head.seq]


def branch(head: LogEnd, logs: Mapping[Log, list[LogPlace]]) -> list[LogPlace]:
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
