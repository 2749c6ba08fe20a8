"""Every class of sync.md §2.11 by example."""

from uuid import UUID

from inspection.visits.record import Authority, ItemClass, VisitRecord, fold, scheme_of, state_digest
from inspection.visits.record.model import ItemRecord, StatementState
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.tablet import ANNE, BO, CHEN, FIRE, PRICE, VISIT, Tablet, hashes, ref

TEAM = Authority(team=frozenset({str(ANNE), str(BO)}), deciders=frozenset({str(ANNE)}))


def record(*tablets: Tablet, authority: Authority = TEAM, visit: UUID = VISIT) -> VisitRecord:
    entries = [entry for tablet in tablets for entry in tablet.entries]
    return fold(visit, entries, authority, scheme_of([FIRE]))


def item(folded: VisitRecord, code: str = "f1") -> ItemRecord:
    return next(one for one in folded.items if one.code == code)


def states(one: ItemRecord) -> dict[str, StatementState]:
    return {statement.hash: statement.state for statement in one.statements}


def pair() -> tuple[Tablet, Tablet]:
    return Tablet(ANNE), Tablet(BO)


def test_an_item_nobody_stated_is_unanswered() -> None:
    assert [one.cls for one in record().items] == [ItemClass.UNANSWERED] * 3


def test_two_inspectors_with_one_value_corroborate() -> None:
    a, b = pair()
    a.answer("f1", "yes")
    b.answer("f1", "yes")
    assert (item(record(a, b)).cls, item(record(a, b)).value) == (ItemClass.CORROBORATED, "yes")


def test_one_inspector_alone_is_single() -> None:
    a, b = pair()
    a.answer("f1", "no")
    assert (item(record(a, b)).cls, item(record(a, b)).value) == (ItemClass.SINGLE, "no")


def test_a_single_statement_is_countersigned_when_the_other_attests_a_set_with_it() -> None:
    a, b = pair()
    a.answer("f1", "no")
    a.attest()
    assert item(record(a, b)).cls is ItemClass.SINGLE
    b.attest(a)
    assert item(record(a, b)).cls is ItemClass.COUNTERSIGNED


def test_a_single_statement_is_countersigned_by_concurrence() -> None:
    a, b = pair()
    b.stance("concur", a.answer("f1", "no"))
    assert item(record(a, b)).cls is ItemClass.COUNTERSIGNED


def test_an_item_each_must_state_is_incomplete_with_one_statement_even_when_attested() -> None:
    a, b = pair()
    a.answer("f2", "yes")
    b.attest(a)
    assert item(record(a, b), "f2").cls is ItemClass.INCOMPLETE


def test_different_values_of_two_inspectors_conflict_whoever_came_later() -> None:
    a, b = pair()
    first = a.answer("f1", "yes")
    second = b.answer("f1", "no", wall=1)
    folded = record(a, b)
    assert item(folded).cls is ItemClass.CONFLICT
    assert item(folded).value is None
    assert [(c.topic, c.kind, c.heads) for c in folded.conflicts] == [
        ("f1", ItemClass.CONFLICT, tuple(sorted(hashes((first, second)))))
    ]


def test_a_correction_supersedes_the_authors_own_statement_and_shows_both() -> None:
    a, b = pair()
    old = a.answer("f1", "yes")
    new = a.answer("f1", "no", old)
    one = item(record(a, b))
    assert (one.cls, one.value) == (ItemClass.SINGLE, "no")
    assert states(one) == {old.text_hash: StatementState.SUPERSEDED, new.text_hash: StatementState.CURRENT}
    assert [s.by for s in one.statements if s.hash == old.text_hash] == [(new.text_hash,)]


def test_naming_another_inspectors_statement_replaces_nothing_and_is_flagged() -> None:
    a, b = pair()
    other = a.answer("f1", "yes")
    mine = b.answer("f1", "no", other)
    folded = record(a, b)
    assert item(folded).cls is ItemClass.CONFLICT
    assert (mine.text_hash, "over-foreign") in {(flag.hash, flag.why) for flag in folded.flags}


def test_two_survivors_of_one_inspector_with_different_values_are_a_self_conflict() -> None:
    a, a2 = Tablet(ANNE), Tablet(ANNE, device=UUID(int=77))
    a.answer("f1", "yes")
    a2.answer("f1", "no")
    assert item(record(a, a2)).cls is ItemClass.SELF_CONFLICT


def test_two_equal_statements_of_one_inspector_count_once() -> None:
    a, a2 = Tablet(ANNE), Tablet(ANNE, device=UUID(int=77))
    a.answer("f1", "yes")
    a2.answer("f1", "yes")
    assert item(record(a, a2)).cls is ItemClass.SINGLE


