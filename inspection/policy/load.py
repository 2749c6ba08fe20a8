"""Which rule-set was in force for an authority on a day, out of the rule-sets shipped as data."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType

from pydantic import ValidationError

from inspection.kernel.canonical import digest_of
from inspection.kernel.errors import Invalid, NotFound
from inspection.policy.model import RuleSet
from mobile_contract.problems import ProblemCode


def parse_rule_set(text: str) -> RuleSet:
    """The rule-set a TOML text states.

    Raises:
        Invalid: `policy.unreadable` for broken TOML, an unknown key, a missing article, a value out of range;
            the fact `problems` lists place and reason.
    """
    try:
        return RuleSet.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        problems = [str(error)]
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc'])) or '-'}: {e['msg']}" for e in error.errors()]
    raise Invalid(ProblemCode.INVALID, "policy.unreadable", problems=problems)


def digest(rules: RuleSet) -> str:
    """SHA-256 (hex) of the rule-set's canonical JSON: layout and comments of the file do not matter."""
    return digest_of(rules.model_dump(mode="json"))


def spans_in_order(rule_sets: Iterable[RuleSet]) -> Mapping[str, tuple[RuleSet, ...]]:
    """The rule-sets by code, oldest first, each code's spans following one another without overlap or gap.

    Raises:
        Invalid: `policy.overlap` where a day would be judged by two rule-sets, `policy.gap` where by none,
            `policy.twice` where two rule-sets bear one name.
    """
    by_code: dict[str, list[RuleSet]] = defaultdict(list)
    for rules in rule_sets:
        by_code[rules.code].append(rules)
    for code, line in by_code.items():
        line.sort(key=lambda rules: rules.effective_from)
        if len({rules.version for rules in line}) != len(line):
            raise Invalid(ProblemCode.INVALID, "policy.twice", rule_set=code)
        for older, newer in pairwise(line):
            _check_seam(older, newer)
    return MappingProxyType({code: tuple(line) for code, line in by_code.items()})


def _check_seam(older: RuleSet, newer: RuleSet) -> None:
    facts = {"older": older.name, "newer": newer.name}
    if older.effective_until is None or older.effective_until >= newer.effective_from:
        raise Invalid(ProblemCode.INVALID, "policy.overlap", **facts)
    if older.effective_until + timedelta(days=1) != newer.effective_from:
        raise Invalid(ProblemCode.INVALID, "policy.gap", **facts)


@cache
def shipped() -> Mapping[str, tuple[RuleSet, ...]]:
    """All rule-sets in the package, checked against each other."""
    folder = resources.files("inspection.policy").joinpath("rulesets")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return spans_in_order([parse_rule_set(f.read_text(encoding="utf-8")) for f in files])


def rule_set(code: str, on: date) -> RuleSet:
    """The rule-set of `code` in force on the day `on`.

    Raises:
        NotFound: `policy.no_rule_set` when the code is unknown or no version covers that day.
    """
    for rules in shipped().get(code, ()):
        if rules.covers(on):
            return rules
    raise NotFound(ProblemCode.RULE_SET_UNKNOWN, "policy.no_rule_set", rule_set=code, on=on.isoformat())


def rule_set_named(name: str) -> RuleSet:
    """The rule-set a record names (`code.version`): it is judged by that one for ever.

    Raises:
        NotFound: `policy.no_such_version`.
    """
    for line in shipped().values():
        for rules in line:
            if rules.name == name:
                return rules
    raise NotFound(ProblemCode.RULE_SET_UNKNOWN, "policy.no_such_version", rule_set=name)
