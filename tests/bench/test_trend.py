import random

import pytest

from bench.trend import second_half, trend


def test_a_line_is_found_with_an_error_that_covers_its_scatter() -> None:
    chance = random.Random(2)
    seen = [(float(at), 100 + 0.05 * at + chance.gauss(0, 1)) for at in range(600)]
    found = trend(seen)
    assert abs(found.slope - 0.05) < 3 * found.error
    assert found.error < 0.001


def test_what_stays_has_no_slope() -> None:
    assert trend([(0, 5), (1, 5), (2, 5)]).slope == 0


def test_two_points_make_no_trend() -> None:
    with pytest.raises(ValueError, match="three points"):
        trend([(0, 1), (1, 2)])


def test_the_second_half_is_that_of_the_time_not_of_the_points() -> None:
    assert second_half([(0, 1), (1, 1), (2, 1), (9, 2), (10, 3)]) == [(9, 2), (10, 3)]
