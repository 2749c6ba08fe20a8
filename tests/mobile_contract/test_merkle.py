"""The Merkle tree of RFC 9162 against the RFC's recursive definition, and against everything that is no proof."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mobile_contract.merkle import (
    EMPTY_ROOT,
    consistency_holds,
    consistency_path,
    inclusion_holds,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
)

LEAVES = [leaf_hash(bytes([n])) for n in range(70)]
SIZES = st.integers(1, 64)


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    n = len(leaves)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return leaves[0]
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def test_the_known_trees_of_certificate_transparency_have_their_roots() -> None:
    # The eight leaves that every implementation of RFC 6962 and RFC 9162 is tested with.
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert leaves[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_leaf_is_no_node() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)


@pytest.mark.parametrize("size", range(66))
def test_the_root_is_the_one_the_recursive_definition_gives(size: int) -> None:
    assert root_of(LEAVES[:size]) == naive_root(LEAVES[:size])


def test_every_leaf_of_every_small_tree_is_proved_under_its_own_number_only() -> None:
    for size in range(1, 18):
        root = root_of(LEAVES[:size])
        for index in range(size):
            path = inclusion_path(LEAVES[:size], index)
            proved = [n for n in range(size) if inclusion_holds(LEAVES[index], n, size, path, root)]
            assert proved == [index]


def test_every_small_tree_is_proved_to_begin_every_larger_one() -> None:
    for second in range(18):
        for first in range(second + 1):
            path = consistency_path(LEAVES[:second], first)
            assert consistency_holds(first, second, path, root_of(LEAVES[:first]), root_of(LEAVES[:second]))


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_a_bent_inclusion_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = list(inclusion_path(LEAVES[:size], index)), root_of(LEAVES[:size]), LEAVES[index]
    assert inclusion_holds(leaf, index, size, path, root)
    assert not inclusion_holds(leaf_hash(b"foreign"), index, size, path, root)
    assert not inclusion_holds(leaf, index, size, [*path, LEAVES[-1]], root)
    assert not inclusion_holds(leaf, size, size, path, root)
    assert not inclusion_holds(leaf, -1, size, path, root)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not inclusion_holds(leaf, index, size, path[:at] + path[at + 1 :], root)
        assert not inclusion_holds(leaf, index, size, [*path[:at], leaf_hash(b"bent"), *path[at + 1 :]], root)
        assert not inclusion_holds(leaf, index, size, [*path[:at], path[at][:-1], *path[at + 1 :]], root)


@given(SIZES, SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_a_rewritten_past_has_no_consistency_proof(one: int, other: int, data: st.DataObject) -> None:
    first, second = sorted((one, other))
    assume(first < second)
    path = list(consistency_path(LEAVES[:second], first))
    old, new = root_of(LEAVES[:first]), root_of(LEAVES[:second])
    assert consistency_holds(first, second, path, old, new)
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : second]]
    assert not consistency_holds(first, second, consistency_path(rewritten, first), old, root_of(rewritten))
    assert not consistency_holds(first, second, path, root_of(rewritten[:first]), new)
    assert not consistency_holds(first, second, [*path, LEAVES[-1]], old, new)
    at = data.draw(st.integers(0, len(path) - 1))
    assert not consistency_holds(first, second, path[:at] + path[at + 1 :], old, new)
    assert not consistency_holds(second, first, path, new, old)


@given(st.lists(st.binary(min_size=0, max_size=40), max_size=10), st.integers(-2, 70), st.integers(-2, 70))
@settings(max_examples=100, deadline=None)
def test_noise_is_no_proof_and_raises_nothing(path: list[bytes], first: int, second: int) -> None:
    assert not inclusion_holds(LEAVES[0], first, second, path, b"\x00" * 32)
    assert not consistency_holds(first, second, path, b"\x00" * 32, b"\x01" * 32)


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_path(LEAVES[:3], 3)
    with pytest.raises(IndexError):
        consistency_path(LEAVES[:3], 4)
