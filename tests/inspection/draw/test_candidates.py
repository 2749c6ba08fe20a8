"""The cap is lifted by the grounds that the task's rule-set names, and by no other."""

import json
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.frozen.candidates import attributes, exclusion_of, lifted_by, stratum_name
from inspection.draw.lot.frame import Exclusion
from inspection.draw.lot.strata import StrataBy
from inspection.kernel.canonical import canonical_json
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
    return exclusion_of(found, Scope(), visits, 2, exempt)


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
    found = [row("other", "named"), row("other"), row()]
    told = [attributes(one, 2, lifted_by(one, frozenset({"named"})), None) for one in found]
    assert [json.loads(text)["exemption"] for text in told] == ["named", None, None]


def test_the_codes_go_before_each_other() -> None:
    """Closed and outside the conditions first: of what is not in the directory nothing else is said."""
    gone = replace(row(), status=ObjectStatus.CANCELLED)
    narrow = Scope(grades=("D",))
    told = [
        exclusion_of(gone, narrow, 9, 2, (), "省抽1号", awaited=True),
        exclusion_of(row(), narrow, 9, 2, (), "省抽1号", awaited=True),
        exclusion_of(row(), Scope(), 9, 2, (), "省抽1号", awaited=True),
        exclusion_of(row(), Scope(), 9, 2, (), None, awaited=True),
        exclusion_of(row(), Scope(), 1, 2, (), None, awaited=True),
        exclusion_of(row(), Scope(), 9, None),
    ]
    assert [code.name for code in told] == ["CLOSED", "SCOPE", "UP", "CAP", "OPEN", "NONE"]


def test_an_object_has_one_stratum() -> None:
    found = replace(row(), area="东区", trades=("加油站", "餐饮"))
    assert [stratum_name(found, by) for by in (*StrataBy, None)] == ["A", "东区", "加油站", ""]
    bare = replace(row(), credit_grade=None)
    assert {stratum_name(bare, by) for by in StrataBy} == {""}


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


@given(
    *[st.none() | st.text(max_size=8)] * 4,
    st.lists(st.text(max_size=4), max_size=2),
    st.integers(0, 10**6),
)
def test_the_attributes_are_canonical_json(grade, area, exemption, above, trades: list[str], visits: int):
    found = replace(row(), credit_grade=grade, area=area, trades=tuple(trades))
    told = {"object": str(found.object_id), "grade": grade, "area": area, "visits": visits, "exemption": exemption}
    told["trade"] = trades[0] or None if trades else None
    expected = canonical_json(told if above is None else {**told, "above": above})
    assert attributes(found, visits, exemption, above) == expected
