"""Every value of a rule-set has words in both languages, and two rule-sets are told apart value by value."""

import typing
from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from inspection.kernel.catalogue import LANGUAGES, catalogue
from inspection.policy.flaws import _FORMS, _REASONS
from inspection.policy.model import RuleSet
from inspection.policy.stated import HEAD, NOTE, differences, values
from inspection.policy.terms import Clause
from inspection.policy.words import field_key, label, said, word_key
from inspection.visits.review.outcomes import OutcomeCode
from tests.guards.sources import ROOT
from tests.support.rulesets import ALL_RULE_SETS, BY_CODE, each_rule_set, odd

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def kinds(hint: object) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for inner in typing.get_args(hint):
        yield from kinds(inner)


def reached(model: type[BaseModel], kind: type) -> set[type]:
    """All classes below `model` that are of a kind."""
    found: set[type] = set()
    for field in model.model_fields.values():
        for one in kinds(field.annotation):
            if issubclass(one, kind):
                found.add(one)
            if issubclass(one, BaseModel):
                found |= reached(one, kind)
    return found


@each_language
def test_every_clause_and_every_field_of_the_model_has_a_label(lang: str):
    texts, missing = catalogue("policy", lang), []
    for part, field in RuleSet.model_fields.items():
        clause = next((one for one in kinds(field.annotation) if issubclass(one, Clause)), None)
        names = [n for n in clause.model_fields if n != NOTE and not n.endswith("article")] if clause else [part]
        wanted = [field_key(part if clause else HEAD, name) for name in names]
        missing += [key for key in (*wanted, *([f"policy.part.{part}"] if clause else [])) if key not in texts]
    assert missing == []


@each_language
def test_every_word_of_every_closed_list_has_a_text(lang: str):
    lists = reached(RuleSet, StrEnum)
    assert len(lists) > 25
    texts = catalogue("policy", lang)
    wanted = [word_key(one, value.value) for one in lists for value in one]
    wanted += [f"policy.word.outcomes_{code.value}" for code in OutcomeCode]
    wanted += [f"policy.wrong.{reason}" for reason in (*_REASONS.values(), *_FORMS.values())]
    assert [key for key in wanted if key not in texts] == []


@each_language
def test_every_reason_a_validator_may_give_has_a_text(lang: str):
    code = "\n".join(path.read_text() for path in (ROOT / "inspection/policy").rglob("*.py"))
    reasons = {part.split('"')[0] for part in code.split('wrong("')[1:]}
    assert len(reasons) > 10
    assert [one for one in reasons if f"policy.wrong.{one}" not in catalogue("policy", lang)] == []


@each_language
@each_rule_set
def test_every_value_is_told_without_a_bare_code(rules: RuleSet, lang: str):
    told = [(label(stated, lang), said(stated.value, stated.name, lang)) for stated in values(rules)]
    assert all(first and second for first, second in told)
    assert not [pair for pair in told if "{" in pair[0] + pair[1] or "Fraction" in pair[1] or "=None" in pair[1]]
    assert len({first for first, _ in told}) == len(told)


def test_values_are_said_as_people_say_them():
    weihai = next(rules for rules in ALL_RULE_SETS if rules.team.leaders and not rules.continuity.preferred)
    told = {stated.place: said(stated.value, stated.name, "zh_CN") for stated in values(weihai)}
    assert told["ratio.minimum"] == "5%"
    assert told["draw.modes"] == "不定向、定向"
    assert told["publication.starts"] == "抽查任务完成之日"
    assert told["continuity.most_share"] == "（未规定）"
    assert told["team.leader_named_by"] == "科室负责人确定"
    assert said(Fraction(1, 3), "minimum", "en") == "1/3"
    assert said((), "channels", "en") == "(none)"


def test_every_place_is_stated_once_with_the_article_it_was_read_from():
    (rules,) = [rules for rules in ALL_RULE_SETS if rules.task.complete_within_days == 90]
    stated = {one.place: one for one in values(rules)}
    assert len(stated) == len(values(rules))
    assert stated["outside_draw.kinds.flight"].article == "五（二）"
    assert stated["task.procedure_required"].article == "六"
    assert stated["task.complete_within_days"].article == rules.task.article


@each_rule_set
def test_a_rule_set_differs_from_itself_in_nothing(rules: RuleSet):
    assert differences(rules, RuleSet.model_validate(rules.model_dump(mode="json"))) == []


def test_a_difference_has_both_values_and_both_articles():
    one, other = BY_CODE["quanzhou-economy"], BY_CODE["jinfeng-commerce"]
    found = {pair.stated.place: pair for pair in differences(one, other)}
    pair = found["notice.advance"]
    assert pair.one is not None
    assert pair.other is not None
    assert (pair.one.value, pair.other.value) == ("forbidden", "exceptional")
    assert (pair.one.article, pair.other.article) == ("二（二）", "第十八条")
    assert "notice.note" in found
    assert "team.minimum_size" not in found


def test_an_element_that_only_one_has_stands_on_one_side():
    found = {pair.stated.place: pair for pair in differences(BY_CODE["xinglongtai-market"], odd())}
    only_one, only_other = found["outside_draw.kinds.clue"], found["results.classes.bad"]
    assert only_one.other is None
    assert only_other.one is None


@given(pair=st.tuples(st.sampled_from(ALL_RULE_SETS), st.sampled_from(ALL_RULE_SETS)))
def test_differences_are_the_same_places_from_either_side(pair: tuple[RuleSet, RuleSet]):
    one, other = pair
    there, back = differences(one, other), differences(other, one)
    assert {found.stated.place for found in there} == {found.stated.place for found in back}
    assert bool(there) == (one != other)
