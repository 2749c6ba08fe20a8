"""What a targeted draw takes: every dimension of the rule-sets, and only theirs."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.planning.finding import Fault
from inspection.planning.scope import DIMENSIONS, PROGRESS_TAG, SUBORDINATION_TAG, Scope
from inspection.planning.task_rules import check_task
from inspection.policy.model import RuleSet
from inspection.policy.terms import Dimension, DrawMode, Mark
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import ObjectKind, RiskLevel
from tests.inspection.planning.worlds import FRAME, PAPERS, draft, row
from tests.support.rulesets import each_rule_set

SITE = replace(
    row(ObjectKind.PROJECT, ("建筑",), "大型", "东"),
    registers=("隶属:市属", "进展:在建", "重点工程名录"),
    risk=RiskLevel.HIGH,
    marks=(Mark.PENALTY, Mark.COMPLAINT),
)
VALUES = {
    "kinds": ("project", "enterprise"),
    "trades": ("建筑", "餐饮"),
    "scales": ("大型", "小型"),
    "areas": ("东", "西"),
    "subordinations": ("市属", "区属"),
    "progress": ("在建", "竣工"),
    "grades": ("A", "D"),
    "risks": ("high", "low"),
    "marks": ("penalty", "dishonesty"),
    "registers": ("重点工程名录", "危化品名录"),
}
scopes = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(values), unique=True).map(tuple) for name, values in VALUES.items()}
).map(lambda held: Scope(**held))


def test_every_dimension_of_the_rule_sets_has_its_field() -> None:
    assert set(DIMENSIONS.values()) == set(Dimension)
    assert list(DIMENSIONS) == [one.name for one in fields(Scope)]


@pytest.mark.parametrize("name", VALUES)
def test_a_row_is_taken_by_the_value_it_bears_and_not_by_another(name: str) -> None:
    borne, other = VALUES[name]
    assert Scope(**{name: (borne,)}).holds(SITE)
    assert Scope(**{name: (other, borne)}).holds(SITE)
    assert not Scope(**{name: (other,)}).holds(SITE)


@given(one=scopes, other=scopes)
def test_more_dimensions_never_take_more_rows(one: Scope, other: Scope) -> None:
    both = Scope(**{name: getattr(one, name) or getattr(other, name) for name in DIMENSIONS})
    assert Scope().holds(SITE)
    if both.holds(SITE):
        assert one.holds(SITE)


@given(scope=scopes)
def test_the_rows_are_asked_for_all_registers_and_tags_that_the_scope_looks_at(scope: Scope) -> None:
    bare = replace(SITE, registers=tuple(name for name in SITE.registers if name in scope.named))
    assert scope.holds(bare) is scope.holds(SITE)


def test_tags_say_subordination_and_progress_and_stand_in_no_other_dimension() -> None:
    scope = Scope(subordinations=("市属",), progress=("在建",), registers=("重点工程名录",))
    assert scope.named == {SUBORDINATION_TAG + "市属", PROGRESS_TAG + "在建", "重点工程名录"}
    assert not Scope(subordinations=("在建",)).holds(SITE)


def test_a_row_without_a_value_meets_no_condition_on_it() -> None:
    bare = replace(row(ObjectKind.ENTERPRISE, (), None, None), credit_grade=None)
    assert not any(_of(name).holds(bare) for name in VALUES if name != "kinds")


def _of(name: str) -> Scope:
    return Scope(**{name: VALUES[name]})


def test_a_task_of_before_named_trades_among_the_kinds() -> None:
    shop: DirectoryRow = row(ObjectKind.ENTERPRISE, ("成品油零售",), "小型", "东")
    assert Scope(kinds=("成品油零售", "家庭服务"), areas=("东", "西"), scales=("小型",)).holds(shop)
    assert not Scope(kinds=("家庭服务",)).holds(shop)


@each_rule_set
def test_a_dimension_that_the_rule_set_does_not_know_is_found(rules: RuleSet) -> None:
    for name, dimension in DIMENSIONS.items():
        task = draft(draw_mode=DrawMode.TARGETED, scope=_of(name))
        found = [one for one in check_task(task, FRAME, rules, PAPERS) if one.fault is Fault.DIMENSION_UNKNOWN]
        assert bool(found) is (dimension not in rules.draw.dimensions)
        assert all(one.facts == {"dimension": dimension.value} for one in found)


@pytest.mark.parametrize("scope", [Scope(grades=("E",)), Scope(risks=("红",)), Scope(marks=("x", "penalty"))])
def test_a_value_that_nothing_can_bear_is_found(scope: Scope) -> None:
    assert list(scope.unknown.values()) in ([("E",)], [("红",)], [("x",)])
