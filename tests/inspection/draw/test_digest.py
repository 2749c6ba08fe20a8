import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot.digest import SPAN, framed, hash_named, plain_text, u32, uniform


def test_both_hashes_give_32_bytes_and_differ() -> None:
    sha, sm3 = hash_named("sha256"), hash_named("sm3")
    assert len(sha(b"x")) == len(sm3(b"x")) == 32
    assert sha(b"x") != sm3(b"x")
    # GB/T 32905-2016, annex A.1
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_unknown_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown hash"):
        hash_named("md5")


def test_a_block_above_the_largest_multiple_is_rejected_not_folded() -> None:
    blocks = [b"\xff" * 32, (4).to_bytes(32, "big")]
    # 2^256 = 1 (mod 3): exactly the last value is one too many.
    assert uniform(lambda counter: blocks[counter], 3) == 4 % 3
    assert uniform(lambda _: (SPAN - 2).to_bytes(32, "big"), 3) == (SPAN - 2) % 3


def test_every_value_of_a_small_range_is_equally_likely_over_all_accepted_blocks() -> None:
    # With n a power of two nothing is rejected and each remainder has the same number of blocks.
    seen = [uniform(lambda _, v=value: v.to_bytes(32, "big"), 8) for value in range(64)]
    assert [seen.count(k) for k in range(8)] == [8] * 8


@pytest.mark.parametrize("n", [0, -1, SPAN + 1])
def test_no_choice_among_nothing(n: int) -> None:
    with pytest.raises(ValueError, match="no uniform choice"):
        uniform(lambda _: bytes(32), n)


@settings(max_examples=100)
@given(st.binary(min_size=1, max_size=8), st.integers(1, 10**12))
def test_a_choice_lies_within_its_range_and_repeats(key: bytes, n: int) -> None:
    h = hash_named("sha256")
    first = uniform(lambda counter: h(key + u32(counter)), n)
    assert 0 <= first < n
    assert first == uniform(lambda counter: h(key + u32(counter)), n)


@settings(max_examples=100)
@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_two_lists_of_fields_never_share_a_spelling(a: list[bytes], b: list[bytes]) -> None:
    assert (b"".join(map(framed, a)) == b"".join(map(framed, b))) == (a == b)


@pytest.mark.parametrize("text", ["", "a\tb", "a\nb", "\x00", "e\u0301", "\ud800"])
def test_text_that_could_be_read_in_two_ways_is_not_plain(text: str) -> None:
    assert not plain_text(text)


def test_ordinary_chinese_text_is_plain() -> None:
    assert plain_text("威海市 第一中学（东区）")
