"""Strict JSON against two other readers: whatever is let through is read alike by all, and nothing else is kept out.

The texts are JSON bent by tokens that parsers are known to differ about, so that most of them lie near the border.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json

from mobile_contract.strict_json import MAX_DEPTH, MalformedJsonError, parse_strict

SAFE = 2**53 - 1
WORDS = [
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b'"a"', b'"a":', b'"a":1,', b'{"a":1}', b"null", b"true", b"NaN",
    b"-Infinity", b"0", b"-0", b"00", b"1.0", b"1e2", b"1E+2", b"9007199254740991", b"9007199254740992",
    b"-9007199254740992", b"99999999999999999999", b'"\\u0000"', b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\ude00\\ud83d"',
    b'"\\u0061":2,', b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", b"\xff", "é".encode(), "\u2028".encode(), b"\n",
    b"\t", b"\x0b", b"\x00", "\u00a0".encode(), b"//", b"/**/", b"#", b"'", b"[" * 20, b"]" * 20, b'"\\/"', b'"\\x"',
    b'"\\uZZZZ"', b"+1", b".5", b"1.", b"0x10", b"1_0", b"undefined",
]  # fmt: skip
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE - 2, SAFE + 2) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    raw = json.dumps(draw(VALUES), ensure_ascii=draw(st.booleans())).encode()
    for _ in range(draw(st.integers(0, 3))):
        at, cut = draw(st.integers(0, len(raw))), draw(st.integers(0, 2))
        raw = raw[:at] + draw(st.sampled_from(WORDS)) + raw[at + cut :]
    return raw


class Pairs(list[tuple[str, Any]]):
    """An object's members as they stand there, repeated ones too."""


def oracle(raw: bytes) -> bool:
    """Whether the standard library reads it and nothing in it is forbidden, told from what was read."""
    if raw.startswith(b"\xef\xbb\xbf"):
        return False
    try:
        text = raw.decode("utf-8")
        value = json.loads(text, object_pairs_hook=Pairs, parse_constant=float)
    except (ValueError, RecursionError):
        return False
    return _clean(value, 0)


def _clean(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        if depth + 1 > MAX_DEPTH:
            return False
        if isinstance(value, Pairs):
            names = [name for name, _ in value]
            inside = all(_clean(name, 0) and _clean(member, depth + 1) for name, member in value)
            return len(set(names)) == len(names) and inside
        return all(_clean(member, depth + 1) for member in value)
    if isinstance(value, str):
        return not any(0xD800 <= ord(letter) < 0xE000 for letter in value)
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) <= SAFE)


@settings(max_examples=700, deadline=None)
@given(bent())
@example(b'{"a":1,"\\u0061":2}')
@example(b'{"a":{"b":1},"a":{"b":1}}')
@example(b'"\\ud83d\\ude00"')
@example(b'"\\\\ud800"')
@example(b'["\\"[[[[[[[[[[[[[[[[[["]')
@example(b"[" * 16 + b"]" * 16)
@example(b"[" * 17 + b"]" * 17)
@example(b"-0")
@example(b"1" * 5_000)
def test_three_readers_agree_on_every_text(raw: bytes) -> None:
    try:
        value = parse_strict(raw)
    except MalformedJsonError:
        assert not oracle(raw)
        return
    assert oracle(raw)
    # The models are read by pydantic's own parser from the same bytes: it must see what was checked.
    assert from_json(raw, allow_inf_nan=False) == value == json.loads(raw)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":[', b'"\\', b'["\\"'])
def test_a_megabyte_of_openings_is_refused_at_once_and_not_by_the_stack(opening: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        parse_strict(opening * (1_000_000 // len(opening)))
