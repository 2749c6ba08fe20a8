"""What is open after a result, and what a re-check says: by rule, whatever the order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inspection.planning.task_states import TaskState
from inspection.policy.terms import ReferralKind
from inspection.visits.follow_up.rows import (
    AnswerPart,
    AnswerRow,
    FollowUpFile,
    MatterKind,
    RecheckResult,
    RecheckRow,
    ReferralRow,
    ReferralState,
    SettledBy,
    SettledRow,
)
from inspection.visits.follow_up.rules import (
    REFERABLE,
    chain_of,
    leaves,
    may_be_rechecked,
    may_be_referred,
    open_matters_of,
    result_of,
)
from inspection.visits.review.codes import CodeClass, of_class
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.rows import OutcomeRow

AT = datetime(2026, 3, 2, tzinfo=UTC)
DAY = date(2026, 3, 20)
VISIT, TASK = UUID(int=1), UUID(int=2)
CODES = st.lists(st.sampled_from(OutcomeCode), min_size=1, max_size=4)
MEASURES = st.lists(st.sampled_from(FollowUp), min_size=1, max_size=3)


def outcome(number: int = 10, codes=("problem_pending",), **more) -> OutcomeRow:
    facts = {"follow_up": ("other",), "rectify_by": None, "replaces": None, **more}
    return OutcomeRow(
        id=UUID(int=number),
        visit=VISIT,
        task=TASK,
        item=TASK,
        codes=tuple(codes),
        findings="[]",
        override_reason=None,
        state_digest="0" * 64,
        inspected_on=AT.date(),
        formed_at=AT,
        formed_by="a",
        **facts,
    )


def referral(number: int, of: OutcomeRow, *parts: AnswerPart, made: int = 0, kind=ReferralKind.PENALTY) -> ReferralRow:
    made_at = AT + timedelta(hours=made)
    answers = tuple(
        AnswerRow(UUID(int=900 + place), UUID(int=number), f"a{place}", part, DAY, "s", "", None, "", made_at, "a", "a")
        for place, part in enumerate(parts)
    )
    texts = ("f", kind, f"n{number}", "a", "", "g", ())
    return ReferralRow(UUID(int=number), VISIT, VISIT, of.id, *texts, made_at, "a", "a", answers)


def recheck(number: int, of: OutcomeRow, state: TaskState = TaskState.ASSIGNED) -> RecheckRow:
    ids = UUID(int=number), VISIT, VISIT, of.id, TASK
    return RecheckRow(*ids, "f", DAY, "r", AT, "a", "a", "T1", state)


def settled(of: OutcomeRow, result=RecheckResult.VERIFIED) -> SettledRow:
    return SettledRow(UUID(int=70), of.id, SettledBy.PAPERS, None, None, result, "r", AT, "a", "a")


def kinds(*outcomes: OutcomeRow, **more) -> list[MatterKind]:
    return [one.kind for one in open_matters_of(FollowUpFile(VISIT, outcomes, **more))]


@given(CODES, st.booleans(), MEASURES)
def test_a_re_check_verifies_only_what_leaves_nothing_for_another_day(codes, day, measures):
    row = outcome(codes=codes, follow_up=tuple(measures), rectify_by=DAY if day else None)
    gone, good = of_class(CodeClass.NOT_INSPECTABLE), of_class(CodeClass.NO_PROBLEM)
    told = result_of(row)
    assert (told is RecheckResult.LAPSED) == set(codes).issubset(gone)
    if told is RecheckResult.VERIFIED:
        assert set(codes) <= good | gone | {OutcomeCode.RECTIFIED}
        assert not day
        assert FollowUp.ORDERED_TO_CORRECT not in measures
    if {OutcomeCode.PROBLEM_PENDING, OutcomeCode.UNREACHABLE, OutcomeCode.REFUSED_SERIOUSLY} & set(codes):
        assert told is RecheckResult.FAILED


@given(CODES)
def test_what_may_be_referred_is_a_problem_or_that_nobody_cooperated(codes):
    row = outcome(codes=codes)
    assert may_be_referred(row) == bool(set(codes) & REFERABLE)
    assert of_class(CodeClass.PROBLEM, CodeClass.NOT_COOPERATING) == REFERABLE
    assert may_be_rechecked(row, failed=True)


@given(CODES, MEASURES, st.booleans(), st.booleans())
def test_what_is_noted_when_a_result_is_formed_is_what_is_open_right_after(codes, measures, day, failed):
    row = outcome(codes=codes, follow_up=tuple(measures), rectify_by=DAY if day else None)
    refer, put_right = leaves(row, failed=failed)
    found = kinds(row, failed=frozenset({row.id} if failed else ()))
    assert (MatterKind.TO_REFER in found, MatterKind.PUT_RIGHT in found) == (refer, put_right)
    assert len(found) == refer + put_right


def test_a_corrected_result_takes_what_was_done_about_the_first_along():
    first = outcome(10, rectify_by=DAY)
    second = outcome(11, rectify_by=DAY, replaces=first.id)
    assert chain_of(second.id, (first, second)) == {first.id, second.id}
    assert kinds(first, second) == [MatterKind.PUT_RIGHT]
    assert kinds(first, second, settled=(settled(first),)) == []
    good = outcome(12, ("no_problem",), follow_up=("none",), replaces=first.id)
    assert kinds(first, good) == []


def test_a_referral_that_was_sent_back_is_open_until_it_was_made_anew_or_laid_down():
    row = outcome(follow_up=("case_referred",))
    back = referral(1, row, AnswerPart.REFUSED)
    assert back.state is ReferralState.REFUSED
    assert kinds(row) == [MatterKind.TO_REFER]
    assert kinds(row, referrals=(back,)) == [MatterKind.SENT_BACK]
    assert kinds(row, referrals=(back, referral(2, row, made=5))) == [MatterKind.RECEIPT]
    assert kinds(row, referrals=(referral(1, row, AnswerPart.REFUSED, AnswerPart.CLOSING),)) == []
    assert kinds(row, referrals=(referral(1, row, AnswerPart.ACCEPTED),)) == []


def test_a_notice_to_another_department_is_not_done_by_a_case_of_ones_own():
    row = outcome(follow_up=("other_department",))
    assert kinds(row, referrals=(referral(1, row, AnswerPart.ACCEPTED),)) == [MatterKind.TO_REFER]
    other = referral(1, row, AnswerPart.ACCEPTED, kind=ReferralKind.OTHER_AGENCY)
    assert kinds(row, referrals=(other,)) == []


def test_a_re_check_is_what_is_open_while_it_runs_and_its_day_counts():
    row = outcome(rectify_by=DAY)
    running = recheck(5, row)
    (matter,) = open_matters_of(FollowUpFile(VISIT, (row,), rechecks=(running,)))
    assert (matter.kind, matter.subject, matter.due_on) == (MatterKind.RECHECK, running.id, DAY)
    assert kinds(row, rechecks=(recheck(5, row, TaskState.CANCELLED),)) == [MatterKind.PUT_RIGHT]
    done = replace(running, settled=settled(row))
    assert kinds(row, rechecks=(done,), settled=(settled(row),)) == []


def test_what_a_re_check_found_unmended_is_left_to_whoever_took_the_case():
    row = outcome()
    failed = frozenset({row.id})
    assert kinds(row, failed=failed) == [MatterKind.PUT_RIGHT]
    assert MatterKind.PUT_RIGHT in kinds(row, failed=failed, referrals=(referral(1, row),))
    assert kinds(row, failed=failed, referrals=(referral(1, row, AnswerPart.ACCEPTED),)) == []


@given(st.permutations([3, 1, 2]))
def test_the_oldest_comes_first_in_whatever_order_they_are_read(order):
    row = outcome(follow_up=("case_referred",))
    made = tuple(referral(number, row, made=number) for number in order)
    found = open_matters_of(FollowUpFile(VISIT, (row,), referrals=made))
    assert [one.subject.int for one in found] == [1, 2, 3]
