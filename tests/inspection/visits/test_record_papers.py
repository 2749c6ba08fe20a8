"""Signatures, refusals, attestations and the quorum of two."""

from uuid import UUID

import pytest

from inspection.visits.record import Authority, ItemClass, RecordStatus
from inspection.visits.record.model import AttestationState, RefusalState
from inspection.visits.record.papers import UNWITNESSED
from tests.inspection.visits.tablet import ANNE, BO, CHEN, DOCUMENT, Tablet
from tests.inspection.visits.test_record_classes import TEAM, item, record

RECORDING = "f" * 64
NAMED = {"name": "王某", "contact": "居委会"}


def pair() -> tuple[Tablet, Tablet]:
    return Tablet(ANNE), Tablet(BO)


def refusal_state(*tablets: Tablet, authority: Authority = TEAM) -> list[RefusalState]:
    return [one.standing for one in record(*tablets, authority=authority).refusals]


def test_a_visit_is_open_before_its_first_entry_and_in_progress_after_it() -> None:
    a, b = pair()
    assert record(a, b).status is RecordStatus.OPEN
    a.answer("f1", "yes")
    assert record(a, b).status is RecordStatus.IN_PROGRESS


def test_two_inspectors_who_vouch_for_everything_and_a_signature_make_the_quorum() -> None:
    a, b = pair()
    answers = [a.answer("f1", "yes"), a.answer("f2", "yes"), b.answer("f2", "yes")]
    a.sign(*answers)
    a.submit(b)
    waiting = record(a, b)
    assert (waiting.status, waiting.quorum.inspectors) == (RecordStatus.AWAITING_SECOND, (str(ANNE),))
    b.submit(a)
    done = record(a, b)
    assert (done.status, done.quorum.met, done.quorum.uncovered) == (RecordStatus.ATTESTED, True, ())


def test_one_inspector_on_two_tablets_is_no_quorum() -> None:
    a, second = Tablet(ANNE), Tablet(ANNE, device=UUID(int=77))
    a.sign(a.answer("f1", "yes"))
    a.submit()
    second.submit(a)
    assert record(a, second).status is RecordStatus.AWAITING_SECOND


def test_a_stranger_who_attests_is_no_quorum() -> None:
    a, c = Tablet(ANNE), Tablet(CHEN)
    a.sign(a.answer("f1", "yes"))
    a.submit()
    c.submit(a)
    assert record(a, c).status is RecordStatus.AWAITING_SECOND


def test_a_statement_made_after_the_attestations_is_not_covered() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"))
    a.submit()
    b.submit(a)
    late = b.answer("f3", "no")
    folded = record(a, b)
    assert (folded.status, folded.quorum.uncovered) == (RecordStatus.IN_PROGRESS, (late.text_hash,))
    b.submit(a)
    assert record(a, b).status is RecordStatus.ATTESTED


def test_without_a_signature_or_a_standing_refusal_to_sign_nothing_is_attested() -> None:
    a, b = pair()
    a.answer("f1", "yes")
    a.submit()
    b.submit(a)
    folded = record(a, b)
    assert (folded.status, folded.quorum.signature_due) == (RecordStatus.IN_PROGRESS, True)


def test_an_inspectors_own_signature_is_not_the_objects() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"), role="inspector")
    a.submit()
    b.submit(a)
    assert record(a, b).quorum.signature_due


def test_a_withdrawn_submission_reopens() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"))
    a.submit()
    mine = b.submit(a)
    b.write("withdraw", {"reason": "漏了一项"}, over=[mine.text_hash])
    folded = record(a, b)
    assert folded.status is RecordStatus.AWAITING_SECOND
    assert {one.hash: one.state for one in folded.attestations}[mine.text_hash] is AttestationState.WITHDRAWN


def test_an_attestation_waits_for_the_entries_it_covers() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"))
    attested = b.submit(a)
    folded = record(b)
    assert [one.state for one in folded.attestations] == [AttestationState.PENDING]
    assert {one.hash: one.state for one in record(a, b).attestations} == {attested.text_hash: AttestationState.VERIFIED}


def test_an_attestation_of_something_else_is_a_mismatch() -> None:
    a, b = pair()
    a.answer("f1", "yes")
    heads = [{"dev": str(a.device), "ep": 1, "seq": 1, "hash": a.prev}]
    b.write("submit", {"set": "A" * 43, "heads": heads, "count": 1})
    assert [one.state for one in record(a, b).attestations] == [AttestationState.MISMATCH]


