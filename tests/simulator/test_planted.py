"""Every planted bug is caught within a few seeds: the invariants have teeth."""

import pytest

from tests.simulator import planted_office
from tests.simulator.install import simulated
from tests.simulator.planted import PLANTED
from tests.simulator.run import finish, run_core
from tests.simulator.shrink import failure, shrunk
from tests.simulator.trace import trace_of
from tests.simulator.verdict import Violation

MOST_SEEDS = 40
LENGTH = 30


def test_there_are_enough_of_them():
    assert len(PLANTED) >= 15
    assert any(bug.plant.__module__ == planted_office.__name__ for bug in PLANTED.values())


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_caught(name: str):
    bug = PLANTED[name]
    with simulated(), pytest.raises(Violation), bug.plant():
        for seed in range(MOST_SEEDS):
            finish(run_core(trace_of(seed, length=LENGTH, rates=bug.rates, only=bug.acts)))


def test_a_trace_that_fails_is_shrunk_to_the_steps_that_matter():
    bug = PLANTED["false acknowledgement"]
    with simulated(), bug.plant():
        long = trace_of(0, length=LENGTH // 2, rates=bug.rates, only=bug.acts)
        short = shrunk(long)
        assert failure(short) == failure(long) == "I4"
    assert len(short.steps) <= 5
    assert set(short.steps) < set(long.steps)
