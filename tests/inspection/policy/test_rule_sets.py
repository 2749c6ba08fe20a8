"""The rule-sets shipped as data: what the first one says, and what the reader refuses."""

import re
from datetime import date, timedelta
from fractions import Fraction
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.errors import Invalid, NotFound
from inspection.policy.load import digest, known, parse_rule_set, rule_set, rule_set_named, spans_in_order
from inspection.policy.model import RuleSet
from inspection.policy.terms import (
    CapCounts,
    CapPeriod,
    ClockStart,
    LeaderNamedBy,
    NoticeTime,
    RatioBase,
    RecusalWay,
)

CHINESE = re.compile("[\u4e00-\u9fff]")
CODE = "weihai-jingkai-commerce"
DAY = date(2026, 3, 2)


def text() -> str:
    file = resources.files("inspection.policy") / "rulesets" / f"{CODE}.2019.toml"
    return file.read_text(encoding="utf-8")


def spanning(start: date, end: date | None, version: str) -> RuleSet:
    return rule_set(CODE, DAY).model_copy(update={"version": version, "effective_from": start, "effective_until": end})


def test_article_6_sets_ratio_frequency_cap_and_four_exemptions():
    rules = rule_set(CODE, DAY)
    assert rules.ratio.minimum == Fraction(5, 100)
    assert rules.ratio.base is RatioBase.REGISTER
    assert rules.frequency.minimum_per_year == 1
    assert (rules.visit_cap.maximum, rules.visit_cap.counts, rules.visit_cap.period) == (
        2,
        CapCounts.EXECUTED,
        CapPeriod.CALENDAR_YEAR,
    )
    assert rules.visit_cap.exemption_codes == {
        "many-complaints",
        "abnormal-list",
        "dishonesty-record",
        "serious-violation-record",
    }
    assert {rules.ratio.article, rules.frequency.article, rules.visit_cap.article} == {"第六条"}


def test_articles_11_to_18_set_plan_task_team_recusal_and_replacement():
    rules = rule_set(CODE, DAY)
    assert (rules.plan.due.month, rules.plan.due.day) == (1, 10)
    assert rules.plan.filed_with is not None
    assert rules.plan.covers_all_items
    assert set(rules.plan.fields) == {"item", "object", "content", "method", "ratio", "frequency", "window"}
    assert rules.task.review_required
    assert rules.task.scheme_required
    assert (rules.team.minimum_size, rules.team.leaders) == (2, 1)
    assert rules.team.leader_named_by is LeaderNamedBy.SECTION_HEAD
    assert rules.recusal.ways == (RecusalWay.SWAP, RecusalWay.ABSTAIN)
    assert [reason.code for reason in rules.replacement.reasons] == [
        "recusal",
        "post-change",
        "work-conflict",
        "health",
    ]
    assert rules.replacement.approval_by == "approver"


def test_articles_23_to_26_set_notice_record_publication_and_objection():
    rules = rule_set(CODE, DAY)
    assert rules.notice.served is NoticeTime.ON_ARRIVAL
    assert len(rules.record.signers) == 3
    assert rules.record.refusal_note_required
    assert (rules.publication.working_days, rules.publication.starts) == (20, ClockStart.TASK_COMPLETED)
    assert (rules.objection.working_days, rules.objection.starts) == (20, ClockStart.APPLICATION_RECEIVED)
    assert rules.retention.tablet_days_after_publication == 90


def test_a_record_finds_its_rule_set_by_name():
    rules = rule_set(CODE, DAY)
    assert rule_set_named(rules.name) is rules
    with pytest.raises(NotFound):
        rule_set_named(f"{CODE}.1999")


def test_no_rule_set_before_its_first_day_and_none_for_an_unknown_code():
    first = known()[CODE][0].effective_from
    assert rule_set(CODE, first).effective_from == first
    with pytest.raises(NotFound):
        rule_set(CODE, first - timedelta(days=1))
    with pytest.raises(NotFound):
        rule_set("nowhere", DAY)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("minimum_per_year = 1", "minimum_per_year = 1\nminimun_ratio = 3", "frequency.minimun_ratio"),
        ('minimum = "5/100"', 'minimum = "0.05"', "ratio.minimum"),
        ('minimum = "5/100"', 'minimum = "105/100"', "ratio"),
        ('minimum = "5/100"', 'minimum = "5/0"', "ratio.minimum"),
        ('minimum = "5/100"', "minimum = 0.05", "ratio.minimum"),
        ('article = "第十七条"\n', "", "recusal.article"),
        ('code = "abnormal-list"', 'code = "many-complaints"', "risk"),
        ("due = { month = 1, day = 10,", "due = { month = 1,", "plan.due.day"),
        ("due = { month = 1, day = 10,", "due = { month = 2, day = 30,", "plan.due"),
        ("effective_from = 2019-12-31", "effective_from = 2019-12-31\neffective_until = 2019-12-01", "-"),
        ('starts = "task_completed"', 'starts = "whenever"', "publication.starts"),
        ('code = "weihai-jingkai-commerce"', "code = ", "TOML"),
    ],
)
def test_a_wrong_rule_set_is_refused_with_its_place(old: str, new: str, place: str):
    assert old in text()
    with pytest.raises(Invalid) as refusal:
        parse_rule_set(text().replace(old, new, 1))
    places, problems = refusal.value.facts["places"], refusal.value.facts["problems"]
    assert place in places
    assert all(place in problems[lang] for lang in LANGUAGES)
    assert CHINESE.search(problems["zh_CN"])
    assert not CHINESE.search(problems["en"])


def test_the_digest_ignores_comments_and_sees_every_value():
    plain = digest(parse_rule_set(text()))
    assert digest(parse_rule_set("# another comment\n" + text())) == plain
    assert digest(parse_rule_set(text().replace("working_days = 20", "working_days = 19", 1))) != plain
    assert digest(parse_rule_set(text().replace("第十七条", "第七十条", 1))) != plain


def test_two_open_spans_of_one_code_overlap():
    with pytest.raises(Invalid, match=r"policy\.overlap"):
        spans_in_order([spanning(date(2020, 1, 1), None, "2020"), spanning(date(2021, 1, 1), None, "2021")])


def test_one_version_twice_is_refused():
    same = spanning(date(2021, 1, 1), None, "2020")
    with pytest.raises(Invalid, match=r"policy\.twice"):
        spans_in_order([spanning(date(2020, 1, 1), date(2020, 12, 31), "2020"), same])


@settings(max_examples=60)
@given(
    lengths=st.lists(st.integers(1, 900), min_size=2, max_size=5),
    shifts=st.lists(st.integers(-3, 3), min_size=4),
)
def test_exactly_the_spans_that_follow_day_on_day_are_accepted(lengths: list[int], shifts: list[int]):
    start = date(2020, 1, 1)
    line = []
    for index, length in enumerate(lengths):
        end = start + timedelta(days=length + 3)
        line.append(spanning(start, end if index < len(lengths) - 1 else None, f"{2020 + index}"))
        start = end + timedelta(days=1 + (shifts[index] if index < len(shifts) else 0))
    seamless = all(b.effective_from - a.effective_until == timedelta(days=1) for a, b in pairwise(line))
    if seamless:
        assert spans_in_order(reversed(line))[CODE] == tuple(line)
    else:
        with pytest.raises(Invalid):
            spans_in_order(reversed(line))