def test_withdrawn_by_one_and_stated_by_the_other_is_single_with_a_remark() -> None:
    a, b = pair()
    a.withdraw_answer("f1", a.answer("f1", "yes"))
    b.answer("f1", "no")
    one = item(record(a, b))
    assert (one.cls, one.value, one.remarks) == (ItemClass.SINGLE, "no", ("withdrawn",))


def test_withdrawing_a_withdrawal_brings_nothing_back() -> None:
    a, b = pair()
    gone = a.withdraw_answer("f1", a.answer("f1", "yes"))
    a.withdraw_answer("f1", gone)
    assert item(record(a, b)).cls is ItemClass.UNANSWERED


def test_a_dispute_without_an_own_value_is_a_conflict_of_its_kind() -> None:
    a, b = pair()
    said = a.answer("f1", "yes")
    objection = b.stance("dispute", said)
    folded = record(a, b)
    assert item(folded).cls is ItemClass.DISPUTED
    assert folded.conflicts[0].heads == tuple(sorted(hashes((said, objection))))


def test_a_dispute_ends_with_the_statement_it_disputes() -> None:
    a, b = pair()
    said = a.answer("f1", "yes")
    b.stance("dispute", said)
    a.answer("f1", "no", said)
    assert item(record(a, b)).cls is ItemClass.SINGLE


def test_nobody_disputes_or_concurs_with_himself() -> None:
    a, b = pair()
    said = a.answer("f1", "yes")
    a.stance("dispute", said)
    a.stance("concur", said)
    assert item(record(a, b)).cls is ItemClass.SINGLE


def test_a_value_the_checklist_does_not_know_is_kept_but_not_counted() -> None:
    a, b = pair()
    good = a.answer("f1", "yes")
    bad = a.answer("f1", "maybe", good)
    folded = record(a, b)
    assert (item(folded).cls, item(folded).value) == (ItemClass.SINGLE, "yes")
    assert states(item(folded))[bad.text_hash] is StatementState.INVALID
    assert (bad.text_hash, "invalid-value") in {(flag.hash, flag.why) for flag in folded.flags}


def test_an_answer_to_an_item_outside_the_checklist_stays_visible() -> None:
    a, _ = pair()
    stray = a.answer("zz", "yes")
    folded = record(a)
    assert [(one.hash, one.reasons) for one in folded.unplaced] == [(stray.text_hash, ("unknown-item",))]


def test_an_item_that_two_checklists_hold_word_for_word_is_answered_once_for_both() -> None:
    a, b = pair()
    a.answer("f1", "yes")
    b.answer("f1", "yes", ck=ref(PRICE))
    entries = [*a.entries, *b.entries]
    folded = fold(VISIT, entries, TEAM, scheme_of([FIRE, PRICE]))
    shared = [one for one in folded.items if one.code == "f1"]
    assert [(one.checklists, one.cls) for one in shared] == [(("fire", "price"), ItemClass.CORROBORATED)]


def test_an_answer_on_an_unknown_checklist_version_is_held_until_the_version_is_known() -> None:
    a, b = pair()
    newer = FIRE.model_copy(update={"version": 8})
    entry = a.answer("f1", "yes", ck=ref(newer))
    assert [(noted.hash, noted.why) for noted in record(a, b).held] == [(entry.text_hash, "unknown-checklist")]
    folded = fold(VISIT, a.entries, TEAM, scheme_of([FIRE], [newer]))
    assert item(folded).value == "yes"
    assert (entry.text_hash, "superseded-checklist") in {(flag.hash, flag.why) for flag in folded.flags}


def test_an_unknown_type_and_a_newer_envelope_are_held_not_lost() -> None:
    a, _ = pair()
    strange = a.write("smell.add", {"strength": 3})
    future = a.write("answer.set", {"item": "f1", "value": "yes"}, v=2)
    held = {noted.hash: noted.why for noted in record(a).held}
    assert held == {strange.text_hash: "unknown-type", future.text_hash: "newer-version"}


def test_a_header_without_its_body_is_held_until_the_body_comes() -> None:
    a, _ = pair()
    entry = a.answer("f1", "yes")
    bare = ParsedEntry(entry.header, None, entry.hash, entry.p, None, entry.sig, entry.kid, entry.alg)
    alone = fold(VISIT, [bare], TEAM, scheme_of([FIRE]))
    assert [noted.why for noted in alone.held] == ["body-missing"]
    both = fold(VISIT, [bare, entry, bare], TEAM, scheme_of([FIRE]))
    assert (both.held, item(both).value) == ((), "yes")