def test_a_fork_that_arrives_later_does_not_spoil_a_good_attestation() -> None:
    a, twin, b = Tablet(ANNE), Tablet(ANNE), Tablet(BO)
    a.answer("f1", "yes")
    a.answer("f3", "yes")
    attested = b.attest(a)
    twin.answer("f1", "no")
    state = {one.hash: one.state for one in record(a, twin, b).attestations}
    assert state[attested.text_hash] is AttestationState.VERIFIED


def test_what_a_revoked_device_adds_does_not_spoil_a_good_attestation() -> None:
    a, b = pair()
    a.answer("f1", "yes")
    attested = b.attest(a)
    forged = Tablet(ANNE)
    evil = forged.answer("f3", "no")
    authority = Authority(TEAM.team, TEAM.deciders, uncounted={evil.text_hash: ("device-revoked",)})
    state = {one.hash: one.state for one in record(a, forged, b, authority=authority).attestations}
    assert state[attested.text_hash] is AttestationState.VERIFIED


def test_a_refusal_without_a_witness_does_not_stand() -> None:
    a, b = pair()
    a.refuse("signature")
    a.submit()
    b.submit(a)
    assert refusal_state(a, b) == [RefusalState.AWAITING_WITNESS]
    assert record(a, b).quorum.signature_due


def test_a_witnessed_refusal_stands_when_both_inspectors_attest_it() -> None:
    a, b = pair()
    a.refuse("signature", witness=NAMED)
    a.submit()
    assert refusal_state(a, b) == [RefusalState.AWAITING_ATTESTATION]
    b.submit(a)
    folded = record(a, b)
    assert [(one.standing, one.witness) for one in folded.refusals] == [(RefusalState.STANDS, "王某")]
    assert folded.status is RecordStatus.ATTESTED


def test_the_second_inspectors_concurrence_replaces_the_witness_unless_the_rules_demand_one() -> None:
    a, b = pair()
    refusal = a.refuse("signature")
    b.stance("concur", refusal)
    a.submit(b)
    b.submit(a)
    assert refusal_state(a, b) == [RefusalState.STANDS]
    strict = Authority(TEAM.team, TEAM.deciders, witness="required")
    assert refusal_state(a, b, authority=strict) == [RefusalState.AWAITING_WITNESS]


@pytest.mark.parametrize("mime", ["audio/mp4", "video/mp4"])
def test_a_recording_stands_for_the_witness_also_where_the_rules_demand_one(mime: str) -> None:
    a, b = pair()
    a.attach(RECORDING, mime)
    a.refuse("signature", media=[RECORDING])
    a.submit()
    b.submit(a)
    strict = Authority(TEAM.team, TEAM.deciders, witness="required")
    folded = record(a, b, authority=strict)
    assert [(one.standing, one.recordings) for one in folded.refusals] == [(RefusalState.STANDS, (RECORDING,))]


@pytest.mark.parametrize("mime", ["image/jpeg", "application/pdf", None])
def test_what_is_no_recording_witnesses_nothing(mime: str | None) -> None:
    a, b = pair()
    if mime is not None:
        a.attach(RECORDING, mime)
    a.refuse("signature", media=[RECORDING])
    a.submit()
    b.submit(a)
    assert refusal_state(a, b) == [RefusalState.AWAITING_WITNESS]


@pytest.mark.parametrize("outcome", ["refused", "unable", "absent"])
def test_who_refuses_is_unable_or_absent_is_recorded_by_the_same_rules(outcome: str) -> None:
    a, b = pair()
    a.refuse("signature", outcome=outcome, witness=NAMED)
    a.submit()
    assert record(a, b).quorum.signature_due
    b.submit(a)
    folded = record(a, b)
    assert [(one.outcome, one.standing) for one in folded.refusals] == [(outcome, RefusalState.STANDS)]
    assert not folded.quorum.signature_due


@pytest.mark.parametrize("outcome", ["unable", "absent"])
def test_unable_and_absent_are_said_of_a_signature_only(outcome: str) -> None:
    a, b = pair()
    said = a.refuse("access", outcome=outcome, witness=NAMED)
    folded = record(a, b)
    assert (folded.refusals, [noted.hash for noted in folded.isolated]) == ((), [said.text_hash])


