"""People in texts that go out, and parts of results that do not. Pure."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.publicity.masking import masked_name, masked_text
from inspection.publicity.partial import KEYS, MASKABLE, Part, in_part, told_of_part, wrong_fields
from inspection.publicity.redaction import PUBLIC_FIELDS, PublicFacts, document
from inspection.publicity.release import Ground

VALID = "11010519491231002X"
AT = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = st.text("王李张赵钱孙欧阳小二三四娜", min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"身份证{VALID}。", "身份证1101************2X。"),
        (f"身份证{VALID.lower()}", "身份证1101************2x"),
        ("写错的110105194912310021也是", "写错的1101************21也是"),
        ("旧号110105491231002。", "旧号1101*********02。"),
        ("电话13812345678，或138-1234-5678", "电话1381*****78，或138-*******78"),
        ("代码91371000MA3C00000X不是", "代码91371000MA3C00000X不是"),
        ("金额110105194912310021000元", "金额110105194912310021000元"),
        ("第13812345678901号", "第13812345678901号"),
        ("欧阳小二与小二", "欧***与小*"),
    ],
)
def test_numbers_of_people_are_masked_and_numbers_of_things_are_not(text: str, told: str) -> None:
    assert masked_text(text, ["小二", "欧阳小二", ""]) == told


@given(names=st.lists(NAMES, max_size=4), between=st.lists(st.text("，。说x1", max_size=3), min_size=5, max_size=5))
def test_no_name_that_is_to_be_masked_is_left_in_a_text(names: list[str], between: list[str]) -> None:
    text = "".join(piece + name for piece, name in zip(between, [*names, ""], strict=False))
    masked = masked_text(text, names)
    assert not [name for name in names if name in masked]
    assert len(masked) == len(text)


@given(NAMES)
def test_of_a_name_its_first_sign_is_left(name: str) -> None:
    assert (masked_name(name)[0], set(masked_name(name)[1:]), len(masked_name(name))) == (name[0], {"*"}, len(name))


def facts() -> PublicFacts:
    told = {name: f"的{name}值" for name in PUBLIC_FIELDS} | {"object_code": "91371000000000001X"}
    return PublicFacts(**told | {"completed_on": date(2026, 3, 2)})  # type: ignore[arg-type]


@given(left_out=st.sets(st.sampled_from(sorted(KEYS))), masked=st.sets(st.sampled_from(sorted(MASKABLE))))
def test_what_is_left_out_or_masked_is_nowhere_in_the_document_and_the_document_says_which(
    left_out: set[str], masked: set[str]
) -> None:
    part = Part(frozenset(left_out), frozenset(masked - left_out), Ground.PRIVACY, "理由不公开", "approver:甲", AT)
    whole, narrowed = facts(), in_part(facts(), part)
    data = document(
        narrowed, number="n", version=1, replaces=None, published_on=date(2026, 3, 3), beside=told_of_part(part)
    )
    text, said = data.decode(), json.loads(data)
    kept_back = left_out | masked
    for field in fields(PublicFacts):
        value = str(getattr(whole, field.name))
        assert (value in text) is (field.name not in kept_back)
    assert "理由不公开" not in text
    if kept_back:
        assert said["partial"] == {
            "leftOut": [KEYS[name] for name in sorted(left_out)],
            "masked": [KEYS[name] for name in sorted(masked - left_out)],
            "ground": "privacy",
        }
    assert ("partial" in said) is bool(kept_back)


def test_result_body_and_day_are_always_told() -> None:
    always = {"result_code", "result_text", "inspecting_body", "completed_on", "rule_set"}
    assert wrong_fields(always, ()) == always
    assert wrong_fields(("object_name",), ("object_name", "item_name")) == {"object_name", "item_name"}
    assert wrong_fields(KEYS, ()) == frozenset()
