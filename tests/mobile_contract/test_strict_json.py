"""Strict JSON: what signed bytes may look like."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.strict_json import MAX_DEPTH, MalformedJsonError, parse_strict, parse_strict_object

SAFE = 2**53 - 1
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((depth(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth(inner) for inner in value), default=0)
    return 0


@settings(max_examples=200)
@given(values, st.booleans())
def test_what_a_careful_writer_writes_is_read_back_unchanged(value, ascii_only):
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    if depth(value) > MAX_DEPTH:
        with pytest.raises(MalformedJsonError, match="deep"):
            parse_strict(raw)
    else:
        assert parse_strict(raw) == value


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\0123456789.eE+-untrlfas ', max_size=60).map(str.encode))
def test_any_bytes_are_read_alike_by_the_standard_reader_or_refused(raw):
    try:
        value = parse_strict(raw)
    except MalformedJsonError:
        return
    assert json.loads(raw) == value


@settings(max_examples=100)
@given(st.floats())
def test_no_float_is_ever_read(number):
    with pytest.raises(MalformedJsonError):
        parse_strict(json.dumps({"n": number}).encode())


@given(st.integers())
def test_integers_are_read_exactly_or_not_at_all(number):
    raw = str(number).encode()
    if abs(number) <= SAFE:
        assert parse_strict(raw) == number
    else:
        with pytest.raises(MalformedJsonError, match="2\\^53"):
            parse_strict(raw)


@settings(max_examples=100)
@given(st.dictionaries(texts, scalars, min_size=1, max_size=4), st.data())
def test_a_key_that_stands_twice_is_malformed(members, data):
    again = data.draw(st.sampled_from(sorted(members)))
    body = [f"{json.dumps(key)}:{json.dumps(value)}" for key, value in members.items()]
    body.insert(data.draw(st.integers(0, len(body))), f"{json.dumps(again)}:null")
    with pytest.raises(MalformedJsonError, match="duplicate"):
        parse_strict(("{" + ",".join(body) + "}").encode())


def test_an_escaped_spelling_of_the_same_key_is_the_same_key():
    with pytest.raises(MalformedJsonError, match="duplicate"):
        parse_strict(b'{"a":1,"\\u0061":2}')


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'"\xff"', "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"\\udfff":1}', "surrogate"),
        (b'"\\ude00\\ud83d"', "surrogate"),
        (b"NaN", "floating"),
        (b"-Infinity", "floating"),
        (b"1e400", "floating"),
        (b"1e5", "floating"),
        (b"1.0", "floating"),
        (b"9007199254740992", "2\\^53"),
        (b"9" * 100_000, "2\\^53"),
        (b"[" * 50_000, "deep"),
        (b'{"a":' * 50_000, "deep"),
        (b"[" * 17 + b"]" * 17, "deep"),
        (b"", "not JSON"),
        (b"{} {}", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b"[1,]", "not JSON"),
        (b'"a\nb"', "not JSON"),
    ],
)
def test_malformed_text_is_refused_with_the_rule_it_breaks(raw, why):
    with pytest.raises(MalformedJsonError, match=why):
        parse_strict(raw)


def test_a_pair_of_surrogate_escapes_is_one_character():
    assert parse_strict(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_brackets_inside_strings_do_not_count_as_depth():
    text = '"[[[{{{\\"[[[\\\\' * 30
    assert parse_strict(json.dumps([text]).encode()) == [text]


def test_sixteen_levels_are_deep_enough_and_read():
    assert parse_strict(b"[" * 16 + b"]" * 16)


def test_hostile_quotes_cost_linear_time():
    # Quadratic scanning of unterminated strings would run for minutes and trip the suite's time limit.
    with pytest.raises(MalformedJsonError):
        parse_strict(b"[" * 20 + b'"\\"' * 1_000_000)


def test_an_object_is_demanded_where_one_is_due():
    with pytest.raises(MalformedJsonError, match="object"):
        parse_strict_object(b"[]")
