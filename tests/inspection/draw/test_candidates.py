"""The cap is lifted by the grounds that the task's rule-set names, and by no other."""

import json
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from inspection.draw.candidates import candidate
from inspection.draw.lot.frame import Exclusion
from inspection.draw.teams.staffing import MatchRules
from inspection.draw.terms import Terms
from inspection.planning.task_rules import Scope
from inspection.policy.terms import Mark
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.rules import Marked, lifting, object_grounds
from tests.support.rulesets import each_rule_set

DAY = date(2026, 3, 2)


def row(*grounds: str) -> DirectoryRow:
    return DirectoryRow(
        UUID(int=1), "P:1", ObjectKind.PRODUCT, (), None, None, "A", ObjectStatus.ACTIVE, grounds=grounds
    )


def excluded(found: DirectoryRow, visits: int, exempt: frozenset[str]) -> Exclusion:
    terms = Terms(Fraction(1, 20), MatchRules(slots=2), visit_cap=2)
    return candidate(found, Scope(), visits, terms, exempt).exclusion


@pytest.mark.parametrize(
    ("grounds", "visits", "code"),
    [
        ((), 1, Exclusion.NONE),
        ((), 2, Exclusion.CAP),
        (("named",), 2, Exclusion.NONE),
        (("other",), 2, Exclusion.CAP),
        (("other", "named"), 9, Exclusion.NONE),
    ],
)
def test_only_a_named_ground_lifts_the_cap(grounds: tuple[str, ...], visits: int, code: Exclusion):
    assert excluded(row(*grounds), visits, frozenset({"named"})) is code


def test_the_attributes_name_the_ground_that_lifted_the_cap_and_no_other():
    terms = Terms(Fraction(1, 20), MatchRules(slots=2), visit_cap=2)
    told = [
        json.loads(candidate(row(*grounds), Scope(), 2, terms, frozenset({"named"})).attrs)["exemption"]
        for grounds in (("other", "named"), ("other",), ())
    ]
    assert told == ["named", None, None]


@each_rule_set
@pytest.mark.parametrize("targeted", [False, True])
@pytest.mark.parametrize("mark", list(Mark))
def test_a_mark_lifts_the_cap_where_the_rule_set_says_so(rules, targeted: bool, mark: Mark):
    marks = [Marked(mark, DAY)] * 100
    grounds = object_grounds(marks, (), rules, DAY)
    exempt = lifting(rules, targeted=targeted)
    effects = {"not_limited", "targeted"} if targeted else {"not_limited"}
    named = any(one.mark is mark and one.effect in effects for one in rules.visit_cap.exemptions)
    assert (excluded(row(*grounds.exempt), 2, exempt) is Exclusion.NONE) is named