def test_what_a_stranger_or_a_former_member_states_is_shown_but_not_counted() -> None:
    a, b, c = Tablet(ANNE), Tablet(BO), Tablet(CHEN)
    a.answer("f1", "yes")
    c.answer("f1", "no")
    assert item(record(a, c)).cls is ItemClass.SINGLE
    former = Authority(team=frozenset({str(ANNE)}), former={str(CHEN): "recused"})
    outside = [one for one in item(record(a, b, c, authority=former)).statements if one.inspector == str(CHEN)]
    assert [(one.state, one.reasons) for one in outside] == [(StatementState.UNCOUNTED, ("recused",))]


def test_the_leader_may_admit_and_exclude_and_an_exclusion_outweighs() -> None:
    a, c = Tablet(ANNE), Tablet(CHEN)
    foreign = c.answer("f1", "no")
    admit = a.decide("admit", foreign)
    assert (item(record(a, c)).cls, item(record(a, c)).value) == (ItemClass.SINGLE, "no")
    exclude = a.decide("exclude", foreign)
    one = item(record(a, c))
    assert [(s.state, s.by) for s in one.statements] == [(StatementState.EXCLUDED, (exclude.text_hash,))]
    a.decide("admit", foreign, over=(admit, exclude))
    assert item(record(a, c)).cls is ItemClass.SINGLE


def test_a_decision_of_somebody_who_is_not_the_leader_has_no_effect() -> None:
    a, b, c = Tablet(ANNE), Tablet(BO), Tablet(CHEN)
    foreign = c.answer("f1", "no")
    b.decide("admit", foreign)
    folded = record(a, b, c)
    assert item(folded).cls is ItemClass.UNANSWERED
    assert [decision.effective for decision in folded.decisions] == [False]


def test_entries_of_a_revoked_device_neither_count_nor_replace_anything() -> None:
    a, stolen = Tablet(ANNE), Tablet(ANNE, device=UUID(int=66))
    good = a.answer("f1", "yes")
    evil = stolen.answer("f1", "no", good)
    authority = Authority(TEAM.team, TEAM.deciders, uncounted={evil.text_hash: ("device-revoked",)})
    one = item(record(a, stolen, authority=authority))
    assert (one.cls, one.value) == (ItemClass.SINGLE, "yes")


def test_one_id_on_two_contents_and_one_number_twice_are_flagged_and_both_kept() -> None:
    a, twin = Tablet(ANNE), Tablet(ANNE)
    first = a.answer("f1", "yes")
    second = twin.answer("f1", "no")
    flags = {(flag.hash, flag.why) for flag in record(a, twin).flags}
    for entry in (first, second):
        assert {(entry.text_hash, "id-reuse"), (entry.text_hash, "log-fork")} <= flags
    assert set(states(item(record(a, twin)))) == {first.text_hash, second.text_hash}


def test_a_missing_note_and_a_missing_photo_are_remarked() -> None:
    a, b = pair()
    a.answer("f3", "no")
    assert item(record(a, b), "f3").remarks == ("note-missing", "photo-missing")
    a.photo("a" * 64, "f3")
    a.write("note.add", {"text": "灭火器过期", "item": "f3"})
    assert item(record(a, b), "f3").remarks == ()


def test_a_comment_is_a_note_and_what_does_not_apply_needs_no_photo() -> None:
    a, b = pair()
    a.answer("f3", "not_applicable")
    assert item(record(a, b), "f3").remarks == ()
    b.answer("f3", "no", comment="过期")
    assert item(record(b), "f3").remarks == ("photo-missing",)


def test_an_entry_of_another_visit_is_isolated() -> None:
    a = Tablet(ANNE, visit=UUID(int=5))
    entry = a.answer("f1", "yes")
    assert [(noted.hash, noted.why) for noted in record(a).isolated] == [(entry.text_hash, "other-visit")]


def test_a_photo_is_missing_until_its_bytes_are_complete_and_the_digest_does_not_care() -> None:
    a, _ = pair()
    a.photo("a" * 64)
    scheme = scheme_of([FIRE])
    without = fold(VISIT, a.entries, TEAM, scheme)
    with_bytes = fold(VISIT, a.entries, TEAM, scheme, frozenset({"a" * 64}))
    assert (without.missing_media, with_bytes.missing_media) == (("a" * 64,), ())
    assert state_digest(without) == state_digest(with_bytes)


def test_stays_pair_by_the_devices_log_and_no_clock() -> None:
    a, _ = pair()
    position = {"lat_e7": 371234567, "lon_e7": 1221234567, "acc_dm": 50, "source": "gnss", "fix_age_ms": 10}
    came = a.write("arrive", {"position": position}, wall=9_000_000)
    went = a.write("leave", {"no_fix": "indoors"}, wall=1)
    again = a.write("arrive", {"no_fix": "indoors"})
    stays = record(a).stays
    assert [(stay.arrived, stay.left) for stay in stays if stay.left] == [(came.text_hash, went.text_hash)]
    assert [(stay.arrived, stay.left) for stay in stays if not stay.left] == [(again.text_hash, None)]
