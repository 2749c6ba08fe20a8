"""The supervisor's chain: links come out backwards, each proves itself against the one before, none can be guessed."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.lot.chain import MOST_LINKS, chain_of, next_of, steps_to

START = bytes(range(32))


def test_the_link_after_another_is_its_hash_under_the_tag() -> None:
    assert next_of(START) == hashlib.sha256(b"\x36" + START).digest()
    assert next_of(START).hex() == "42d0e957389a29d5adc9af0537876832669f25bc630ce8437a1be1f8bfb72208"


@given(st.binary(min_size=32, max_size=32), st.integers(2, 30))
def test_every_link_leads_to_the_head_in_as_many_steps_as_it_lies_behind(start: bytes, length: int) -> None:
    links = chain_of(start, length)
    assert len(links) == length
    assert [steps_to(link, links[-1]) for link in links[:-1]] == list(range(length - 1, 0, -1))


@given(st.binary(min_size=32, max_size=32), st.integers(2, 30))
def test_no_link_leads_back_nor_to_itself(start: bytes, length: int) -> None:
    links = chain_of(start, length)
    assert all(steps_to(links[-1], link, 40) is None for link in links)


def test_a_link_too_far_behind_is_not_accepted() -> None:
    links = chain_of(START, 12)
    assert steps_to(links[0], links[-1], 11) == 11
    assert steps_to(links[0], links[-1], 10) is None


@pytest.mark.parametrize(("start", "length"), [(b"x" * 31, 5), (START, 1), (START, MOST_LINKS + 1)])
def test_a_chain_that_could_not_serve_is_not_made(start: bytes, length: int) -> None:
    with pytest.raises(ValueError, match="chain"):
        chain_of(start, length)
