"""The rule-sets that a test about rules runs through: the five shipped, and a sixth of an authority odd in every value,
so that a rule which has one authority in mind is found out.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from inspection.policy.load import parse_rule_set, read_text, shipped_sources, use_local
from inspection.policy.model import RuleSet

ODD_FILE = Path(__file__).with_name("odd-authority.2030.toml")


@cache
def odd() -> RuleSet:
    """The sixth rule-set. Not among those in force: see `odd_in_force`, or set FIELDCHECK_RULE_SETS."""
    return parse_rule_set(read_text(ODD_FILE))


def five() -> tuple[RuleSet, ...]:
    """The newest shipped rule-set of every code, by code."""
    newest = {source.rules.code: source.rules for source in shipped_sources()}
    return tuple(newest[code] for code in sorted(newest))


ALL_RULE_SETS: tuple[RuleSet, ...] = (*five(), odd())
BY_CODE = {rules.code: rules for rules in ALL_RULE_SETS}


@contextmanager
def odd_in_force(folder: Path) -> Iterator[Path]:
    """Let the process know the sixth beside the five, out of the local `folder`, as the setting does."""
    shutil.copy(ODD_FILE, folder / ODD_FILE.name)
    use_local(folder)
    try:
        yield folder
    finally:
        use_local(None)


each_rule_set = pytest.mark.parametrize("rules", ALL_RULE_SETS, ids=[rules.code for rules in ALL_RULE_SETS])
"""Runs a test once for each of the six; the test takes the argument `rules`."""
