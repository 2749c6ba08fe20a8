"""docs/coverage.md names every clause of the source documents once, and only tests that are there."""

import ast
import re
import tomllib
from functools import cache

from tests.guards.sources import ROOT

CLAUSES = re.findall(
    r"\S+",
    """
X-0 X-1 X-2.1 X-2.2 X-2.3 X-2.4 X-3 X-4 X-5.1 X-5.2 X-5.3 X-5.4 X-5.5 X-6.0 X-6.1 X-6.2 X-6.3 X-6.4 X-6.5
X-7
A-1.1a A-1.1b A-1.2 A-1.3a A-1.3b A-1.3c A-1.3d A-1.3e A-1.4a A-1.4b A-1.4c A-1.5a A-1.5b A-1.5c A-2.1a
A-2.1b A-2.1c A-2.2a A-2.2b A-2.2c A-2.2d A-2.3 A-2.4a A-2.4b A-2.4c A-3.1–3.5
J-1,2 J-3 J-4 J-5 J-6 J-7 J-8 J-9 J-10 J-11 J-12 J-13a J-13b J-14 J-15 J-16 J-17 J-18 J-19 J-20,21
W-1,2 W-3 W-4 W-5 W-6a W-6b W-6c W-7 W-8–10 W-11 W-12 W-13 W-14 W-15 W-16a W-16b W-16c W-17 W-18 W-19
W-20 W-21 W-22 W-23 W-24a W-24b W-24c W-25 W-26 W-27 W-28 W-29,30
Q-2.1 Q-2.2 Q-2.2.1 Q-2.2.2 Q-2.2.3a Q-2.2.3b Q-2.2.3c Q-2.3.1 Q-2.3.2 Q-2.3.3 Q-2.4.1 Q-2.4.2 Q-2.4.3
Q-2.5 Q-3.1–3.3
""",
)
ROW = re.compile(r"^\| ([XAJWQ]-[^ ]+) \| (.*) \| (.*) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[^`]+\.py)::(test_\w+)`")

PLOTS = "api/simulation/year/plots"


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs/coverage.md").read_text(encoding="utf-8"))


@cache
def found_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_clause_stands_once_in_the_order_of_the_documents() -> None:
    assert [clause for clause, _, _ in rows()] == CLAUSES


def test_every_test_that_is_named_is_there() -> None:
    named = [found for _, _, proof in rows() for found in TEST.findall(proof)]
    assert named
    assert [(path, name) for path, name in named if name not in found_in(path)] == []


def test_every_clause_is_proved() -> None:
    assert [clause for clause, _, proof in rows() if not TEST.search(proof)] == []


def test_every_clause_is_seen_in_the_year_of_its_authority() -> None:
    plots = (tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / PLOTS).glob("*.toml"))
    assert sorted(clause["id"] for plot in plots for clause in plot["clauses"]) == sorted(CLAUSES)


def test_a_proof_says_what_it_proves_and_holds_nothing_else() -> None:
    for clause, what, proof in rows():
        assert what, clause
        assert TEST.sub("", proof).replace("<br>", "") == "", clause
