"""The same world as a state machine of Hypothesis: a failing history is shrunk to the few steps that matter."""

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.simulator.install import simulated
from tests.simulator.invariants import check
from tests.simulator.server import MemoryServer
from tests.simulator.trace import Act, Step, trace_of
from tests.simulator.world import World

OFTEN = (Act.WRITE, Act.WRITE, Act.PUSH, Act.SYNC, Act.PULL, Act.COMPARE)
ACTS = st.one_of(st.sampled_from(OFTEN), st.sampled_from([act for act in Act if act not in OFTEN]))


class Tablets(RuleBasedStateMachine):
    """Any acts in any order; every history is healed and checked at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._place = simulated()
        self._place.__enter__()
        self._loop = asyncio.new_event_loop()
        self._world = World(trace_of(11, length=0), MemoryServer())
        self._loop.run_until_complete(self._world.found())
        self._steps = 0

    @rule(act=ACTS, tablet=st.integers(0, 4), noise=st.integers(0, 9))
    def act(self, act: Act, tablet: int, noise: int) -> None:
        self._steps += 1
        step = Step(self._steps, act, tablet % len(self._world.tablets), noise)
        self._loop.run_until_complete(self._world.take(step))

    def teardown(self) -> None:
        try:
            self._loop.run_until_complete(self._world.heal())
            self._loop.run_until_complete(check(self._world))
        finally:
            self._loop.close()
            self._place.__exit__(None, None, None)


TestTablets = Tablets.TestCase
TestTablets.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)
