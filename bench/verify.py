"""The stand-alone verifier on the bundle of a large draw: every row, ticket and team made again, from a ZIP.

python -m bench.verify          makes the bundle in one process and measures in another
"""

import contextlib
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from bench.figure import Figure
from bench.words import parser_of
from inspection.draw.teams.rules import MatchRules, Seat
from inspection.draw.told.standalone import archived
from inspection.draw.verify.__main__ import main as verify
from tests.inspection.draw.rehearsal import rehearse

ROWS, PEOPLE, RATIO = 1_000_000, 2_000, Fraction(5, 100)
TARGET_S = 6.0
STEPS = ("make", "measure")
# Salt and leaf of a row, salt and digest of its attributes, a node of the tree, the ticket.
HASHES_A_ROW, SAMPLE, BLOCK = 6, 500_000, b"x" * 53


def main() -> int:
    parser = parser_of(__doc__)
    for step in STEPS:
        parser.add_argument(f"--{step}", type=Path, metavar="ZIP", help="this step only")
    told = parser.parse_args()
    if told.make:
        make(told.make)
        return 0
    if told.measure:
        return measure(told.measure)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "draw.zip")
        for step in STEPS:
            # Apart, so that the memory of the making does not show in the figure.
            done = subprocess.run([sys.executable, "-m", "bench.verify", f"--{step}={path}"], check=False)
            if done.returncode:
                return done.returncode
    return 0


def make(path: Path) -> None:
    """A sealed draw of a whole directory, as the supervisor gets it."""
    rules = MatchRules(seats=(Seat(required=("商务执法",)),))
    path.write_bytes(archived(rehearse(ROWS, PEOPLE, ratio=RATIO, match=rules).full()))


def measure(path: Path) -> int:
    """V-full from the ZIP, as a supervisor runs it."""
    told = io.StringIO()
    begin = time.perf_counter()
    with contextlib.redirect_stdout(told):
        code = verify([str(path), "--json"])
    spent = time.perf_counter() - begin
    if code:
        sys.stderr.write(told.getvalue())
        return code

    Figure(_name(), spent, "s", _limit(), f"{HASHES_A_ROW} SHA-256 a row on all cores", f"≤ {TARGET_S:g} s").emit()
    return 0


def _name() -> str:
    drawn = RATIO.numerator * 100 // RATIO.denominator
    return f"full verification of a draw, {ROWS:,} rows, {drawn} % drawn, {PEOPLE:,} inspectors"


def _limit() -> float:
    begin = time.perf_counter()
    for _ in range(SAMPLE):
        hashlib.sha256(BLOCK).digest()
    one = (time.perf_counter() - begin) / SAMPLE
    return one * HASHES_A_ROW * ROWS / len(os.sched_getaffinity(0))


if __name__ == "__main__":
    raise SystemExit(main())
