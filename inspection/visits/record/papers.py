"""Signatures and refusals: the record is signed for the object, or the record says why not and who witnessed it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from inspection.visits.record.answers import PointKey, point_of_item, state_of
from inspection.visits.record.attest import Vouching
from inspection.visits.record.evidence import added_files, is_recording
from inspection.visits.record.intake import Intake, Said
from inspection.visits.record.model import (
    Conflict,
    ItemClass,
    Noted,
    RefusalRecord,
    RefusalState,
    SignatureRecord,
    StatementState,
)
from inspection.visits.record.rulings import SIGNATURE_TOPIC, Resolves, Ruling, RulingState, Topic, rule_on
from inspection.visits.record.scheme import Scheme
from inspection.visits.record.standing import Authority, Standing
from inspection.visits.record.supersession import Supersession
from mobile_contract.decisions import Resolve
from mobile_contract.entries import EntryType, Refusal, RefusedThing, SignatureBody, SignerRole, Witness

SIGNED, REFUSED = "signed", "refused"
UNWITNESSED = "no-witness-no-recording"


@dataclass(frozen=True, slots=True)
class Papers:
    """`refused_points`: point → the standing refusals that cover it.

    `signature_due`: nobody signed and no refusal stands.
    """

    signatures: tuple[SignatureRecord, ...]
    refusals: tuple[RefusalRecord, ...]
    refused_points: Mapping[PointKey, tuple[str, ...]]
    conflict: Conflict | None
    ruling: Ruling
    signature_due: bool


def signatures_of(
    intake: Intake, standing: Standing, order: Supersession, proven: frozenset[str]
) -> tuple[SignatureRecord, ...]:
    found, kept = [], added_files(intake, standing)
    for said in _of_type(intake, EntryType.SIGNATURE):
        body = said.read_as(SignatureBody)
        state, by, reasons = state_of(said, standing, order)
        found.append(
            SignatureRecord(
                hash=said.hash,
                inspector=said.ins,
                role=body.role.value,
                name=body.name,
                position=body.position,
                method=body.method,
                image=body.image,
                doc=body.doc,
                set=body.set,
                set_known=said.hash in proven,
                doc_kept=body.doc in kept,
                state=state,
                by=by,
                reasons=reasons,
            )
        )
    return tuple(found)


def refusals_of(
    intake: Intake,
    standing: Standing,
    order: Supersession,
    vouching: Vouching,
    concurs: Mapping[str, tuple[Said, ...]],
    authority: Authority,
) -> tuple[RefusalRecord, ...]:
    """Every refusal and whether it stands.

    A refusal needs its reason, a witness, a recording or the second inspector's concurrence (a witness or a recording
    in any case when the rule-set demands one), and as many vouching inspectors as the rule-set says (威海 第二十四条;
    sync.md §2.4; media.md §4). A second inspector concurs and vouches by `concur`, or by an entry of his own that
    states the same refusal. Whether the party refused to sign, was unable to or was not there makes no difference.
    """
    said, files = _of_type(intake, EntryType.REFUSAL), added_files(intake, standing)
    states = {one.hash: state_of(one, standing, order) for one in said}
    alike: dict[tuple[str, str | None], list[Said]] = defaultdict(list)
    for one in said:
        if states[one.hash][0] is StatementState.CURRENT:
            alike[_refused_thing(one)].append(one)
    found = []
    for one in said:
        peers = [peer for peer in alike[_refused_thing(one)] if peer.ins != one.ins]
        explicit = {concur.ins for concur in concurs.get(one.hash, ())}
        vouchers = explicit.union(*(vouching.vouchers(peer.hash) for peer in (one, *peers)))
        concurring = explicit | {peer.ins for peer in peers}
        found.append(_refusal(one, states[one.hash], concurring, vouchers, authority, files))
    return tuple(found)


def _refused_thing(said: Said) -> tuple[str, str | None]:
    body = said.read_as(Refusal)
    return body.what.value, body.item


def _refusal(
    said: Said,
    told: tuple[StatementState, tuple[str, ...], tuple[str, ...]],
    concurring: set[str],
    vouchers: set[str],
    authority: Authority,
    files: Mapping[str, frozenset[str]],
) -> RefusalRecord:
    body = said.read_as(Refusal)
    state, by, reasons = told
    recordings = tuple(digest for digest in body.media if any(map(is_recording, files.get(digest, ()))))
    seen = _is_witnessed(said, body.witness, bool(concurring), bool(recordings), authority)
    return RefusalRecord(
        hash=said.hash,
        inspector=said.ins,
        what=body.what.value,
        outcome=body.outcome.value,
        item=body.item,
        reason_code=body.reason_code,
        text=body.text,
        refused_by=body.by.name,
        refused_by_role=body.by.role,
        witness=_witness(body.witness),
        concurring=tuple(sorted(concurring)),
        vouched_by=tuple(sorted(vouchers)),
        media=body.media,
        recordings=recordings,
        standing=_standing(state, seen, len(vouchers), authority),
        state=state,
        by=by,
        reasons=reasons,
    )


def unwitnessed(refusals: tuple[RefusalRecord, ...]) -> tuple[Noted, ...]:
    """Refusals to sign that stand on the inspectors' word alone: lawful, but a leader should know (media.md §4)."""
    return tuple(
        Noted(one.hash, UNWITNESSED)
        for one in refusals
        if one.what == RefusedThing.SIGNATURE and one.standing is RefusalState.STANDS
        if one.witness is None and not one.recordings
    )


