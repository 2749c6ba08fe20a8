"""Makes a trace that fails as short as it can be: the steps that matter, each as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.simulator.run import finish, run_core
from tests.simulator.trace import Rates, Step, Trace

CALM = Rates(0, 0, 0, 0, 0, 0, 0, 0, 0)


def failure(trace: Trace) -> str | None:
    """The invariant that a trace breaks (`I4`, …), or what else it raises; None when it keeps them all.

    Inside `simulated`.
    """
    try:
        finish(run_core(trace))
    except AssertionError as error:
        return str(error).partition(":")[0]
    except Exception as error:  # noqa: BLE001  whatever it is, it must stay the same while steps are left out
        return type(error).__name__
    return None


def shrunk(trace: Trace) -> Trace:
    """A shorter trace that fails in the same way. Steps draw their choices from their own noise: one that is left out
    moves no other. Inside `simulated`.
    """
    why = failure(trace)
    if why is None:
        raise ValueError("nothing fails")

    def fails(steps: Sequence[Step]) -> bool:
        return failure(replace(trace, steps=tuple(steps))) == why

    steps = _fewest(trace.steps, fails)
    calm = replace(trace, steps=steps, rates=CALM)
    return calm if failure(calm) == why else replace(trace, steps=steps)


def _fewest(steps: tuple[Step, ...], fails: Callable[[Sequence[Step]], bool]) -> tuple[Step, ...]:
    """Leave out ever smaller stretches while it still fails."""
    width = len(steps) // 2
    while width:
        start = 0
        while start < len(steps):
            fewer = (*steps[:start], *steps[start + width :])
            if fails(fewer):
                steps = fewer
            else:
                start += width
        width //= 2
    return steps
