"""The rule-sets that a test about rules runs through: the five shipped, and a sixth of an authority odd in every value,
so that a rule which has one authority in mind is found out.
"""

from functools import cache
from pathlib import Path

import pytest

from inspection.policy.load import parse_rule_set, shipped
from inspection.policy.model import RuleSet

ODD_FILE = Path(__file__).with_name("odd-authority.2030.toml")


@cache
def odd() -> RuleSet:
    """The sixth rule-set. Not among those in force: set FIELDCHECK_RULE_SETS to a folder that holds `ODD_FILE`."""
    return parse_rule_set(ODD_FILE.read_text(encoding="utf-8"))


def five() -> tuple[RuleSet, ...]:
    """The newest shipped rule-set of every code, by code."""
    return tuple(line[-1] for _, line in sorted(shipped().items()))


ALL_RULE_SETS: tuple[RuleSet, ...] = (*five(), odd())
BY_CODE = {rules.code: rules for rules in ALL_RULE_SETS}

each_rule_set = pytest.mark.parametrize("rules", ALL_RULE_SETS, ids=[rules.code for rules in ALL_RULE_SETS])
"""Runs a test once for each of the six; the test takes the argument `rules`."""
