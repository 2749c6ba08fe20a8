"""A rule-set as pages show it: nothing is left out, every value has words and an article, every anchor is one of a
kind."""

import pytest

from inspection.kernel.catalogue import LANGUAGES
from inspection.policy.chapters import chapters, differing
from inspection.policy.model import RuleSet
from inspection.policy.stated import HEAD, NOTE, differences, values
from tests.support.rulesets import ALL_RULE_SETS, each_rule_set


@each_rule_set
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_of_a_rule_set_is_told_once_with_its_article(rules: RuleSet, lang: str) -> None:
    told = chapters(rules, lang)
    places = [one.place for chapter in told for one in chapter.provisions]
    assert places == [one.place for one in values(rules) if one.part != HEAD and one.name != NOTE]
    assert len({*places, *(chapter.part for chapter in told)}) == len(places) + len(told)
    assert all(one.words and one.name and one.article for chapter in told for one in chapter.provisions)
    notes = [getattr(rules, one.part).note for one in values(rules) if one.name == NOTE]
    assert [chapter.note for chapter in told if chapter.note] == notes


def test_two_rule_sets_are_told_apart_value_by_value_in_words() -> None:
    one, other = ALL_RULE_SETS[:2]
    found = differing(one, other, "zh_CN")
    assert [place.place for place in found] == [
        place.stated.place for place in differences(one, other) if place.stated.part != HEAD
    ]
    assert all(row.one or row.other for row in found)
    assert differing(one, one, "zh_CN") == ()