def weigh_papers(
    signatures: tuple[SignatureRecord, ...],
    refusals: tuple[RefusalRecord, ...],
    intake: Intake,
    scheme: Scheme,
    resolves: Resolves,
) -> Papers:
    """Is the duty to have the record signed met, and do a signature and a refusal to sign contradict each other?"""
    standing = [one for one in refusals if one.standing is RefusalState.STANDS]
    signed = {one.hash: SIGNED for one in signatures if _signs_for_object(one)}
    refused = {one.hash: REFUSED for one in refusals if _refuses_signature(one)}
    topic = Topic(signed | refused, frozenset(), signed | refused, frozenset({SIGNED, REFUSED}).__contains__)
    mine = (said for said in resolves.every.values() if said.read_as(Resolve).item == SIGNATURE_TOPIC)
    ruling = rule_on(topic, resolves.about(mine))
    kind = _conflict_kind(bool(signed and refused), ruling)
    heads = tuple(sorted({*topic.heads, *ruling.by}))
    stands = any(one.what in (RefusedThing.SIGNATURE, RefusedThing.ACCESS) for one in standing)
    signature_stands = bool(signed) and not (ruling.state is RulingState.DECIDED and ruling.value == REFUSED)
    return Papers(
        signatures,
        refusals,
        _refused_points(standing, intake, scheme),
        Conflict(SIGNATURE_TOPIC, (), kind, heads) if kind is not None else None,
        ruling,
        signature_due=not (signature_stands or stands),
    )


def _of_type(intake: Intake, kind: EntryType) -> list[Said]:
    return [said for said in intake.said.values() if said.kind == kind]


def _witness(witness: Witness | None) -> str | None:
    if witness is None:
        return None
    return str(witness.inspector) if witness.inspector is not None else witness.name


def _standing(state: StatementState, seen: bool, vouchers: int, authority: Authority) -> RefusalState:
    if state is not StatementState.CURRENT:
        return RefusalState.NOT_COUNTED
    if not seen:
        return RefusalState.AWAITING_WITNESS
    return RefusalState.STANDS if vouchers >= authority.refusal_vouchers else RefusalState.AWAITING_ATTESTATION


def _is_witnessed(said: Said, witness: Witness | None, concurring: bool, recorded: bool, authority: Authority) -> bool:
    if authority.witness == "never":
        return True
    # The author cannot be his own witness.
    named = witness is not None and (witness.inspector is None or str(witness.inspector) != said.ins)
    return named or recorded or (authority.witness == "when_necessary" and concurring)


def _signs_for_object(one: SignatureRecord) -> bool:
    return one.role == SignerRole.REPRESENTATIVE and one.state is StatementState.CURRENT


def _refuses_signature(one: RefusalRecord) -> bool:
    return one.what == RefusedThing.SIGNATURE and one.state is StatementState.CURRENT


def _conflict_kind(contradict: bool, ruling: Ruling) -> ItemClass | None:
    if ruling.state is RulingState.CONTRADICTORY:
        return ItemClass.RESOLUTION_CONFLICT
    if ruling.state is RulingState.DECIDED:
        return ItemClass.REINSPECT if ruling.how == "re-inspect" else None
    return ItemClass.CONFLICT if contradict else None


def _refused_points(standing: list[RefusalRecord], intake: Intake, scheme: Scheme) -> dict[PointKey, tuple[str, ...]]:
    points: dict[PointKey, set[str]] = defaultdict(set)
    for one in standing:
        if one.what == RefusedThing.ACCESS and one.item is None:
            for point in scheme.points:
                points[point.key].add(one.hash)
        elif one.what != RefusedThing.SIGNATURE:
            named = point_of_item(scheme, intake.said[one.hash], one.item)
            if named is not None:
                points[named.key].add(one.hash)
    return {key: tuple(sorted(hashes)) for key, hashes in points.items()}
