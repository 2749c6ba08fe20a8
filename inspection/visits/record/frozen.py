"""What the inspected party had signed stays as it was signed (sync.md §2.10, §2.11).

A signature of the party, or its refusal to sign, covers the statements that were shown to it. Whoever corrects one of
them afterwards changes nothing, unless the leader has sent back that very check point or the party has signed, or
refused to sign, the correction as well. A leader may admit a correction like anything else that does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspection.visits.record.answers import PointKey, point_of_item
from inspection.visits.record.attest import Log, Proven, predecessors, proven_set
from inspection.visits.record.intake import Bare, Intake, LogPlace, Said
from inspection.visits.record.scheme import Scheme
from inspection.visits.record.standing import ReturnedField, Standing
from mobile_contract.entries import (
    AnswerSet,
    AnswerWithdraw,
    EntryType,
    Refusal,
    RefusedThing,
    SignatureBody,
    SignerRole,
)
from mobile_contract.envelope import entry_set_digest

SIGNED_PART = "signed-part"
_STATED = frozenset({EntryType.ANSWER_SET, EntryType.ANSWER_WITHDRAW, EntryType.REFUSAL})


@dataclass(frozen=True, slots=True)
class Shown:
    """The entries that were shown with a signature or a refusal. `proven`: the digest it names is theirs."""

    entries: frozenset[str]
    proven: bool


def shown_with(
    intake: Intake, proven: Iterable[Proven], logs: Mapping[Log, list[LogPlace]], standing: Standing
) -> dict[str, Shown]:
    """By hash of each signature and each refusal to sign, what was shown with it.

    The entries whose digest it names, where they can be found: by an attestation of the same set, by the heads that it
    names itself, or in its own log. Otherwise all that stands before it there: that was there, whatever was shown.
    """
    sets = {one.set: one.covered for one in proven if one.covered is not None}
    papers = [said for said in intake.said.values() if isinstance(said.body, SignatureBody) or _is_paper(said)]
    return {said.hash: _shown(said, sets, logs, standing) for said in papers}


def signed_parts(intake: Intake, shown: Mapping[str, Shown], standing: Standing) -> frozenset[str]:
    """Every entry that a counted paper of the party covers. A paper that was replaced later covers what it did."""
    papers = (hash_ for hash_ in shown if standing.counts(hash_) and _is_paper(intake.said[hash_]))
    return frozenset(entry for hash_ in papers for entry in shown[hash_].entries)


def _shown(
    said: Said, sets: Mapping[str, frozenset[str]], logs: Mapping[Log, list[LogPlace]], standing: Standing
) -> Shown:
    before = frozenset(place.hash for place in predecessors(said.header, logs))
    body = said.body
    if not isinstance(body, SignatureBody | Refusal) or body.set is None:
        return Shown(before, proven=False)
    found = sets.get(body.set) or proven_set(body.set, body.heads, None, logs, standing)
    if found is not None:
        return Shown(found, proven=True)
    return Shown(before, proven=entry_set_digest(before) == body.set)


def frozen_corrections(
    intake: Intake, signed: frozenset[str], returned: Iterable[ReturnedField], scheme: Scheme, standing: Standing
) -> frozenset[str]:
    """The counted corrections that take no effect, and the corrections of those."""
    naming: dict[str, list[Bare]] = defaultdict(list)
    for one in intake.replacing.values():
        if one.kind in _STATED and one.hash not in signed and _is_open(one, standing):
            for named in one.header.over:
                naming[named].append(one)
    released = _released(returned, scheme)
    known = intake.replacing
    waiting = [known[hash_] for hash_ in sorted(signed) if hash_ in known and _is_field(known[hash_])]
    frozen: set[str] = set()
    while waiting:
        target = waiting.pop()
        for one in naming.get(target.hash, ()):
            point = _point_of(one, scheme) or _point_of(target, scheme)
            free = one.ins != target.ins or any(target.hash in seen for seen in released.get(point, ()))
            if one.hash not in frozen and not free:
                frozen.add(one.hash)
                waiting.append(one)
    return frozenset(frozen)


def _is_paper(said: Said) -> bool:
    if isinstance(said.body, SignatureBody):
        return said.body.role is SignerRole.REPRESENTATIVE
    return isinstance(said.body, Refusal) and said.body.what is RefusedThing.SIGNATURE


def _is_field(one: Bare) -> bool:
    return one.kind in _STATED and not (isinstance(one, Said) and _is_paper(one))


def _is_open(one: Bare, standing: Standing) -> bool:
    return _is_field(one) and standing.counts(one.hash) and one.hash not in standing.admitted_by


def _released(returned: Iterable[ReturnedField], scheme: Scheme) -> dict[PointKey | None, list[frozenset[str]]]:
    found: dict[PointKey | None, list[frozenset[str]]] = defaultdict(list)
    for one in returned:
        point = scheme.by_place.get((one.checklist, one.item))
        if point is not None:
            found[point.key].append(one.seen)
    return found


def _point_of(one: Bare, scheme: Scheme) -> PointKey | None:
    if not isinstance(one, Said) or not isinstance(one.body, AnswerSet | AnswerWithdraw | Refusal):
        return None
    point = point_of_item(scheme, one, one.body.item)
    return point.key if point is not None else None
