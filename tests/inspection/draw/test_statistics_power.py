"""The statistics themselves must be able to fail (draw.md §5, T10): unfair draws, each caught by the figure and the
limit by which the honest draw passes. `make bench-draw` does the same in full size.

A ticket cut to 12 bits is not caught, neither here nor by 20,000 ceremonies: the golden vectors see it (T12).
"""

from fractions import Fraction

import numpy as np
import pytest

from tests.support.chance.ceremonies import QUICK
from tests.support.chance.counts import Draws, cells, deciles, pairs, within, worst_object
from tests.support.chance.suite import OBJECTS, found, unfair
from tests.support.chance.verdict import Finding, of_worst

# Ceremonies that are enough for each. Weights and rounding show at once in the cells' totals.
ENOUGH = {
    "weights by exponential keys": 300,
    "quotas rounded without chance": 300,
    "one protected object": 1000,
    "tickets of 6 bits": 2500,
    "tickets of a congruential generator": 1500,
    "every k-th of the list": 300,
    "who has waited longest": 300,
}


def test_t10_every_unfair_draw_has_its_number_of_ceremonies() -> None:
    assert ENOUGH.keys() == unfair(QUICK).keys()


@pytest.mark.parametrize("name", ENOUGH)
def test_t10_an_unfair_draw_is_caught(name: str) -> None:
    number, draw = unfair(QUICK)[name]
    assert any(not finding.fair for finding in found(number, draw(ENOUGH[name])))


def test_t10_the_omnibus_figure_alone_would_miss_a_protected_object() -> None:
    """Why T4 looks at each object by itself: 1 of 400 that loses a third of its chance of 5 % in 20,000 ceremonies."""
    z = np.random.default_rng(1).normal(size=400)
    z[7] = -0.33 * np.sqrt(20_000 * 0.05 / 0.95)
    omnibus = float((z**2).sum())
    assert (omnibus - 399) / np.sqrt(2 * 399) < 4.75
    assert not of_worst("T4", float(z[np.abs(z).argmax()]), 400).fair


# -- and must not fail without a cause ---------------------------------------------------------------------------------


def lots(number: int, runs: int = 200) -> Draws:
    """Honest draws by another generator: 24 and 12 objects, quotas of 3 or 4 and of 2 or 3, as the rounding gives."""
    chance = np.random.default_rng(number)
    more = chance.random(runs) < 0.5
    batch = np.zeros((runs, 36), dtype=np.int8)
    for begin, size, quota in ((0, 24, 3 + more), (24, 12, 3 - more)):
        ranks = chance.random((runs, size)).argsort(axis=1).argsort(axis=1)
        batch[:, begin : begin + size] = ranks < quota[:, None]
    return Draws(batch, np.repeat([0, 1], [24, 12]), (Fraction(7, 48), Fraction(5, 24)))


def test_the_figures_of_honest_draws_are_spread_as_they_say() -> None:
    """400 honest sets: of each statistic's p about a half, a tenth and a hundredth lie where they should."""
    told: dict[str, list[float]] = {}
    for number in range(400):
        draws = lots(number)
        for finding in [*cells(draws), *within(draws), *deciles(draws, parts=6), worst_object(draws), *pairs(draws)]:
            told.setdefault(finding.name, []).append(finding.p)
    assert len(told) >= len(OBJECTS)
    for name, values in told.items():
        for part in (0.01, 0.1, 0.5):
            for side in (values, [1 - p for p in values]):
                if name == "T5 any pair" and (part == 0.5 or side is not values):
                    continue  # a bound, and one-sided
                seen, allowed = sum(p < part for p in side), 400 * part
                assert abs(seen - allowed) <= 4.5 * np.sqrt(allowed) + 1, (name, part, seen)


def test_a_finding_is_unfair_on_either_side() -> None:
    assert [Finding("", "", 0, p).fair for p in (0.9e-6, 1.1e-6, 0.5, 1 - 1.1e-6, 1 - 0.9e-6)] == [
        *(False, True, True, True, False)
    ]
