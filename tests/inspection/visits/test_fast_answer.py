"""What is read of an answer at a quarter of the price is what the contract's model reads."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.visits.entries.fast_answer import Answer, fast_answer
from inspection.visits.record.intake import read_body
from mobile_contract.base import b64url
from mobile_contract.entries import AnswerSet, EntryType
from mobile_contract.strict_json import MalformedJsonError, parse_strict_object

SALT, PHOTO = b64url(b"\x07" * 16), "0f" * 32
GOOD: dict[str, Any] = {
    "salt": SALT,
    "item": "pc.01",
    "value": "yes",
    "comment": "疏散通道畅通",
    "basis": "told",
    "media": [PHOTO],
}
odd = st.one_of(
    st.sampled_from(
        [
            *(None, True, 0, 1, 1.5, "", "x", "\n", "\x00", "seen", "Seen", [], {}, [None], [PHOTO] * 50, [PHOTO] * 51),
            *(SALT + "\n", SALT[:-1] + "x", SALT + "A", [PHOTO + "\n"], [PHOTO.upper()], ["\x00"], PHOTO),
            *("x" * 100, "x" * 101, "好" * 100, "好" * 101, "😀" * 2_000, "😀" * 2_001, "x" * 10_000, "x" * 10_001),
        ]
    ),
    st.text(max_size=5),
    st.integers(),
)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A good answer with up to three members changed, added or left out, with or without escapes."""
    value = dict(GOOD)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from([*GOOD, "novelty"]))
        if draw(st.booleans()):
            value[name] = draw(odd)
        else:
            value.pop(name, None)
    return json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@settings(max_examples=300)
@given(texts())
def test_what_is_read_fast_is_what_the_model_reads(text):
    try:
        members = parse_strict_object(text)
    except MalformedJsonError:
        return  # such a body is refused before anybody asks what it says
    found = fast_answer(text)
    told = read_body(EntryType.ANSWER_SET, members, text)
    if found is not None:
        assert isinstance(told, AnswerSet)
        assert {name: getattr(found, name) for name in Answer.__struct_fields__} == dict(told)
    elif b"\\u" not in text:
        assert isinstance(told, str)


def test_it_has_the_members_of_the_model():
    assert set(Answer.__struct_fields__) == set(AnswerSet.model_fields)


def test_no_body_is_no_answer():
    assert fast_answer(None) is None
