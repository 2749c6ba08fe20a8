"""Resolutions: entries that decide, and that a late statement re-opens."""

from inspection.visits.record import ItemClass
from inspection.visits.record.model import StatementState
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.tablet import ANNE, BO, Tablet
from tests.inspection.visits.test_record_classes import item, record, states

PAIR = tuple[Tablet, Tablet, ParsedEntry, ParsedEntry]


def conflict() -> PAIR:
    a, b = Tablet(ANNE), Tablet(BO)
    return a, b, a.answer("f1", "yes"), b.answer("f1", "no")


def test_a_resolution_that_names_every_head_decides_and_the_losing_value_stays() -> None:
    a, b, yes, no = conflict()
    ruling = a.resolve("f1", yes, no, value="no")
    one = item(record(a, b))
    assert (one.cls, one.value, one.rulings) == (ItemClass.RESOLVED, "no", (ruling.text_hash,))
    assert states(one) == {yes.text_hash: StatementState.RESOLVED_AGAINST, no.text_hash: StatementState.CURRENT}
    assert [s.by for s in one.statements if s.hash == yes.text_hash] == [(ruling.text_hash,)]
    assert record(a, b).conflicts == ()


def test_choosing_a_statement_rules_its_value() -> None:
    a, b, yes, no = conflict()
    a.resolve("f1", yes, no, how="choose", choose=yes.text_hash)
    assert item(record(a, b)).value == "yes"


def test_a_resolution_that_overlooks_a_differing_statement_is_reopened_by_it() -> None:
    a, b, yes, _ = conflict()
    a.resolve("f1", yes, value="yes")
    one = item(record(a, b))
    assert (one.cls, one.remarks) == (ItemClass.REOPENED, ("reopened",))


def test_a_late_differing_statement_reopens_and_a_late_agreeing_one_does_not() -> None:
    a, b, yes, no = conflict()
    a.resolve("f1", yes, no, value="no")
    late = Tablet(BO, ep=2)
    late.answer("f1", "no")
    assert item(record(a, b, late)).cls is ItemClass.RESOLVED
    late.answer("f1", "not_applicable")
    assert item(record(a, b, late)).cls is ItemClass.REOPENED


def test_both_may_stand_and_then_there_is_no_single_value() -> None:
    a, b, yes, no = conflict()
    a.resolve("f1", yes, no, how="both-stand")
    one = item(record(a, b))
    assert (one.cls, one.value, one.remarks) == (ItemClass.RESOLVED, None, ("both-stand",))


def test_inspecting_again_leaves_the_question_open_until_somebody_states_anew() -> None:
    a, b, yes, no = conflict()
    ruling = a.resolve("f1", yes, no, how="re-inspect")
    folded = record(a, b)
    assert item(folded).cls is ItemClass.REINSPECT
    assert ruling.text_hash in folded.conflicts[0].heads
    b.answer("f1", "yes", no)
    assert item(record(a, b)).cls is ItemClass.CORROBORATED


def test_two_rulings_that_differ_conflict_until_a_third_names_both() -> None:
    a, b, yes, no = conflict()
    one = a.resolve("f1", yes, no, value="yes")
    two = a.resolve("f1", yes, no, value="no")
    folded = record(a, b)
    assert item(folded).cls is ItemClass.RESOLUTION_CONFLICT
    assert {one.text_hash, two.text_hash} <= set(folded.conflicts[0].heads)
    a.resolve("f1", one, two, value="no")
    assert (item(record(a, b)).cls, item(record(a, b)).value) == (ItemClass.RESOLVED, "no")


def test_only_the_leader_resolves() -> None:
    a, b, yes, no = conflict()
    b.resolve("f1", yes, no, value="no")
    assert item(record(a, b)).cls is ItemClass.CONFLICT


def test_a_value_the_checklist_does_not_know_cannot_be_ruled() -> None:
    a, b, yes, no = conflict()
    a.resolve("f1", yes, no, value="perhaps")
    assert item(record(a, b)).cls is ItemClass.CONFLICT


def test_a_dispute_must_be_named_to_be_decided() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    said = a.answer("f1", "yes")
    objection = b.stance("dispute", said)
    a.resolve("f1", said, value="yes")
    assert item(record(a, b)).cls is ItemClass.REOPENED
    a.resolve("f1", said, objection, value="yes")
    assert item(record(a, b)).cls is ItemClass.RESOLVED


def test_a_resolution_about_nothing_settles_nothing() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    a.resolve("f1", value="yes")
    assert item(record(a, b)).cls is ItemClass.UNANSWERED
