"""What a task draws of a plan line that states ratios by credit grade (安岳 一(五))."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.planning.facts import PlanLineFacts
from inspection.planning.line_ratio import line_ratio
from inspection.planning.plan_lines import Stratum, quantity_of
from inspection.planning.scope import Scope
from inspection.policy.terms import Method

ANY = UUID(int=1)
ALL = Scope()
shares = st.fractions(min_value=Fraction(1, 100), max_value=1)
graded = st.dictionaries(st.sampled_from("ABCD"), shares, min_size=1)


def line(strata: dict[str, Fraction], quantity: int | None = None, base: int | None = None) -> PlanLineFacts:
    return PlanLineFacts(
        ANY,
        ANY,
        ANY,
        "S1",
        "某项检查",
        "某类企业",
        "某项内容",
        (Method.ON_SITE,),
        Fraction(5, 100),
        1,
        date(2026, 1, 1),
        date(2026, 12, 31),
        "",
        quantity,
        base,
        tuple(Stratum(grade, ratio, 1) for grade, ratio in sorted(strata.items())),
    )


def test_a_line_without_grades_is_drawn_by_its_own_ratio():
    assert line_ratio(line({}, quantity=90, base=100), ALL) == Fraction(5, 100)


def test_a_task_of_one_grade_draws_it_by_the_ratio_of_that_grade():
    planned = line({"A": Fraction(1, 100), "D": Fraction(1, 2)}, quantity=30, base=100)
    assert line_ratio(planned, Scope(grades=("A",))) == Fraction(1, 100)
    assert line_ratio(planned, Scope(grades=("D",))) == Fraction(1, 2)


def test_a_grade_that_the_line_does_not_name_has_the_line_s_ratio():
    assert line_ratio(line({"D": Fraction(1, 2)}), Scope(grades=("B",))) == Fraction(5, 100)


def test_a_task_of_all_grades_draws_the_planned_number():
    assert line_ratio(line({"D": Fraction(1, 2)}, quantity=30, base=100), ALL) == Fraction(30, 100)
    assert line_ratio(line({"D": Fraction(1, 2)}, quantity=30, base=20), ALL) == 1


@pytest.mark.parametrize("base", [None, 0])
def test_without_a_counted_base_no_grade_is_drawn_less_than_planned(base: int | None):
    assert line_ratio(line({"A": Fraction(1, 100), "D": Fraction(1, 2)}, base=base), ALL) == Fraction(1, 2)


@given(graded, st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 500), min_size=1))
def test_the_overall_ratio_gives_at_least_what_the_grades_give_together(
    strata: dict[str, Fraction], counts: dict[str, int]
):
    base = sum(counts.values())
    planned = line(strata)
    quantity = quantity_of(planned, counts)  # type: ignore[arg-type]  # a line and its facts agree in what it reads
    assert quantity is not None
    drawn = line_ratio(line(strata, quantity=quantity, base=base), ALL) * base
    assert drawn == min(quantity, base)


@given(graded, st.sets(st.sampled_from("ABCD"), min_size=1))
def test_of_several_grades_none_is_drawn_less_than_planned(strata: dict[str, Fraction], grades: set[str]):
    drawn = line_ratio(line(strata), Scope(grades=tuple(sorted(grades))))
    assert all(drawn >= strata.get(grade, Fraction(5, 100)) for grade in grades)
