"""The statistics of the draw in full size (draw.md §5): 20,000 ceremonies of 400 objects and two joint tasks, the
unfair draws that must be caught, and 20,000 matches. Fails when a figure is not fair, or an unfair draw passes.

`python -m bench.draw_statistics --runs=200000` takes other numbers of ceremonies.
"""

import math
import sys
import time
from collections.abc import Sequence

from bench.figure import Figure
from bench.words import parser_of
from tests.support.chance import office_suite, oracle, suite
from tests.support.chance.ceremonies import FULL, ceremonies
from tests.support.chance.verdict import LEAST, Finding

RUNS = 20_000
SMALL = 10_000


def main(runs: int) -> int:
    size = f"{runs:,} ceremonies × {len(FULL[0].places)} objects"
    begin = time.perf_counter()
    draws = ceremonies(FULL, runs)
    spent = time.perf_counter() - begin
    Figure(f"joint draws of two tasks, {len(FULL[0].places)} objects, one core", runs / spent, "1/s").emit()
    unfair = [finding for number in suite.OBJECTS for finding in told(number, suite.found(number, draws), size)]
    unfair += told("T6", suite.single_tickets(runs), f"{runs:,} ceremonies")
    unfair += told("T8", suite.ground_secrets(runs), f"5 × {runs:,} seeds")
    del draws
    missed = [name for name in suite.unfair(FULL) if not caught(name, runs)]
    people = office_suite.people(runs)
    for number, findings in people.fair.items():
        unfair += told(number, findings, f"{runs:,} matches")
    least, most = people.shares
    Figure("T13 share of a pair of eight people: the least", least, "", 1 / 28, "one of 28 pairs").emit()
    Figure("T13 share of a pair of eight people: the greatest", most, "", 1 / 28, "one of 28 pairs").emit()
    Figure("T14 correlation of two doors, the same person", people.dependence.same, "").emit()
    Figure("T14 correlation of two doors, two people", people.dependence.different, "").emit()
    wrong = sum(bool(oracle.faults(number)) for number in range(SMALL))
    Figure("T15 small matches tried in every way, told wrongly", wrong, f"of {SMALL:,}", target="0").emit()
    for finding in unfair:
        sys.stderr.write(f"not fair: {finding}\n")
    for name in (*missed, *people.missed):
        sys.stderr.write(f"not caught: {name}\n")
    return 1 if unfair or missed or people.missed or wrong else 0


def told(number: str, findings: Sequence[Finding], size: str) -> list[Finding]:
    """Emit the least p of a statistic's figures, whichever side it lies on; those that are not fair."""
    least = min(2 * min(finding.p, 1 - finding.p) for finding in findings)
    name = f"{number} of the draw, least of {len(findings)} two-sided p, {size}"
    Figure(name, least, "", target=f"≥ 2·10⁻⁶ ({WHAT[number]})").emit()
    return [finding for finding in findings if not finding.fair]


def caught(name: str, runs: int) -> bool:
    """Whether the statistic that is meant for it sees an unfair draw; emits by how much."""
    number, draw = suite.unfair(FULL)[name]
    findings = suite.found(number, draw(runs))
    least = max(min(min(finding.p, 1 - finding.p) for finding in findings), 1e-300)
    Figure(f"T10 {name}: seen by {number}", -math.log10(least), "−log₁₀ p", target="> 6").emit()
    return least < LEAST


WHAT = {
    "T2": "cell rates",
    "T3": "uniform within cells",
    "T4": "the oddest object",
    "T5": "pairs of objects",
    "T6": "one object's ticket",
    "T7": "tenths of the list",
    "T8": "ground secrets",
    "T11": "inspectors alike",
    "T13": "pairs of inspectors",
    "R9": "batches",
}

if __name__ == "__main__":
    raise SystemExit(main(parser_of(__doc__, runs=RUNS).parse_args().runs))
