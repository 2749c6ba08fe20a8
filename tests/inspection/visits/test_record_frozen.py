"""What the party had signed stays as it was signed, unless its check point was sent back or the party signs anew."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.command import Role
from inspection.kernel.errors import Invalid
from inspection.visits.card import visit_card
from inspection.visits.reading import read_record
from inspection.visits.record import ItemClass, ReturnedField, VisitRecord, fold, scheme_of, state_digest
from inspection.visits.record.grounds import Ground, GroundWord
from inspection.visits.record.model import StatementState
from inspection.visits.review import store as store_reviews
from inspection.visits.review.send_back import return_visit
from inspection.visits.rows import FieldRemark
from inspection.visits.states import VisitState
from inspection.visits.store import visit as visit_of
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.tablet import ANNE, BO, FIRE, VISIT, Tablet, hashes
from tests.inspection.visits.test_record_classes import TEAM, item, record, states
from tests.inspection.visits.world import World


def reasons(told: VisitRecord, entry: ParsedEntry) -> tuple[StatementState, tuple[str, ...]]:
    found = {one.hash: one for point in told.items for one in point.statements}[entry.text_hash]
    return found.state, found.reasons


FROZEN = (StatementState.UNCOUNTED, ("signed-part",))


def test_a_correction_of_what_the_party_signed_takes_no_effect_and_is_flagged() -> None:
    a = Tablet(ANNE)
    signed = a.answer("f1", "yes")
    a.sign(signed)
    late = a.answer("f1", "no", signed)
    told = record(a)
    assert (item(told).cls, item(told).value) == (ItemClass.SINGLE, "yes")
    assert reasons(told, late) == FROZEN
    assert (late.text_hash, "signed-part") in {(flag.hash, flag.why) for flag in told.flags}
    assert Ground(GroundWord.SIGNED_PART, (late.text_hash,)) in item(told).because


def test_withdrawing_what_the_party_signed_takes_no_effect_either_nor_does_a_correction_of_the_correction() -> None:
    a = Tablet(ANNE)
    signed = a.answer("f1", "yes")
    a.sign(signed)
    gone = a.withdraw_answer("f1", signed)
    again = a.answer("f1", "no", gone)
    told = record(a)
    assert (item(told).cls, item(told).value, reasons(told, again)) == (ItemClass.SINGLE, "yes", FROZEN)


def test_a_newer_signature_of_the_party_over_the_correction_lets_it_count() -> None:
    a = Tablet(ANNE)
    signed = a.answer("f1", "yes")
    first = a.sign(signed)
    late = a.answer("f1", "no", signed)
    a.sign(signed, first, late, over=hashes([first]))
    assert (item(record(a)).cls, item(record(a)).value) == (ItemClass.SINGLE, "no")


def test_a_refusal_to_sign_freezes_and_frees_like_a_signature() -> None:
    a = Tablet(ANNE)
    stated = a.answer("f1", "yes")
    a.refuse("signature", witness={"name": "王某"})
    late = a.answer("f1", "no", stated)
    assert (item(record(a)).value, reasons(record(a), late)) == ("yes", FROZEN)
    a.refuse("signature", witness={"name": "王某"})
    assert item(record(a)).value == "no"


def test_an_inspectors_or_a_witnesss_own_signature_freezes_nothing() -> None:
    for role in ("inspector", "witness"):
        a = Tablet(ANNE)
        signed = a.answer("f1", "yes")
        a.sign(signed, role=role)
        a.answer("f1", "no", signed)
        assert item(record(a)).value == "no"


def test_what_was_shown_from_the_partners_tablet_is_signed_as_well_when_the_signature_names_the_heads() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    theirs = b.answer("f1", "yes")
    a.answer("f1", "yes")
    signature = a.sign_all(b)
    late = b.answer("f1", "no", theirs)
    told = record(a, b)
    assert (item(told).cls, reasons(told, late)) == (ItemClass.CORROBORATED, FROZEN)
    assert next(one.set_known for one in told.signatures if one.hash == signature.text_hash)


def test_what_the_party_was_not_shown_may_be_corrected() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    theirs = b.answer("f1", "yes")
    a.answer("f2", "yes")
    a.sign_all()
    b.answer("f1", "no", theirs)
    assert item(record(a, b)).value == "no"


def test_a_field_that_was_sent_back_may_be_corrected_and_no_other() -> None:
    a = Tablet(ANNE)
    one, two = a.answer("f1", "yes"), a.answer("f3", "not_applicable")
    a.sign(one, two)
    seen = frozenset(hashes(a.entries))
    a.answer("f1", "no", one)
    a.answer("f3", "yes", two)
    authority = replace(TEAM, returned=(ReturnedField("fire", "f1", seen),))
    told = record(a, authority=authority)
    assert (item(told, "f1").value, item(told, "f3").value) == ("no", "not_applicable")


def test_a_return_frees_what_the_leader_had_seen_and_not_what_the_party_signs_afterwards() -> None:
    a = Tablet(ANNE)
    one = a.answer("f1", "yes")
    first = a.sign(one)
    authority = replace(TEAM, returned=(ReturnedField("fire", "f1", frozenset(hashes([one, first]))),))
    two = a.answer("f1", "no", one)
    second = a.sign(one, first, two, over=hashes([first]))
    three = a.answer("f1", "yes", two)
    told = record(a, authority=authority)
    assert (item(told).value, reasons(told, three)) == ("no", FROZEN)
    assert second.text_hash in {signature.hash for signature in told.signatures}


def test_the_leader_may_admit_a_correction_of_a_signed_part() -> None:
    a = Tablet(ANNE)
    signed = a.answer("f1", "yes")
    a.sign(signed)
    late = a.answer("f1", "no", signed)
    a.decide("admit", late)
    assert item(record(a)).value == "no"


def test_a_stranger_cannot_freeze_anything_by_a_signature() -> None:
    a, stranger = Tablet(ANNE), Tablet(BO)
    stated = a.answer("f1", "yes")
    stranger.sign_all(a)
    a.answer("f1", "no", stated)
    alone = replace(TEAM, team=frozenset({str(ANNE)}))
    assert item(record(a, stranger, authority=alone)).value == "no"


def test_a_long_chain_of_corrections_after_a_signature_stays_where_it_was_signed() -> None:
    a = Tablet(ANNE)
    last = signed = a.answer("f1", "yes")
    a.sign(signed)
    for number in range(1500):
        last = a.answer("f1", "no" if number % 2 else "not_applicable", last)
    told = record(a)
    assert (item(told).value, set(states(item(told)).values())) == (
        "yes",
        {StatementState.CURRENT, StatementState.UNCOUNTED},
    )


VERBS = ["answer", "correct", "withdraw", "sign", "refuse"]
deeds = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 1), st.integers(0, 5)), max_size=12)


@given(deeds, st.data())
@settings(max_examples=50)
def test_i6_signed_parts_depend_on_no_order_and_no_signed_answer_ever_changes_without_a_paper(
    script: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    pair = Tablet(ANNE), Tablet(BO)
    for verb, who, number in script:
        tablet, other = pair[who], pair[1 - who]
        own = [one for one in tablet.entries if one.header.type in ("answer.set", "answer.withdraw")][-1:]
        match verb:
            case "answer":
                tablet.answer("f1", ("yes", "no", "not_applicable")[number % 3])
            case "correct":
                tablet.answer("f1", ("yes", "no", "not_applicable")[number % 3], *own)
            case "withdraw":
                tablet.withdraw_answer("f1", *own)
            case "sign":
                tablet.sign_all(other)
            case _:
                tablet.refuse("signature", witness={"name": "王某"})
    entries = [*pair[0].entries, *pair[1].entries]
    before = fold(VISIT, entries, TEAM, scheme_of([FIRE]))
    shuffled = data.draw(st.permutations(entries))
    assert state_digest(fold(VISIT, shuffled, TEAM, scheme_of([FIRE]))) == state_digest(before)
    # Both sign now; then whatever the inspectors correct, what stands stays.
    pair[0].sign_all(pair[1])
    signed = record(*pair)
    for tablet in pair:
        own = [one for one in tablet.entries if one.header.type in ("answer.set", "answer.withdraw")]
        if own:
            tablet.answer("f1", "not_applicable", own[-1])
    assert (item(record(*pair)).value, item(record(*pair)).cls) == (item(signed).value, item(signed).cls)


async def test_a_visit_is_sent_back_by_field_and_only_those_may_be_corrected(world: World) -> None:
    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    seen = await world.seen(visit)
    leader = world.cmd(Role.LEADER, world.people[0])
    wanted = [FieldRemark("fire", "f3", "照片不清"), FieldRemark("fire", "f1", "请复核")]
    row = await return_visit(leader, visit_id=visit, seen=seen, remarks="两处更正", fields=wanted)
    points = await store_reviews.returned_points([visit])
    assert {(one.review, one.through, one.field) for one in points} == {
        (row.id, row.through, field) for field in wanted
    }
    found = await visit_of(visit)
    assert found is not None
    assert found.state is VisitState.RETURNED
    told_to_tablets = (await visit_card(visit)).returned
    assert [(one.item, one.remark, one.through) for one in told_to_tablets] == [
        ("f1", "请复核", row.through),
        ("f3", "照片不清", row.through),
    ]
    first, second = a.entries[0], a.entries[1]
    await world.push(a.answer("f1", "not_applicable", first), a.answer("f2", "no", second))
    told = await read_record(visit)
    assert (item(told, "f1").cls, item(told, "f2").cls) == (ItemClass.CONFLICT, ItemClass.CORROBORATED)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ([FieldRemark("fire", "zz", "?")], "visits.no_such_point"),
        ([FieldRemark("fire", "f1", "a"), FieldRemark("fire", "f1", "b")], "visits.point_twice"),
        ([FieldRemark("fire", "f1", "  ")], "visits.remarks_missing"),
        ([FieldRemark("fire", "f1", "x" * 4001)], "visits.remarks_too_long"),
    ],
)
async def test_a_field_that_is_no_check_point_is_not_sent_back(
    world: World, fields: list[FieldRemark], key: str
) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    seen = await world.seen(visit)
    with pytest.raises(Invalid) as invalid:
        await return_visit(
            world.cmd(Role.LEADER, world.people[0]), visit_id=visit, seen=seen, remarks="更正", fields=fields
        )
    assert invalid.value.message_key == key
    assert await store_reviews.reviews(visit) == []
