"""200 seeds on dictionaries: each keeps every invariant (`invariants` says which)."""

import pytest

from tests.simulator.install import simulated
from tests.simulator.run import finish, run_core
from tests.simulator.trace import trace_of

SEEDS = 200
PARTS = 20
LENGTH = 16
"""Steps of a trace here; `make bench-sim` takes 60 and thousands of seeds."""


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_goes_wrong_nothing_is_lost_doubled_overwritten_or_decided_by_a_clock(part: int):
    with simulated():
        for seed in range(part, SEEDS, PARTS):
            try:
                finish(run_core(trace_of(seed, length=LENGTH)))
            except AssertionError as error:
                error.add_note(f"replay it: python -m tests.simulator {seed} --length {LENGTH}")
                raise


def test_a_seed_gives_the_same_run_each_time():
    with simulated():
        first, second = (finish(run_core(trace_of(7, length=LENGTH))) for _ in range(2))
    assert first.report == second.report
    assert first.acks == second.acks
