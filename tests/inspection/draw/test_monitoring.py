"""Many draws of one unit over time: shares, gaps, and drawn against expected by quarter (draw.md §5, T19)."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from inspection.draw.ceremony import DrawState
from inspection.draw.told.monitoring import (
    Alert,
    PastCell,
    PastDraw,
    Share,
    Sign,
    at_least,
    classes,
    missing_numbers,
    monitor,
    share,
    two_sided,
)
from tests.support.chance.ceremonies import QUICK, held
from tests.support.chance.mutants import without_rounding

SPRING, SUMMER = date(2026, 3, 31), date(2026, 4, 1)


def sealed(on: date = SPRING, **facts: object) -> PastDraw:
    return PastDraw(DrawState.SEALED, on, **{"doors": 10, "places": 20, "how": {"lot": 20}} | facts)


def test_t19_draws_are_told_by_the_quarter_of_their_freeze() -> None:
    told = monitor([sealed(SPRING, sequence=1), sealed(SUMMER, sequence=2), sealed(SUMMER, sequence=3, focused=True)])
    assert [(q.quarter, q.draws, q.focused, q.replaced.of, q.changed.of) for q in told.quarters] == [
        ("2026Q2", 2, 1, 20, 40),
        ("2026Q1", 1, 0, 10, 20),
    ]
    assert (told.alerts, told.missing) == ((), ())


def test_t19_what_was_given_up_replaced_changed_and_named_by_hand() -> None:
    draws = [sealed(replaced=1, changed=2, how={"lot": 14, "continuity": 4, "designated": 2}) for _ in range(9)]
    (spring,) = monitor([*draws, PastDraw(DrawState.VOIDED, SPRING), PastDraw(DrawState.FROZEN, SPRING)]).quarters
    assert (spring.voided, spring.replaced, spring.changed) == (Share(1, 10), Share(9, 90, True), Share(18, 180, True))
    assert (spring.designated, spring.continued) == (Share(18, 180), Share(36, 180))
    assert (spring.draws, spring.waiting) == (9, 1)


@pytest.mark.parametrize(
    ("facts", "sign"),
    [
        ({"replaced": 3}, Sign.REPLACED),
        ({"changed": 4}, Sign.CHANGED),
        ({"how": {"lot": 10, "designated": 10}}, Sign.DESIGNATED),
        ({"cells": [PastCell(3, Fraction(1, 2), 2)]}, Sign.QUOTA),
    ],
)
def test_t19_each_thing_that_is_conspicuous_is_alerted_by_itself(facts: dict[str, object], sign: Sign) -> None:
    assert monitor([sealed()]).alerts == ()
    assert monitor([sealed(), sealed(SUMMER, **facts)]).alerts == (Alert(sign, "2026Q2"),)


def test_t19_a_void_now_and_then_is_usual_and_withdrawing_until_it_pleases_is_not() -> None:
    void = PastDraw(DrawState.VOIDED, SPRING)
    assert monitor([void, *[sealed()] * 9]).alerts == ()
    assert monitor([void] * 3 + [sealed()] * 7).alerts == (Alert(Sign.VOIDED, "2026Q1"),)
    assert monitor([void] * 2).alerts == (Alert(Sign.VOIDED, "2026Q1"),)


def test_t19_a_fingerprint_that_does_not_show_any_more_leaves_a_gap() -> None:
    draws = [sealed(sequence=1), PastDraw(DrawState.VOIDED, SPRING, 2), PastDraw(DrawState.DRAFT, SPRING)]
    assert monitor([*draws, sealed(sequence=3)]).missing == ()
    told = monitor([*draws, sealed(sequence=5)])
    assert told.missing == (3, 4)
    assert told.alerts == (Alert(Sign.MISSING),)


@given(st.sets(st.integers(1, 40)))
def test_missing_numbers_fill_the_sequence(there: set[int]) -> None:
    gaps = missing_numbers([None, *there])
    assert sorted({*gaps, *there}) == list(range(1, max(there, default=0) + 1))
    assert not there & set(gaps)


def test_t19_a_condition_that_was_made_for_one_draw_is_told() -> None:
    usual, tailored = '{"areas":["东区"]}', '{"areas":["某街道"]}'
    draws = [sealed(conditions=(usual,)), sealed(SUMMER, conditions=(usual, tailored)), sealed(SUMMER)]
    told = monitor(draws)
    assert [(quarter.quarter, quarter.once) for quarter in told.quarters] == [("2026Q2", 1), ("2026Q1", 0)]
    assert [quarter.once for quarter in monitor([*draws, sealed(conditions=(tailored,))]).quarters] == [0, 0]


def test_nobody_has_drawn_yet() -> None:
    told = monitor([])
    assert (told.quarters, told.missing, told.alerts) == ((), (), ())
    assert share(0, 0) == Share(0, 0)


@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.01, 0.5))
def test_the_tail_of_a_share_is_exact(count: int, of: int, rate: float) -> None:
    assert at_least(count, of, rate) == pytest.approx(float(binom.sf(count - 1, of, rate)), abs=1e-12)


def test_the_tail_of_a_class_is_exact() -> None:
    """Against all outcomes of four roundings."""
    chances = [0.5, 0.1, 0.25, 0.9]
    exactly = [0.0] * 5
    for outcome in product((0, 1), repeat=4):
        weight = 1.0
        for won, chance in zip(outcome, chances, strict=True):
            weight *= chance if won else 1 - chance
        exactly[sum(outcome)] += weight
    for count in range(5):
        tails = sum(exactly[: count + 1]), sum(exactly[count:])
        assert two_sided(chances, count) == pytest.approx(min(1.0, 2 * min(tails)))
    assert two_sided(chances, 5) == two_sided(chances, -1) == 0.0


def test_t19_drawn_against_expected_is_a_z_of_the_rounding() -> None:
    cells = [PastCell(2, Fraction(13, 4), quota) for quota in (3, 3, 4, 3)] + [PastCell(1, Fraction(2), 2)]
    light, heavy = classes(cells)
    assert (light.weight, light.expected, light.drawn, light.z, light.p) == (1, 2.0, 2, None, 1.0)
    assert (heavy.weight, heavy.expected, heavy.drawn, heavy.z) == (2, 13.0, 13, 0.0)


@pytest.mark.parametrize(("bend", "fair"), [(None, True), (without_rounding(QUICK[:1]), False)])
def test_t19_a_year_of_draws_shows_whether_the_rounding_was_by_lot(bend: object, fair: bool) -> None:
    chance = dict(zip([weight for _, weight in QUICK[0].classes], QUICK[0].chance, strict=True))
    past = []
    for one in held(QUICK[:1], 40, bend):
        won = {cell.number: 0 for cell in one.frame.cells}
        for ticket in one.result.drawn:
            won[ticket.cell] += 1
        cells = [PastCell(c.weight, c.size * chance[c.weight], won[c.number]) for c in one.frame.cells]
        past.append(sealed(cells=cells))
    told = monitor(past)
    assert all(abs(one.z or 0) < 4 for one in told.quarters[0].classes) is fair
    assert (told.alerts == ()) is fair
