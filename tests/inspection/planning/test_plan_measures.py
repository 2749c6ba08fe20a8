"""Ratio, frequency, number, credit grades and departments of plan lines, under every rule-set."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.planning.finding import Fault, Finding
from inspection.planning.plan_checks import check_plan, gaps, notes_on
from inspection.planning.plan_lines import (
    Line,
    LineChange,
    Party,
    Stratum,
    least_frequency,
    least_ratio,
    line_for,
    quantity_of,
    settled,
)
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, ItemClass, PlanField
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.frequencies import FrequencyBound
from inspection.registry.items.ratios import RatioBound
from inspection.registry.objects.census import Census
from tests.inspection.planning.worlds import SPACE, item
from tests.support.rulesets import BY_CODE, each_rule_set

YEAR = 2031
OWN = Party("某局", SPACE)
HUNDRED = Census({"A": {"": 100}}, {"": 100}, 100)
GRADED = Census({"A": {"A": 40, "B": 30, "C": 20, "D": 10}}, {"": 100}, 100)
FEW = RatioBound(least=Fraction(1, 100), most=Fraction(30, 100))


def capped(item_class: ItemClass = ItemClass.GENERAL, bound: RatioBound = FEW, **facts: object) -> ItemFacts:
    return replace(item("A"), item_class=item_class, ratio_bound=bound, joint_eligible=True, **facts)  # type: ignore[arg-type]


def line(rules: RuleSet, of: ItemFacts, census: Census = HUNDRED, **changes: object) -> Line:
    """A line that states ratio and frequency, with everything that follows."""
    change = LineChange(**{"ratio": enough(rules, of), "frequency": times(rules, of), **changes})  # type: ignore[arg-type]
    return settled(replace(change.on(line_for(of, rules, YEAR)), lead=OWN), of, rules, census)


def enough(rules: RuleSet, of: ItemFacts) -> Fraction:
    return least_ratio(of, rules) or Fraction(5, 100)


def times(rules: RuleSet, of: ItemFacts) -> int:
    return least_frequency(of, rules) or 1


def found(rules: RuleSet, one: Line, of: ItemFacts, census: Census = HUNDRED) -> list[Fault]:
    return [each.fault for each in check_plan([one], [of], rules, YEAR, census=census)]


@each_rule_set
def test_a_line_with_all_that_the_rule_set_asks_for_has_no_fault(rules: RuleSet):
    of = capped()
    assert found(rules, line(rules, of), of) == []


@each_rule_set
def test_where_nobody_states_a_ratio_the_planner_must(rules: RuleSet):
    of = capped()
    bare = settled(replace(line_for(of, rules, YEAR), lead=OWN, frequency=times(rules, of), quantity=5), of, rules)
    assert (Fault.RATIO_MISSING in found(rules, bare, of, Census())) == (rules.ratio.minimum is None)


@each_rule_set
def test_where_nobody_states_a_frequency_the_planner_must_if_the_plan_states_it(rules: RuleSet):
    of = capped()
    bare = settled(replace(line_for(of, rules, YEAR), lead=OWN, ratio=enough(rules, of)), of, rules, HUNDRED)
    silent = rules.frequency.minimum_per_year is None
    missing = silent and PlanField.FREQUENCY in rules.plan.fields
    assert found(rules, bare, of) == ([Fault.FREQUENCY_MISSING] if missing else [])
    if silent and not missing:
        assert bare.frequency == 1


@each_rule_set
@pytest.mark.parametrize("reason", ["", "点多面广，人手不足"])
def test_below_the_rule_set_s_own_floor_only_with_a_reason_where_it_is_adjustable(rules: RuleSet, reason: str):
    of = capped()
    least = rules.ratio.minimum
    low = (least or Fraction(1, 10)) / 2
    one = line(rules, of, ratio=low, reason=reason)
    allowed = least is None or (rules.ratio.adjustable and bool(reason))
    assert (Fault.RATIO_TOO_LOW in found(rules, one, of)) == (not allowed)
    told = [note.fault for note in notes_on([one], [of], rules)]
    assert (Fault.RATIO_LOWERED in told) == (least is not None)


@each_rule_set
@pytest.mark.parametrize("reason", ["", "企业数量少，情况简单"])
def test_fewer_draws_than_the_floor_only_with_a_reason_where_it_is_adjustable(rules: RuleSet, reason: str):
    of = capped()
    least = rules.frequency.minimum_per_year or 0
    one = line(rules, of, frequency=max(least - 1, 0), reason=reason)
    lowered = least > 1 and rules.frequency.adjustable and bool(reason)
    expected = max(least - 1, 0) < max(least, 1) and not lowered
    assert (Fault.FREQUENCY_TOO_LOW in found(rules, one, of)) == expected


@each_rule_set
def test_what_the_list_states_is_no_floor_to_be_talked_down(rules: RuleSet):
    of = capped(ratio=Fraction(20, 100), frequency=2)
    one = line(rules, of, ratio=Fraction(19, 100), frequency=1, reason="人手不足")
    assert {Fault.RATIO_TOO_LOW, Fault.FREQUENCY_TOO_LOW} <= set(found(rules, one, of))


@each_rule_set
@pytest.mark.parametrize("item_class", list(ItemClass))
def test_only_a_general_item_has_an_upper_bound_of_its_ratio(rules: RuleSet, item_class: ItemClass):
    of = capped(item_class)
    above = line(rules, of, ratio=Fraction(31, 100))
    assert (Fault.RATIO_ABOVE_CAP in found(rules, above, of)) == (item_class is ItemClass.GENERAL)


@each_rule_set
def test_a_general_item_needs_an_upper_bound_where_the_rule_set_says_so(rules: RuleSet):
    of = capped(bound=RatioBound())
    lacking = rules.items.general_needs_cap and rules.items.general_ratio_cap is None
    assert (Fault.RATIO_CAP_MISSING in found(rules, line(rules, of), of)) == lacking
    key = capped(ItemClass.KEY, RatioBound())
    assert Fault.RATIO_CAP_MISSING not in found(rules, line(rules, key), key)


@each_rule_set
def test_a_plain_figure_of_the_list_binds_upwards_only_where_bounds_are_asked_for(rules: RuleSet):
    of = capped(bound=RatioBound(least=Fraction(1, 10), most=Fraction(1, 10)), ratio=Fraction(1, 10))
    above = line(rules, of, ratio=Fraction(2, 10))
    cap = rules.items.general_ratio_cap
    bound = rules.items.general_needs_cap or (cap is not None and cap < Fraction(2, 10))
    assert (Fault.RATIO_ABOVE_CAP in found(rules, above, of)) == bound


@each_rule_set
def test_the_list_s_most_draws_a_year_are_kept(rules: RuleSet):
    of = capped(frequency_bound=FrequencyBound(most=3))
    assert Fault.FREQUENCY_TOO_HIGH not in found(rules, line(rules, of, frequency=3), of)
    assert Fault.FREQUENCY_TOO_HIGH in found(rules, line(rules, of, frequency=4), of)


@each_rule_set
@pytest.mark.parametrize("item_class", list(ItemClass))
def test_every_grade_of_the_table_gets_a_ratio_within_its_bounds(rules: RuleSet, item_class: ItemClass):
    of = capped(item_class)
    one = line(rules, of, GRADED)
    table = {row.grade: row for row in rules.risk.differentiated if row.item_class is item_class}
    assert {stratum.grade for stratum in one.strata} == table.keys()
    assert not {Fault.GRADE_RATIO_OUTSIDE, Fault.GRADE_FREQUENCY_OUTSIDE} & set(found(rules, one, of, GRADED))
    for stratum in one.strata:
        row = table[stratum.grade]
        assert row.ratio_minimum is None or stratum.ratio >= row.ratio_minimum
        assert row.ratio_maximum is None or stratum.ratio <= row.ratio_maximum


@each_rule_set
def test_a_grade_s_ratio_beyond_its_row_is_found(rules: RuleSet):
    for row in rules.risk.differentiated:
        of = capped(row.item_class)
        for ratio in {row.ratio_minimum and row.ratio_minimum / 2, row.ratio_maximum and row.ratio_maximum * 2} - {
            None
        }:
            stratum = Stratum(row.grade, min(Fraction(ratio or 0), Fraction(1)), row.frequency_minimum or 1)
            if row.ratio_maximum == 1 and stratum.ratio == 1:
                continue
            one = line(rules, of, GRADED, strata=(stratum,))
            assert Fault.GRADE_RATIO_OUTSIDE in found(rules, one, of, GRADED), row


def test_the_table_of_credit_grades_is_that_of_the_joint_office():
    rules = BY_CODE["anyue-joint"]
    one = line(rules, capped(), GRADED)
    assert [(s.grade, s.ratio) for s in one.strata] == [
        ("A", Fraction(5, 100)),
        ("B", Fraction(5, 100)),
        ("C", Fraction(10, 100)),
        ("D", Fraction(30, 100)),
    ]
    assert one.quantity == 2 + 2 + 2 + 3


@each_rule_set
@pytest.mark.parametrize(
    ("strata", "fault"),
    [
        ((Stratum("E", Fraction(1, 10), 1),), Fault.GRADE_UNKNOWN),
        ((Stratum("A", Fraction(1, 20), 1), Stratum("A", Fraction(1, 20), 1)), Fault.GRADE_TWICE),
        ((Stratum("B", Fraction(0), 1),), Fault.GRADE_RATIO_OUTSIDE),
        ((Stratum("B", Fraction(3, 2), 1),), Fault.GRADE_RATIO_OUTSIDE),
        ((Stratum("D", Fraction(30, 100), 0),), Fault.GRADE_FREQUENCY_OUTSIDE),
    ],
)
def test_a_credit_grade_that_makes_no_sense_is_found(rules: RuleSet, strata: tuple[Stratum, ...], fault: Fault):
    of = capped()
    assert fault in found(rules, line(rules, of, GRADED, strata=strata), of, GRADED)


@each_rule_set
def test_number_and_ratio_must_agree_when_the_base_is_known(rules: RuleSet):
    of = capped(ItemClass.KEY)
    one = line(rules, of)
    assert one.base == 100
    assert one.quantity == quantity_of(one, {"": 100})
    wrong = replace(one, quantity=(one.quantity or 0) + 1)
    assert found(rules, wrong, of) == [Fault.QUANTITY_DIFFERS]
    assert Fault.QUANTITY_ABOVE_BASE in found(rules, replace(one, quantity=101), of)


@each_rule_set
def test_a_number_alone_gives_the_ratio(rules: RuleSet):
    of = capped(ItemClass.KEY)
    one = settled(replace(LineChange(quantity=40).on(line_for(of, rules, YEAR)), lead=OWN), of, rules, HUNDRED)
    assert one.ratio == Fraction(40, 100)


@each_rule_set
def test_without_a_base_the_number_must_be_given_where_the_plan_states_it(rules: RuleSet):
    of = capped()
    empty = line(rules, of, Census())
    asked = PlanField.QUANTITY in rules.plan.fields
    assert found(rules, empty, of, Census()) == ([Fault.FIELD_EMPTY] if asked else [])
    given_ = line(rules, of, Census(), quantity=12)
    assert (given_.quantity, found(rules, given_, of, Census())) == (12, [])


@each_rule_set
def test_the_base_is_the_register_or_every_entity_of_the_area(rules: RuleSet):
    census = Census({"A": {"": 100}}, {"": 7000}, 7100)
    one = line(rules, capped(), census)
    assert one.base == (7000 if rules.ratio.base.value == "area_entities" else 100)


@settings(max_examples=200)
@given(
    sizes=st.dictionaries(st.sampled_from(["", "A", "B", "C", "D"]), st.integers(0, 10**6)),
    ratio=st.fractions(Fraction(0), Fraction(1)),
    graded=st.dictionaries(st.sampled_from("ABCD"), st.fractions(Fraction(0), Fraction(1))),
)
def test_the_number_is_every_grade_s_share_rounded_up_and_never_above_the_base(
    sizes: dict[str, int], ratio: Fraction, graded: dict[str, Fraction]
):
    one = Line("A", "某类企业", "某项内容", (), ratio, 1, date(YEAR, 1, 1), date(YEAR, 12, 31))
    one = replace(one, strata=tuple(Stratum(grade, share, 1) for grade, share in graded.items()))
    number = quantity_of(one, sizes)
    if not sum(sizes.values()):
        assert number is None
        return
    assert number is not None
    assert number <= sum(sizes.values())
    exact = sum(graded.get(grade, ratio) * size for grade, size in sizes.items())
    assert ceil(exact) <= number < exact + len(graded) + 1


@each_rule_set
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"joint": True}, Fault.LINE_PARTICIPANT_MISSING),
        ({"participants": (Party("某局"),)}, Fault.PARTY_TWICE),
        ({"participants": (Party("市场监管局"), Party("市场监管局 "))}, Fault.PARTY_TWICE),
        ({"participants": (Party(" "),)}, Fault.PARTY_TWICE),
    ],
)
def test_a_joint_line_has_a_lead_and_others(rules: RuleSet, changes: dict, fault: Fault):
    of = capped()
    assert fault in found(rules, line(rules, of, **changes), of)


@each_rule_set
def test_a_joint_line_is_only_for_items_that_are_fit_and_rule_sets_that_know_it(rules: RuleSet):
    of = capped()
    joint = line(rules, of, participants=(Party("市场监管局"),))
    knows = DrawMode.CROSS_DEPARTMENT in rules.draw.modes
    assert found(rules, joint, of) == ([] if knows else [Fault.JOINT_NOT_ALLOWED])
    unfit = replace(of, joint_eligible=False)
    assert Fault.LINE_NOT_JOINT in found(rules, line(rules, unfit, participants=(Party("市场监管局"),)), unfit)


@each_rule_set
def test_a_lead_is_named_where_the_plan_states_it_and_for_every_joint_line(rules: RuleSet):
    of = capped()
    alone = replace(line(rules, of), lead=None)
    assert found(rules, alone, of) == ([Fault.FIELD_EMPTY] if PlanField.LEAD in rules.plan.fields else [])
    joint = replace(line(rules, of, participants=(Party("市场监管局"),)), lead=None)
    assert {Fault.FIELD_EMPTY, Fault.LINE_LEAD_MISSING} & set(found(rules, joint, of))


@each_rule_set
def test_the_floor_against_the_cap_on_visits_is_reported_and_never_refused(rules: RuleSet):
    of = capped(ItemClass.KEY)
    many = (rules.visit_cap.maximum or 1) + 1
    one = line(rules, of, ratio=Fraction(1), frequency=many)
    told = {note.fault: note for note in notes_on([one], [of], rules, HUNDRED)}
    short = {Fault.ITEM_OVER_CAP, Fault.VISITS_OVER_CAP} & told.keys()
    assert bool(short) == (rules.visit_cap.maximum is not None)
    if short:
        assert told[Fault.VISITS_OVER_CAP].facts["short"] == 100
    assert not short & set(found(rules, one, of))


@each_rule_set
def test_a_list_that_changed_leaves_gaps(rules: RuleSet):
    planned = {"A": item("A").id, "B": item("B").id, "C": item("C").id}
    now = [item("A"), replace(item("B"), id=UUID(int=7), version=2), item("D")]
    missing: list[Finding] = gaps(planned, now, rules)
    expected = [Fault.ITEM_CHANGED, Fault.ITEM_WITHDRAWN]
    covers = [Fault.ITEM_NOT_COVERED] if rules.plan.covers_all_items else []
    assert [one.fault for one in missing] == covers + expected
    assert gaps({one.code: one.id for one in now}, now, rules) == []


@each_rule_set
def test_an_item_that_a_higher_authority_draws_is_refused_and_need_not_be_covered(rules: RuleSet):
    of = capped()
    other = replace(capped(), code="B", id=UUID(int=9))
    mine = line(rules, of)
    assert Fault.DEPLOYED_ABOVE in [
        one.fault for one in check_plan([mine], [of], rules, YEAR, census=HUNDRED, above={"A": "省抽〔2031〕1号"})
    ]
    assert check_plan([mine], [of, other], rules, YEAR, census=HUNDRED, above={"B": "省抽〔2031〕1号"}) == []
