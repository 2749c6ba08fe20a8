"""A task of the plan passes its gate only whole, under each of the rule-sets."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from inspection.planning.finding import Fault, Finding
from inspection.planning.scope import Scope
from inspection.planning.task_rules import Needs, Papers, TaskDraft, check_task, task_number
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, MatchKind, MatchMode
from tests.inspection.planning.worlds import FRAME, PAPERS, draft, rules
from tests.support.rulesets import BY_CODE, each_rule_set

ANYUE, JINFENG, WEIHAI = BY_CODE["anyue-joint"], BY_CODE["jinfeng-commerce"], BY_CODE["weihai-jingkai-commerce"]
JOINT = {"draw_mode": DrawMode.CROSS_DEPARTMENT, "lead": "市场监管局", "participants": ("商务局", "应急局")}


def found(task: TaskDraft, under: RuleSet, papers: Papers = PAPERS) -> list[Finding]:
    return check_task(task, FRAME, under, papers)


def faults(task: TaskDraft, under: RuleSet | None = None, papers: Papers = PAPERS) -> list[Fault]:
    return [one.fault for one in found(task, under or rules(), papers)]


def fitting(under: RuleSet) -> TaskDraft:
    """A task that this rule-set has nothing against."""
    targeted = DrawMode.TARGETED in under.draw.modes and DrawMode.UNTARGETED not in under.draw.modes
    return draft(
        team_size=under.team.minimum_size,
        draw_mode=DrawMode.TARGETED if targeted else under.draw.modes[0],
        scope=Scope(areas=("东",)) if under.draw.modes[0] is DrawMode.TARGETED else Scope(),
        match_kind=under.draw.match_kinds[0],
        match_mode=under.draw.match_modes[0],
        lead="甲局" if under.draw.modes[0] is DrawMode.CROSS_DEPARTMENT else "",
        participants=("乙局",) if under.draw.modes[0] is DrawMode.CROSS_DEPARTMENT else (),
    )


@each_rule_set
def test_a_whole_task_has_no_fault(rules: RuleSet) -> None:
    wrong = [one for one in faults(fitting(rules), rules) if one is not Fault.DIMENSION_UNKNOWN]
    assert wrong == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scheme": ""}, Fault.SCHEME_MISSING),
        ({"scheme": " \n "}, Fault.SCHEME_MISSING),
        ({"materials": ("账册",) * 31}, Fault.MATERIALS_TOO_MUCH),
        ({"materials": ("字" * 201,)}, Fault.MATERIALS_TOO_MUCH),
        ({"team_size": 1}, Fault.TEAM_TOO_SMALL),
        ({"ratio": Fraction(4, 100)}, Fault.RATIO_TOO_LOW),
        ({"ratio": Fraction(6, 5)}, Fault.RATIO_ABOVE_ONE),
        ({"draw_mode": DrawMode.TARGETED}, Fault.CONDITION_MISSING),
        ({"scope": Scope(areas=("东",))}, Fault.CONDITION_NOT_ALLOWED),
        ({"starts_on": date(2026, 7, 1)}, Fault.WINDOW_REVERSED),
        ({"ends_on": date(2027, 1, 1)}, Fault.WINDOW_OUTSIDE_PLAN),
        ({"match_mode": MatchMode.GROUPED}, Fault.MATCH_MODE_NOT_ALLOWED),
        ({"needs": Needs(("商务执法",))}, Fault.NEEDS_NOT_ALLOWED),
        ({"inspectors": (UUID(int=1),)}, Fault.NEEDS_NOT_ALLOWED),
        ({"lead": "甲局"}, Fault.PARTIES_NOT_ALLOWED),
        ({"participants": ("甲局",)}, Fault.PARTIES_NOT_ALLOWED),
        (
            {"draw_mode": DrawMode.TARGETED, "scope": Scope(marks=("fine_weather",))},
            Fault.CONDITION_VALUE_UNKNOWN,
        ),
    ],
)
def test_a_task_that_breaks_a_rule_is_found_in_chinese_and_english(changes: dict, fault: Fault) -> None:
    (one,) = found(draft(**changes), WEIHAI)
    assert one.fault is fault
    chinese, english = one.text("zh_CN"), one.text("en")
    assert chinese != english
    assert "{" not in chinese + english
    assert one.article in chinese
    assert one.article in english


def test_a_cross_department_draw_is_refused_where_the_rule_set_has_none() -> None:
    assert Fault.DRAW_MODE_NOT_ALLOWED in faults(draft(**JOINT), WEIHAI)


def test_a_joint_task_names_its_lead_and_a_participant_besides_and_an_item_of_the_joint_list() -> None:
    assert faults(draft(**JOINT), ANYUE) == []
    assert faults(draft(**{**JOINT, "lead": " "}), ANYUE) == [Fault.LEAD_MISSING]
    for nobody in ((), ("市场监管局",), (" ",)):
        assert faults(draft(**{**JOINT, "participants": nobody}), ANYUE) == [Fault.PARTICIPANTS_MISSING]
    assert faults(draft(**JOINT), ANYUE, Papers(checklist=True)) == [Fault.ITEM_NOT_JOINT]


@each_rule_set
def test_a_task_starts_with_the_papers_that_its_rule_set_asks_for_and_no_others(rules: RuleSet) -> None:
    nothing = {one.fault for one in found(draft(scheme=""), rules, Papers(checklist=False))}
    assert (Fault.SCHEME_MISSING in nothing) is rules.task.scheme_required
    assert (Fault.PROCEDURE_MISSING in nothing) is rules.task.procedure_required
    assert Fault.CHECKLIST_MISSING in nothing
    everything = {one.fault for one in found(draft(), rules)}
    assert everything.isdisjoint({Fault.SCHEME_MISSING, Fault.PROCEDURE_MISSING, Fault.CHECKLIST_MISSING})


@each_rule_set
def test_the_ways_of_drawing_and_matching_are_those_of_the_rule_set(rules: RuleSet) -> None:
    for mode in DrawMode:
        assert (Fault.DRAW_MODE_NOT_ALLOWED in faults(draft(draw_mode=mode), rules)) is (mode not in rules.draw.modes)
    for kind in MatchKind:
        refused = Fault.MATCH_KIND_NOT_ALLOWED in faults(draft(match_kind=kind), rules)
        assert refused is (kind not in rules.draw.match_kinds)
    for way in MatchMode:
        refused = Fault.MATCH_MODE_NOT_ALLOWED in faults(draft(match_mode=way), rules)
        assert refused is (way not in rules.draw.match_modes)


@each_rule_set
def test_a_team_is_as_large_as_the_rule_set_asks_for(rules: RuleSet) -> None:
    least = rules.team.minimum_size
    assert Fault.TEAM_TOO_SMALL in faults(draft(team_size=least - 1), rules)
    assert Fault.TEAM_TOO_SMALL not in faults(draft(team_size=least), rules)


def test_needs_of_inspectors_narrow_a_match_by_hand_only() -> None:
    needs = Needs(("商务执法",), "成品油")
    assert faults(draft(needs=needs, match_kind=MatchKind.CONSTRAINED), WEIHAI) == []
    assert faults(draft(needs=needs, match_kind=MatchKind.CONSTRAINED), JINFENG) == [Fault.MATCH_KIND_NOT_ALLOWED]


def test_the_number_says_who_what_when_and_which() -> None:
    assert task_number("商务", 2026, 3) == "商务抽查〔2026〕3号"