@pytest.mark.parametrize(
    ("witness", "media", "told"), [(None, (), True), (NAMED, (), False), (None, (RECORDING,), False)]
)
def test_a_refusal_to_sign_on_the_inspectors_word_alone_is_told_to_the_leader(
    witness: dict[str, str] | None, media: tuple[str, ...], told: bool
) -> None:
    a, b = pair()
    a.attach(RECORDING, "audio/mp4")
    refusal = a.refuse("signature", witness=witness, media=media)
    b.stance("concur", refusal)
    a.submit(b)
    b.submit(a)
    folded = record(a, b)
    assert [one.standing for one in folded.refusals] == [RefusalState.STANDS]
    assert ((refusal.text_hash, UNWITNESSED) in {(flag.hash, flag.why) for flag in folded.flags}) is told


def test_the_record_keeps_words_photos_sound_and_pictures_each_with_what_was_told_of_it() -> None:
    a, b = pair()
    a.write("note.add", {"text": "到达现场，出示证件，告知全程记录。"}, ck=None)
    kinds = {"1": ("photo.add", "image/jpeg"), "2": ("document.add", "audio/mp4"), "3": ("document.add", "video/mp4")}
    for digit, (kind, mime) in kinds.items():
        told = {"digest": digit * 64, "bytes": 1000, "mime": mime, "item": "f1", "caption": "现场", "taken_wall": 7}
        a.write(kind, told)
    folded = record(a, b)
    assert [note.text for note in folded.notes] == ["到达现场，出示证件，告知全程记录。"]
    assert [(one.digest[0], one.mime, one.bytes, one.item, one.caption, one.counted) for one in folded.media] == [
        (digit, mime, 1000, "f1", "现场", True) for digit, (_, mime) in kinds.items()
    ]
    assert folded.missing_media == ("1" * 64, "2" * 64, "3" * 64)


def test_the_record_tells_whether_the_document_that_was_shown_was_kept() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"))
    assert [one.doc_kept for one in record(a, b).signatures] == [False]
    a.attach(DOCUMENT, "application/pdf")
    assert [one.doc_kept for one in record(a, b).signatures] == [True]


def test_both_inspectors_may_state_the_same_refusal_each_on_his_own_tablet() -> None:
    a, b = pair()
    a.refuse("signature")
    b.refuse("signature")
    a.submit()
    assert set(refusal_state(a, b)) == {RefusalState.AWAITING_ATTESTATION}
    b.submit()
    assert set(refusal_state(a, b)) == {RefusalState.STANDS}
    assert record(a, b).status is RecordStatus.ATTESTED


def test_who_attests_nothing_vouches_for_nothing() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"))
    a.submit()
    b.submit()
    assert record(a, b).status is RecordStatus.AWAITING_SECOND


def test_each_inspector_may_attest_his_own_part() -> None:
    a, b = pair()
    a.sign(a.answer("f1", "yes"))
    b.answer("f1", "yes")
    a.submit()
    b.submit()
    assert record(a, b).status is RecordStatus.ATTESTED


def test_nobody_witnesses_his_own_refusal_entry() -> None:
    a, b = pair()
    a.refuse("signature", witness={"inspector": str(ANNE)})
    a.submit()
    b.submit(a)
    assert refusal_state(a, b) == [RefusalState.AWAITING_WITNESS]


def test_refused_access_stands_for_every_unanswered_item() -> None:
    a, b = pair()
    a.refuse("access", witness=NAMED)
    a.submit()
    b.submit(a)
    folded = record(a, b)
    assert {one.cls for one in folded.items} == {ItemClass.REFUSED}
    assert folded.status is RecordStatus.ATTESTED


def test_a_refused_answer_stands_for_its_item_only() -> None:
    a, b = pair()
    a.refuse("answer", item_code="f1", witness=NAMED)
    a.submit()
    b.submit(a)
    folded = record(a, b)
    assert (item(folded, "f1").cls, item(folded, "f3").cls) == (ItemClass.REFUSED, ItemClass.UNANSWERED)


def test_a_signature_and_a_refusal_to_sign_conflict_until_a_leader_chooses() -> None:
    a, b = pair()
    refusal = b.refuse("signature", witness=NAMED)
    signed = a.sign()
    folded = record(a, b)
    assert [(c.topic, c.kind) for c in folded.conflicts] == [("signature", ItemClass.CONFLICT)]
    a.resolve("signature", refusal, signed, how="choose", choose=signed.text_hash)
    assert record(a, b).conflicts == ()


def test_a_signature_given_after_all_replaces_the_authors_own_refusal() -> None:
    a, b = pair()
    refusal = a.refuse("signature", witness=NAMED)
    a.sign(over=[refusal.text_hash])
    folded = record(a, b)
    assert folded.conflicts == ()
    assert [one.standing for one in folded.refusals] == [RefusalState.NOT_COUNTED]
