"""What the public may read: the listed facts, and nothing else whatever else is known."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.policy.terms import DrawMode
from inspection.publicity.redaction import (
    MAX_TEXT,
    MAY_BE_EMPTY,
    PUBLIC_FIELDS,
    document,
    public_code,
    public_number,
    redact,
    search_text,
)
from inspection.publicity.wording import draw_type, public_facts, result_text
from inspection.visits.review.outcomes import OutcomeCode

FACTS: dict[str, Any] = {
    "object_name": "某某石油有限公司第一加油站",
    "object_code": "91371000MA3C000000",
    "item_code": "CY-01",
    "item_name": "对成品油零售经营企业的行政检查",
    "result_code": "1",
    "result_text": "未发现问题",
    "result_detail": "未发现问题",
    "result_class": "",
    "inspecting_body": "某市商务局",
    "completed_on": date(2026, 3, 2),
    "plan_number": "sw-2026-1",
    "plan_name": "2026年度抽查工作计划",
    "task_number": "商抽查〔2026〕1号",
    "task_name": "成品油零售经营企业抽查",
    "draw_type": "不定向",
    "draw_id": "019c8d11-0000-7000-8000-000000000001",
    "rule_set": "rules.2019",
    "rule_set_digest": "ab" * 32,
}


def printed(facts: dict[str, Any], **given: Any) -> dict[str, Any]:
    circumstances = {"number": "sw-2026-000001", "version": 1, "replaces": None, "published_on": date(2026, 3, 30)}
    read = json.loads(document(redact(facts), **{**circumstances, **given}))
    assert isinstance(read, dict)
    return read


def leaves(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(leaves, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(leaves, value)) if value else set()
    return {str(value)}


def test_the_document_has_the_layout_of_the_national_publicity_system() -> None:
    said = printed(FACTS)
    assert said["raninsPlanId"] == "sw-2026-1"
    assert said["raninsPlaneName"] == "2026年度抽查工作计划"
    assert said["raninsTaskId"] == "商抽查〔2026〕1号"
    assert said["raninsTypeName"] == "不定向"
    assert said["insAuth"] == "某市商务局"
    assert said["insDate"] == "2026-03-02"
    assert said["details"] == [
        {
            "seqno": 1,
            "raninsItemCode": "CY-01",
            "raninsItemName": "对成品油零售经营企业的行政检查",
            "raninsCheckResCode": "1",
            "raninsCheckResName": "未发现问题",
            "raninsCheckResDetail": "未发现问题",
            "resultClass": "",
        }
    ]


SECRETS = st.sampled_from(
    [
        *("phone", "contact", "id_number", "signature", "ink", "certificate", "certificates", "lat_e7", "lon_e7"),
        *("remarks", "findings", "follow_up", "address", "inspectors", "media", "override_reason", "credit_grade"),
    ]
)
SECRET = "不得公开"
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.just(SECRET) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(extra=st.dictionaries(SECRETS | st.text(max_size=20).filter(lambda key: key not in PUBLIC_FIELDS), VALUES))
def test_no_fact_outside_the_list_ever_appears(extra: dict[str, Any]) -> None:
    assert printed({**extra, **FACTS}) == printed(FACTS)
    assert SECRET not in json.dumps(printed({**extra, **FACTS}), ensure_ascii=False)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(PUBLIC_FIELDS), value=VALUES | st.binary() | st.floats())
def test_a_listed_fact_that_could_carry_others_is_refused(name: str, value: Any) -> None:
    if isinstance(value, str):
        return
    with pytest.raises(ValueError, match=name):
        redact({**FACTS, name: value})


def test_every_text_of_the_document_is_a_listed_fact_or_its_circumstances() -> None:
    told = {str(value) for value in FACTS.values()} | {"fieldcheck.publication/1", "sw-2026-000001", "1", "None"}
    assert leaves(printed(FACTS)) <= told | {"2026-03-30"}


@pytest.mark.parametrize("name", [name for name in PUBLIC_FIELDS if name not in MAY_BE_EMPTY])
def test_a_missing_fact_keeps_the_result_in(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        redact({key: value for key, value in FACTS.items() if key != name})


def test_a_visit_outside_a_plan_names_no_plan() -> None:
    assert printed({**FACTS, "plan_number": "", "plan_name": "", "draw_id": ""})["raninsPlanId"] == ""


def test_a_text_beyond_the_limit_is_refused() -> None:
    assert redact({**FACTS, "object_name": "名" * MAX_TEXT}).object_name == "名" * MAX_TEXT
    with pytest.raises(ValueError, match="object_name"):
        redact({**FACTS, "object_name": "名" * (MAX_TEXT + 1)})


def identity_number(serial: int) -> str:
    body = f"11010119900307{serial:03d}"
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "10X98765432"[total % 11]


@given(serial=st.integers(0, 999))
def test_an_identity_number_in_place_of_a_code_is_masked(serial: int) -> None:
    number = identity_number(serial)
    shown = public_code(number)
    assert shown[4:16] == "*" * 12
    assert number[6:14] not in shown
    assert number not in search_text("张三小吃店", number).upper()


@pytest.mark.parametrize("code", ["91110000600037341L", "371000200012345", "P:project-7", "110101199003070000"])
def test_other_codes_stay_as_they_are(code: str) -> None:
    assert public_code(code) == code


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_result_and_every_kind_of_draw_has_its_words(lang: str) -> None:
    assert all(result_text([code], lang) for code in OutcomeCode)
    assert all(draw_type(mode, lang) for mode in DrawMode)
    assert result_text(["rectified", "problem_pending"]) == "发现问题已责令改正；发现问题待后续处理"
    told = result_text(["breach_quality", "not_disclosed", "breach_police", "moved"])
    assert told == (
        "发现问题待后续处理（违反质量技术监督相关规定、违反公安部门相关规定）；未按规定公示应当公示的信息；迁出"
    )


def test_the_national_value_our_own_words_and_the_class_of_the_rule_set_are_published() -> None:
    known = {**FACTS, "codes": ["breach_quality", "not_disclosed"], "draw_mode": "targeted"}
    facts = public_facts({**known, "rule_set": "xinglongtai-market.2019"})
    assert facts.result_text == "发现问题待后续处理；未按规定公示应当公示的信息"
    assert facts.result_detail == "违反质量技术监督相关规定；未按规定公示应当公示的信息"
    assert facts.result_class == "发现违法违规行为"
    assert public_facts({**known, "rule_set": "quanzhou-economy.2016"}).result_class == ""


def test_numbers_are_dense_and_name_authority_and_year() -> None:
    assert public_number("sw", 2026, 42) == "sw-2026-000042"


def test_the_same_facts_give_the_same_bytes_and_a_correction_names_what_it_replaces() -> None:
    facts = redact(FACTS)
    first = document(facts, number="sw-2026-000001", version=1, replaces=None, published_on=date(2026, 3, 30))
    again = document(facts, number="sw-2026-000001", version=1, replaces=None, published_on=date(2026, 3, 30))
    assert first == again
    assert printed(FACTS, version=2, replaces="ab" * 32)["replaces"] == "ab" * 32
