"""A task outside the draw needs a clause, a reason, a basis, objects and people who may go, under each rule-set."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from inspection.planning.finding import Fault, Finding
from inspection.planning.outside_rules import (
    NamedInspector,
    NamedObject,
    OutsideDraft,
    check_outside,
    filled,
    over_cap,
)
from inspection.planning.task_rules import Papers
from inspection.policy.model import RuleSet
from inspection.policy.terms import ApprovalTime, TaskKind
from tests.inspection.planning.worlds import PAPERS
from tests.support.rulesets import BY_CODE, each_rule_set

TODAY = date(2026, 3, 2)
WEIHAI, XINGLONGTAI = BY_CODE["weihai-jingkai-commerce"], BY_CODE["xinglongtai-market"]
SHOP, BAKERY = NamedObject("P:1"), NamedObject("P:2")
PAIR = (NamedInspector("甲"), NamedInspector("乙"))
DRAFT = OutsideDraft(
    name="某线索核查",
    kind=TaskKind.CLUE,
    reason="接到投诉举报",
    basis="《投诉举报处理办法》第三条，某政发〔2026〕1号",
    source="12345-20260302-001",
    objects=(UUID(int=1),),
    team_size=2,
    scheme="现场核查。",
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 6),
)


def found(
    rules: RuleSet = WEIHAI,
    objects: tuple[NamedObject, ...] = (SHOP,),
    team: tuple[NamedInspector, ...] = PAIR,
    papers: Papers = PAPERS,
    **changes: object,
) -> list[Finding]:
    return check_outside(replace(DRAFT, **changes), rules, papers, objects, team, TODAY)


def fitting(rules: RuleSet, kind: TaskKind) -> dict[str, object]:
    """What a task of this kind needs beyond the draft under this rule-set."""
    outside = rules.outside_draw.of(kind)
    later = outside is not None and outside.approval is ApprovalTime.AFTERWARDS
    return {"kind": kind, "team_size": rules.team.minimum_size, "approve_by": TODAY if later else None}


def team_of(rules: RuleSet) -> tuple[NamedInspector, ...]:
    return tuple(NamedInspector(f"第{n}人") for n in range(rules.team.minimum_size))


@each_rule_set
def test_a_kind_is_made_outside_the_draw_only_where_the_rule_set_has_it(rules: RuleSet) -> None:
    for kind in TaskKind:
        one = rules.outside_draw.of(kind)
        told = found(rules, team=team_of(rules), **fitting(rules, kind))
        if one is None:
            (refused,) = told
            assert refused.fault is Fault.KIND_NOT_ALLOWED
            assert refused.article == rules.outside_draw.article
        else:
            assert told == []


@each_rule_set
def test_the_default_is_random_and_no_rule_set_lets_it_be_made_outside(rules: RuleSet) -> None:
    """安岳 一(一): all inspections by random draw; anything else is a kind of its own with a reason."""
    assert [one.fault for one in found(rules, kind=TaskKind.RANDOM)] == [Fault.KIND_NOT_ALLOWED]


@each_rule_set
def test_every_kind_states_its_reason_its_basis_and_its_source(rules: RuleSet) -> None:
    for one in rules.outside_draw.kinds:
        told = found(rules, team=team_of(rules), reason=" ", basis="", source="\n", **fitting(rules, one.kind))
        assert [x.fault for x in told] == [Fault.REASON_MISSING, Fault.BASIS_MISSING, Fault.SOURCE_MISSING]
        assert {x.article for x in told} == {one.article}


@each_rule_set
def test_an_approval_is_made_up_for_only_where_the_rule_set_lets_it_and_never_without_a_day(rules: RuleSet) -> None:
    for one in rules.outside_draw.kinds:
        base = {**fitting(rules, one.kind), "team": team_of(rules)}
        later = one.approval is ApprovalTime.AFTERWARDS
        stated = [x.fault for x in found(rules, **{**base, "approve_by": TODAY})]
        silent = [x.fault for x in found(rules, **{**base, "approve_by": None})]
        past = [x.fault for x in found(rules, **{**base, "approve_by": date(2026, 3, 1)})]
        assert stated == ([] if later else [Fault.APPROVED_BEFORE_ONLY])
        assert silent == ([Fault.APPROVE_BY_MISSING] if later else [])
        assert past == ([Fault.APPROVE_BY_MISSING] if later else [Fault.APPROVED_BEFORE_ONLY])


@each_rule_set
def test_the_cap_binds_the_kinds_that_the_rule_set_limits_unless_a_person_says_why_not(rules: RuleSet) -> None:
    most = rules.visit_cap.maximum
    full = replace(SHOP, visits=most or 99)
    for one in rules.outside_draw.kinds:
        base = {**fitting(rules, one.kind), "team": team_of(rules)}
        binds = one.limited_by_cap and most is not None
        told = found(rules, objects=(full, BAKERY), **base)
        assert [x.fault for x in told] == ([Fault.CAP_REACHED] if binds else [])
        if binds:
            assert told[0].facts == {"object": "P:1", "visits": most, "most": most}
            assert told[0].article == rules.visit_cap.article
        assert found(rules, objects=(full, BAKERY), cap_override="群众反映强烈", **base) == []
        assert found(rules, objects=(replace(full, exempt=True),), **base) == []
        assert [x.code for x in over_cap(rules, one, (full, BAKERY))] == (["P:1"] if binds else [])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"objects": ()}, Fault.OBJECTS_MISSING),
        ({"objects": (SHOP, SHOP)}, Fault.OBJECT_TWICE),
        ({"objects": (replace(SHOP, in_directory=False),)}, Fault.OBJECT_NOT_IN_DIRECTORY),
        ({"objects": (replace(SHOP, gone=True),)}, Fault.OBJECT_GONE),
        ({"team": (NamedInspector("甲"),)}, Fault.TEAM_TOO_SMALL),
        ({"team": (*PAIR, NamedInspector("丙", ("无有效执法证。",)))}, Fault.INSPECTOR_BARRED),
        ({"inspectors": (UUID(int=7), UUID(int=7))}, Fault.INSPECTOR_TWICE),
        ({"team_size": 1}, Fault.TEAM_TOO_SMALL),
        ({"scheme": " "}, Fault.SCHEME_MISSING),
        ({"papers": Papers(checklist=False)}, Fault.CHECKLIST_MISSING),
        ({"ends_on": date(2026, 3, 1)}, Fault.WINDOW_REVERSED),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 3, 1)}, Fault.WINDOW_PAST),
        ({"kind": TaskKind.FLIGHT}, Fault.KIND_NOT_ALLOWED),
        ({"reason": ""}, Fault.REASON_MISSING),
        ({"basis": " "}, Fault.BASIS_MISSING),
        ({"source": ""}, Fault.SOURCE_MISSING),
        ({"approve_by": date(2026, 3, 9)}, Fault.APPROVED_BEFORE_ONLY),
        ({"kind": TaskKind.EMERGENCY}, Fault.APPROVE_BY_MISSING),
        ({"kind": TaskKind.CAMPAIGN, "objects": (replace(SHOP, visits=2),)}, Fault.CAP_REACHED),
    ],
)
def test_whatever_is_wrong_is_found_and_told_in_chinese_and_english(changes: dict, fault: Fault) -> None:
    (one,) = found(**changes)
    assert one.fault is fault
    chinese, english = one.text("zh_CN"), one.text("en")
    assert chinese != english
    assert "{" not in chinese + english


def test_the_procedure_of_the_item_is_asked_for_outside_the_draw_as_well() -> None:
    told = found(XINGLONGTAI, papers=Papers(checklist=True))
    assert [one.fault for one in told] == [Fault.PROCEDURE_MISSING]


def test_a_team_may_be_left_to_be_designated() -> None:
    assert found(team=()) == []


@each_rule_set
def test_a_name_and_a_team_size_are_filled_in(rules: RuleSet) -> None:
    for one in rules.outside_draw.kinds:
        bare = replace(DRAFT, kind=one.kind, name=" ", team_size=0)
        told = filled(bare, "对某项的检查", rules)
        assert told.name == f"对某项的检查（{one.text.zh}）"
        assert told.team_size == rules.team.minimum_size
        many = tuple(UUID(int=n) for n in range(rules.team.minimum_size + 1))
        assert filled(replace(bare, inspectors=many), "某项", rules).team_size == len(many)
    assert len(filled(replace(DRAFT, name=""), "长" * 500, rules).name) == 200
    assert filled(DRAFT, "某项", rules) == DRAFT
