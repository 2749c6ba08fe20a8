"""Replay one seed: `python -m tests.simulator SEED [--length STEPS] [--shrink]`."""

import argparse
import sys

from tests.simulator.install import simulated
from tests.simulator.run import finish, run_core
from tests.simulator.shrink import shrunk
from tests.simulator.trace import trace_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    parser.add_argument("seed", type=int)
    parser.add_argument("--length", type=int, default=60, help="steps of the trace")
    parser.add_argument("--shrink", action="store_true", help="leave out what does not matter to its failure first")
    asked = parser.parse_args()
    trace = trace_of(asked.seed, length=asked.length)
    if asked.shrink:
        with simulated():
            trace = shrunk(trace)
    sys.stdout.write(f"{trace.tablets} tablets, clocks {trace.clocks}, {trace.rates}\n")
    for step in trace.steps:
        sys.stdout.write(f"{step.number:4} {step.act.value:16} tablet {step.tablet} noise {step.noise}\n")
    with simulated():
        world = finish(run_core(trace))
    sys.stdout.write(f"{world.report}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
