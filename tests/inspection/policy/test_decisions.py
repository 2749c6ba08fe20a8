"""The table of decisions: what changes for one authority must not change for another unseen."""

from tests.guards.sources import ROOT
from tests.support.decisions import decisions, table
from tests.support.rulesets import ALL_RULE_SETS

FILE = ROOT / "tests/golden/decisions.txt"


def columns() -> list[tuple[str, ...]]:
    rows = [line.split("\t") for line in table().splitlines()]
    assert {len(row) for row in rows} == {len(ALL_RULE_SETS) + 1}
    return list(zip(*rows[1:], strict=True))[1:]


def test_every_decision_is_the_one_that_is_kept() -> None:
    """`make contract` writes the file; its difference shows which decisions a change of code or rule-set turns."""
    assert table() == FILE.read_text(encoding="utf-8")


def test_no_two_rule_sets_decide_alike() -> None:
    assert len(set(columns())) == len(ALL_RULE_SETS)


def test_the_sixth_rule_set_turns_most_decisions_of_each_of_the_five() -> None:
    *five, odd = columns()
    for other in five:
        assert sum(one != two for one, two in zip(odd, other, strict=True)) > len(decisions()) / 3
