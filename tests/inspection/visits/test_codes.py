"""The list of outcome codes (field facts §c2): whose children they are, and what other lists call them."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from inspection.policy.load import known
from inspection.visits.review.codes import (
    BY_CODE,
    FAULTS,
    LIST,
    NATIONAL,
    CodeClass,
    ancestors,
    class_of,
    classes_of,
    implied,
    national,
    of_class,
    plain,
)
from inspection.visits.review.outcomes import FollowUp, OutcomeCode, contradiction, measures_apart

CODES = st.lists(st.sampled_from(OutcomeCode), max_size=6)
PLATFORM = {
    "1": "no_problem",
    "A": "problem_pending",
    "2": "breach_commerce",
    "B": "not_disclosed",
    "C": "false_disclosure",
    "6": "unreachable",
    "D": "breach_commerce_other",
    "E": "rectified",
    "F": "no_such_activity",
    "7": "closed",
    "9": "cancelled",
    "10": "revoked",
    "11": "rescinded",
    "12": "moved",
    "3": "breach_food_drug",
    "4": "breach_quality",
    "5": "breach_other_department",
    "G": "breach_police",
    "8": "refused_seriously",
}
RULES = [rules for line in known().values() for rules in line]


def test_the_list_is_that_of_the_platforms_and_total():
    assert {one.platform: one.code.value for one in LIST} == PLATFORM
    assert set(BY_CODE) == set(OutcomeCode)
    assert len(LIST) == len(BY_CODE) == len(PLATFORM)


def test_a_is_the_parent_of_2_3_4_5_g_and_2_of_b_c_6_d():
    beneath = {}
    for one in LIST:
        parent = BY_CODE[one.parent].platform if one.parent else None
        beneath.setdefault(parent, set()).add(one.platform)
    assert beneath["A"] == {"2", "3", "4", "5", "G"}
    assert beneath["2"] == {"B", "C", "6", "D"}
    assert set(beneath) == {None, "A", "2"}


def test_a_parent_stands_before_its_children_and_is_of_their_class():
    places = {one.code: place for place, one in enumerate(LIST)}
    for one in LIST:
        assert all(places[above] < places[one.code] for above in ancestors(one.code))
        assert all(BY_CODE[above].cls is one.cls for above in ancestors(one.code))


def test_every_code_has_one_of_the_national_eight_or_is_administrative():
    assert len(NATIONAL) == 8
    for one in LIST:
        assert (one.national is None) == (one.cls is CodeClass.NOT_INSPECTABLE)
        assert one.national is None or BY_CODE[one.national].national is one.national
    assert {one.value for one in of_class(CodeClass.NOT_INSPECTABLE)} == {
        *("closed", "cancelled", "revoked", "rescinded", "moved")
    }


def test_every_rule_set_with_classes_has_one_for_every_result_and_none_for_what_was_not_there():
    for rules in RULES:
        for one in LIST:
            found = class_of(one.code, rules.results)
            expected = bool(rules.results.classes) and one.cls is not CodeClass.NOT_INSPECTABLE
            assert (found is not None) == expected, (rules.name, one.code)


def test_the_three_classes_of_xinglongtai_are_those_of_our_own_classes():
    (rules,) = [one for one in RULES if one.code == "xinglongtai-market"]
    told = {one.cls: class_of(one.code, rules.results) for one in LIST}
    assert {cls: found.code if found else None for cls, found in told.items()} == {
        CodeClass.NO_PROBLEM: "no-problem",
        CodeClass.PROBLEM: "violation",
        CodeClass.NOT_COOPERATING: "refused-seriously",
        CodeClass.NOT_INSPECTABLE: None,
    }
    for one in LIST:
        assert class_of(one.code, rules.results) == told[one.cls]
    both = classes_of([OutcomeCode.REFUSED_SERIOUSLY, OutcomeCode.NOT_DISCLOSED, OutcomeCode.CLOSED], rules.results)
    assert [one.code for one in both] == ["refused-seriously", "violation"]


@given(CODES)
def test_children_imply_their_parents_and_nothing_is_lost_by_leaving_them_out(codes):
    whole, kept = implied(codes), plain(codes)
    assert set(codes) <= set(whole)
    assert implied(kept) == whole == implied(whole)
    assert plain(kept) == kept
    assert all(BY_CODE[code].parent in {None, *whole} for code in whole)
    assert not any(above in kept for code in kept for above in ancestors(code))


@given(CODES)
def test_what_is_published_is_one_of_the_eight_or_administrative_and_each_once(codes):
    told = national(codes)
    assert len(set(told)) == len(told)
    assert set(told) <= {*NATIONAL, *of_class(CodeClass.NOT_INSPECTABLE)}
    assert bool(told) == bool(codes)


def test_no_problem_and_no_follow_up_stand_alone():
    for one, other in combinations(OutcomeCode, 2):
        assert (contradiction([one, other]) == "exclusive") == (OutcomeCode.NO_PROBLEM in {one, other})
    for one, other in combinations(FollowUp, 2):
        assert (measures_apart([one, other]) == "exclusive") == (FollowUp.NONE in {one, other})
    assert (measures_apart([]), measures_apart([FollowUp.OTHER, FollowUp.OTHER])) == ("none", "twice")


def test_the_follow_up_measures_are_those_of_the_platforms():
    assert [one.value for one in FollowUp] == [
        *("none", "daily_supervision", "ordered_to_correct", "case_referred", "other_department", "other")
    ]


def test_a_party_can_put_right_what_was_found_but_not_that_nobody_was_there():
    assert of_class(CodeClass.PROBLEM) - FAULTS == {OutcomeCode.UNREACHABLE}
    assert of_class(CodeClass.PROBLEM) >= FAULTS
