"""A server that draws nothing stays small: what only a match needs is imported by the match."""

import subprocess
import sys

ASKED = """
import sys
import inspection.draw.check_feasibility, inspection.draw.freeze, inspection.draw.match, inspection.draw.seal
import inspection.draw.plan_draw, inspection.draw.teams.staffing
print(sorted({"numpy", "scipy"} & set(sys.modules)))
"""


def test_the_verbs_of_the_draw_come_without_numpy_and_scipy() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
