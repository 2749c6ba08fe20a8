import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.canonical import SAFE_INTEGER, canonical_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_json_reads_back_as_the_same_value(value) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value, random) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


@pytest.mark.parametrize("value", [1.0, float("nan"), {"a": 0.5}, [b"x"], {1: "x"}, {"a": {1, 2}}])
def test_a_value_without_one_spelling_is_refused(value) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), [2**60]])
def test_an_integer_that_javascript_would_round_is_refused(value) -> None:
    with pytest.raises(ValueError, match="beyond"):
        canonical_json(value)
