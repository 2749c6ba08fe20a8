"""Ratios as real lists write them; each form of the published lists stands here once."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.registry.items.ratios import NO_RATIO, RatioBound, percent, ratio_bound_of, read_ratio_bound
from inspection.registry.items.wording import Ground, Level

LEAST, MOST, BOTH = "least", "most", "both"


def share(side: str, figure: str, ground: Ground | None = None, level: Level | None = None) -> RatioBound:
    value = Fraction(figure)
    return RatioBound(value if side != MOST else None, value if side != LEAST else None, None, None, ground, level)


FORMS = [
    ("5%", share(BOTH, "5/100")),
    ("5％", share(BOTH, "5/100")),
    ("100%", share(BOTH, "1")),
    ("33%", share(BOTH, "33/100")),
    ("0.5%", share(BOTH, "5/1000")),
    ("2‰", share(BOTH, "2/1000")),
    ("百分之五", share(BOTH, "5/100")),
    ("千分之二", share(BOTH, "2/1000")),
    ("三分之一", share(BOTH, "1/3")),
    ("抽查比例不少于2‰", share(LEAST, "2/1000")),
    ("不低于3%或按专项计划确定", share(LEAST, "3/100", Ground.PLAN)),
    ("不少于3%", share(LEAST, "3/100")),
    ("不得低于10%", share(LEAST, "10/100")),
    ("≥5%", share(LEAST, "5/100")),
    (">=5%", share(LEAST, "5/100")),
    ("5%以上", share(LEAST, "5/100")),
    ("不超过总数的2%", share(MOST, "2/100")),
    ("不超过10%/年", share(MOST, "10/100")),
    ("不得超过5%", share(MOST, "5/100")),
    ("控制在5%以内", share(MOST, "5/100")),
    ("≤10%", share(MOST, "10/100")),
    ("<=10%", share(MOST, "10/100")),
    ("最高不超过30%", share(MOST, "30/100")),
    ("根据实际需要，一般不超过 10%/年", share(MOST, "10/100", Ground.CIRCUMSTANCES)),
    ("根据实际需要，不超过6%", share(MOST, "6/100", Ground.CIRCUMSTANCES)),
    ("100%，每月不少于1次", share(BOTH, "1")),
    ("10-20%", RatioBound(Fraction(1, 10), Fraction(1, 5))),
    ("10%－20%", RatioBound(Fraction(1, 10), Fraction(1, 5))),
    ("10%至20%", RatioBound(Fraction(1, 10), Fraction(1, 5))),
    ("不低于3%，不超过10%", RatioBound(Fraction(3, 100), Fraction(1, 10))),
    ("一般单位10%，重点单位20%", RatioBound(Fraction(1, 10), Fraction(1, 5))),
    ("不低于3%，重点单位10%", share(LEAST, "3/100")),
    ("60-70家", RatioBound(units_least=60, units_most=70)),
    ("不少于10户", RatioBound(units_least=10)),
    ("3户，20%", RatioBound(Fraction(1, 5), Fraction(1, 5), 3, 3)),
    ("根据实际情况确定", RatioBound(ground=Ground.CIRCUMSTANCES)),
    ("根据《某某随机抽查工作规程（试行）的通知》确定。", RatioBound(ground=Ground.RULES)),
    ("结合登记事项检查一并开展", RatioBound(ground=Ground.ALONGSIDE)),
    ("按年度计划", RatioBound(ground=Ground.PLAN)),
]

# Where levels are told apart, what holds for the lowest level named is taken; the level goes with it.
LEVELS = [
    ("市局抽查比例不少于30%", share(LEAST, "30/100", level=Level.CITY)),
    ("市局抽查比例不少于20%", share(LEAST, "20/100", level=Level.CITY)),
    ("省级不超过2%，县级不超过5%", share(MOST, "5/100", level=Level.COUNTY)),
    (
        "省级不超过2%，市、县质监部门结合当地实际制定检查计划",
        RatioBound(ground=Ground.CIRCUMSTANCES, level=Level.COUNTY),
    ),
    (
        "由市级监管部门根据风险情况确定当年检查的重点和检查单位数量",
        RatioBound(ground=Ground.CIRCUMSTANCES, level=Level.CITY),
    ),
    (
        "由省级监管部门根据风险情况提出当年检查重点，由市级监管部门结合当地实际制定检查计划",
        RatioBound(ground=Ground.CIRCUMSTANCES, level=Level.CITY),
    ),
    (
        "由市级监管部门根据风险情况确定当年检查的重点和检查单位数量（10%，其中重点检查单位不低于8%）",
        share(BOTH, "10/100", Ground.CIRCUMSTANCES),
    ),
]

FORMS += [
    ("百分之一百", share(BOTH, "1")),
    ("不低于百分之零点五", share(LEAST, "1/200")),
    ("百分之一点二五", share(BOTH, "1/80")),
    ("五百分之一", NO_RATIO),
    ("不少于1,500家", RatioBound(units_least=1500)),
    ("10%，100家", RatioBound(Fraction(1, 10), Fraction(1, 10), 100, 100)),
    ("每3个月10家", RatioBound(units_least=10, units_most=10)),
]
LEFT_AS_TEXT = [
    *["0.00000001%", "1234567家", "1.5家", "1.2.3%", "百分之一百二十", "百分之三到五", "3个百分点"],
    *["", "≤2", "0%", "120%", "若干", "不低于30%，不超过10%", "2018年开始实施", "%", "千分之零", "70-60家"],
]


@pytest.mark.parametrize(("text", "bound"), FORMS)
def test_every_form_of_real_lists_is_read_exactly(text: str, bound: RatioBound) -> None:
    assert read_ratio_bound(text) == bound


@pytest.mark.parametrize(("text", "bound"), LEVELS)
def test_what_holds_for_the_lowest_level_named_is_taken(text: str, bound: RatioBound) -> None:
    assert read_ratio_bound(text) == bound


@pytest.mark.parametrize("text", LEFT_AS_TEXT)
def test_what_cannot_be_read_or_contradicts_itself_stays_text(text: str) -> None:
    found = read_ratio_bound(text)
    assert not found.is_read
    assert found == NO_RATIO


@pytest.mark.parametrize(
    ("value", "spelled"), [("1/20", "5%"), ("1/500", "0.2%"), ("1/3", "3分之1"), ("1", "100%"), ("1/100000", "0.001%")]
)
def test_a_share_is_written_as_lists_write_it(value: str, spelled: str) -> None:
    assert percent(Fraction(value)) == spelled


@st.composite
def bounds(draw: st.DrawFn) -> RatioBound:
    least, most = sorted(Fraction(draw(st.integers(1, 700)), 700) for _ in range(2))
    low, high = sorted(draw(st.integers(1, 999_999)) for _ in range(2))
    ground, level = draw(st.none() | st.sampled_from(Ground)), draw(st.none() | st.sampled_from(Level))
    shares = draw(st.sampled_from([(None, None), (least, None), (None, most), (least, most), (most, most)]))
    units = draw(st.sampled_from([(None, None), (low, None), (None, high), (low, high), (high, high)]))
    if shares == units == (None, None) and ground is None:
        level = None  # a level without anything that holds for it is not worded
    return RatioBound(*shares, *units, ground, level)


@settings(max_examples=300)
@given(bound=bounds())
def test_a_bound_in_words_is_read_as_the_same_bound(bound: RatioBound) -> None:
    assert read_ratio_bound(bound.written()) == bound


@settings(max_examples=200)
@given(bound=bounds())
def test_a_bound_survives_storage(bound: RatioBound) -> None:
    assert ratio_bound_of(json.loads(json.dumps(bound.as_json()))) == bound


WORDS = st.sampled_from(
    [
        *"0123456789%‰.≤≥>=<-~；，。（）",
        *["每年", "次", "不低于", "不超过", "或者", "家", "省级", "县级", "百分之", "十", "其中", "《"],
    ]
)


@settings(max_examples=400)
@given(text=st.lists(WORDS, max_size=20).map("".join) | st.text(max_size=30))
def test_whatever_a_list_says_is_read_within_bounds_and_in_order(text: str) -> None:
    found = read_ratio_bound(text)
    assert all(bound is None or 0 < bound <= 1 for bound in (found.least, found.most))
    assert found.least is None or found.most is None or found.least <= found.most
    assert found.units_least is None or found.units_most is None or 0 < found.units_least <= found.units_most
    assert read_ratio_bound(found.written()) == found
