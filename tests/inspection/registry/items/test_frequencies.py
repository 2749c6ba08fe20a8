"""Frequencies as real lists write them; each form of the published lists stands here once."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.registry.items.frequencies import (
    NO_FREQUENCY,
    FrequencyBound,
    Period,
    Way,
    frequency_bound_of,
    read_frequency_bound,
)
from inspection.registry.items.wording import Ground, Level


def times(least: int | None, most: int | None, every: int = 12, period: Period = Period.MONTH) -> FrequencyBound:
    return FrequencyBound(least, most, every, period)


def of_one(most: int, every: int = 12, period: Period = Period.MONTH) -> FrequencyBound:
    return FrequencyBound(None, most, every, period, one_object=True)


FIFTH, THIRD = Fraction(1, 5), Fraction(33, 100)
SOMETIMES = FrequencyBound(None, 2, ground=Ground.CIRCUMSTANCES)
FORMS = [
    ("每年不少于1次", times(1, None)),
    ("每年至少一次", times(1, None)),
    ("每年不少于2次", times(2, None)),
    (">=1", times(1, None)),
    ("≥1次", times(1, None)),
    ("1次/年", times(1, 1)),
    ("每年1次", times(1, 1)),
    ("每年一次", times(1, 1)),
    ("每年2次", times(2, 2)),
    ("5次/年", times(5, 5)),
    ("=1", times(1, 1)),
    ("2", times(2, 2)),
    ("1次，7-12月", times(1, 1)),
    ("1—2次/年", times(1, 2)),
    ("1-2", times(1, 2)),
    ("每年不超过2次", times(None, 2)),
    ("一般不超过2次/年", times(None, 2)),
    ("一般不超过1次/年", times(None, 1)),
    ("不超过2次/年", times(None, 2)),
    ("≤2", times(None, 2)),
    ("<=2次", times(None, 2)),
    ("一年内不超过2次", times(None, 2)),
    ("根据实际需要，一般不超过2次/年", SOMETIMES),
    ("根据实际工作需要，一般不超过2次/年", SOMETIMES),
    ("每月不少于1次", times(1, None, 1)),
    ("100%，每月不少于1次", times(1, None, 1)),
    ("每季度1次", times(1, 1, 3)),
    ("2次/季度", times(2, 2, 3)),
    ("每半年2次", times(2, 2, 6)),
    ("每3个月不少于1次", times(1, None, 3)),
    ("每周1次", times(1, 1, 1, Period.WEEK)),
    ("每2年抽查1次", times(1, 1, 24)),
    ("每两年一次", times(1, 1, 24)),
    ("每2年抽查不超过1次", times(None, 1, 24)),
    ("每季度不少于1次，每年不超过6次", times(1, None, 3)),
    ("对同一单位每2年抽查不超过1次", of_one(1, 24)),
    ("对同一用能产品生产单位，每年度抽查不超过2次", of_one(2)),
    ("对一个单位强制检定计量器具使用单位的检查，同一年度内不超过2次", of_one(2)),
    ("对同一个定量包装商品生产、销售单位同一年度内不超过2次", of_one(2)),
    ("在许可有效期内同一单位不超过2次", of_one(2, 1, Period.LICENCE)),
    ("在许可有效期内对同一个单位的检查不超过2次。", of_one(2, 1, Period.LICENCE)),
    ("在备案有效期内同一机构不超过2次", of_one(2, 1, Period.FILING)),
    ("市级局每年组织1次；县级局每月组织1次", FrequencyBound(1, 1, 1, level=Level.COUNTY)),
    ("每年1次20%；或者每年2次各10%", FrequencyBound(1, 2, ways=(Way(1, FIFTH), Way(2, FIFTH)))),
    ("每年1次33%；或者每年分次达到33%", FrequencyBound(1, None, ways=(Way(1, THIRD), Way(None, THIRD)))),
    ("根据实际情况确定", FrequencyBound(ground=Ground.CIRCUMSTANCES)),
    ("按照分层次监管，根据风险高低，依法属地确定。", FrequencyBound(ground=Ground.CIRCUMSTANCES)),
]

FORMS += [
    ("每年一至二次", FrequencyBound(1, 2)),
    ("1,200次", FrequencyBound(1200, 1200)),
    ("每三十年1次", FrequencyBound(1, 1, every=360)),
    ("日常检查1次", FrequencyBound(1, 1)),
]
LEFT_AS_TEXT = [
    *["一百次", "一百二十次", "1.5次", "1000000次", "三四次"],
    *["每0年1次", "每9999年1次", "每一百年1次", "每1.5年1次", "每天1次", "每旬1次", "隔年1次", "一季度一次"],
    *["", "0", "0次", "若干次", "不定期", "2018年开始", "3-1", "每年不少于5次，每年不超过2次"],
]


@pytest.mark.parametrize(("text", "bound"), FORMS)
def test_every_form_of_real_lists_is_read_exactly(text: str, bound: FrequencyBound) -> None:
    assert read_frequency_bound(text) == bound


@pytest.mark.parametrize("text", LEFT_AS_TEXT)
def test_what_cannot_be_read_or_contradicts_itself_stays_text(text: str) -> None:
    found = read_frequency_bound(text)
    assert not found.is_read
    assert found == NO_FREQUENCY


@pytest.mark.parametrize(
    ("text", "months", "least", "most"),
    [
        ("每月1次", 1, 12, 12),
        ("每季度不少于2次", 3, 8, None),
        ("每半年2次", 6, 4, 4),
        ("每周1次", None, 52, 52),
        ("每5个月1次", 5, 2, 3),
        ("每2年1次", 24, None, 1),
        ("在许可有效期内不超过2次", None, None, None),
        ("对同一单位每年2次", 12, None, 2),
        ("每年1次20%；或者每年2次各10%", 12, 1, 2),
    ],
)
def test_times_a_year_follow_from_the_period(
    text: str, months: int | None, least: int | None, most: int | None
) -> None:
    found = read_frequency_bound(text)
    assert (found.months, found.least_per_year, found.most_per_year) == (months, least, most)


@st.composite
def bounds(draw: st.DrawFn) -> FrequencyBound:
    ground = draw(st.none() | st.sampled_from(Ground))
    period = draw(st.sampled_from(Period))
    every = 1 if period in {Period.LICENCE, Period.FILING} else draw(st.integers(1, 600))
    if period is Period.MONTH and draw(st.booleans()):
        every = draw(st.sampled_from([1, 3, 6, 12, 24, 60]))
    low, high = sorted(draw(st.integers(1, 999_999)) for _ in range(2))
    least, most = draw(st.sampled_from([(low, None), (None, high), (low, high), (high, high)]))
    return FrequencyBound(
        least, most, every, period, draw(st.booleans()), (), ground, draw(st.none() | st.sampled_from(Level))
    )


@st.composite
def choices(draw: st.DrawFn) -> FrequencyBound:
    shares = st.integers(1, 700).map(lambda parts: Fraction(parts, 700))
    known = draw(st.lists(st.builds(Way, st.integers(1, 999), st.none() | shares), min_size=1, max_size=4))
    spread = draw(st.lists(st.builds(Way, st.none(), shares), min_size=1 if len(known) == 1 else 0, max_size=2))
    counts = [way.times for way in known]
    return FrequencyBound(min(counts), None if spread else max(counts), ways=(*known, *spread))


@settings(max_examples=300)
@given(bound=bounds() | choices())
def test_a_bound_in_words_is_read_as_the_same_bound(bound: FrequencyBound) -> None:
    assert read_frequency_bound(bound.written()) == bound


@settings(max_examples=200)
@given(bound=bounds() | choices())
def test_a_bound_survives_storage(bound: FrequencyBound) -> None:
    assert frequency_bound_of(json.loads(json.dumps(bound.as_json()))) == bound


WORDS = st.sampled_from(
    [
        *"0123456789%≤≥=；，。-/",
        *[
            "每",
            "年",
            "个月",
            "次",
            "不少于",
            "不超过",
            "或者",
            "分次",
            "各",
            "同一",
            "单位",
            "县级",
            "许可有效期内",
            "两",
            "十",
            "半年",
        ],
    ]
)


@settings(max_examples=400)
@given(text=st.lists(WORDS, max_size=20).map("".join) | st.text(max_size=30))
def test_whatever_a_list_says_is_read_within_bounds_and_in_order(text: str) -> None:
    found = read_frequency_bound(text)
    assert all(bound is None or bound >= 1 for bound in (found.least, found.most, found.least_per_year))
    assert found.least is None or found.most is None or found.least <= found.most
    assert read_frequency_bound(found.written()) == found
