"""The tiled tree is the tree of RFC 9162: same roots, same proofs, in few tiles, whatever came in which portions."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.merkle import (
    EMPTY_ROOT,
    consistency_holds,
    consistency_path,
    inclusion_holds,
    inclusion_path,
    leaf_hash,
    root_of,
)
from sync.log.tree import (
    TileKey,
    TornTreeError,
    consistency_ranges,
    edge,
    grown,
    inclusion_ranges,
    range_root,
    tiles_of,
)

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


def built(portions: Sequence[int]) -> dict[TileKey, bytes]:
    """Tiles made of portions of leaves, each given only the tiles of the edge."""
    tiles: dict[TileKey, bytes] = {}
    size = 0
    for portion in portions:
        known = {key: tiles[key] for key in edge(size)}
        tiles |= grown(size, known, LEAVES[size : size + portion])
        size += portion
    return tiles


@cache
def large() -> dict[TileKey, bytes]:
    return built([70_000])


@given(st.lists(st.integers(0, 400), max_size=6))
@settings(max_examples=40)
def test_the_same_leaves_give_the_same_tiles_in_whatever_portions_they_came(portions):
    assert built(portions) == built([sum(portions)])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 65_536, 65_537])
def test_the_root_of_the_tiles_is_the_root_of_the_rfc(size):
    assert range_root((0, size), large()) == root_of(LEAVES[:size])


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert range_root((0, 0), {}) == EMPTY_ROOT


@given(st.integers(1, 700), st.data())
@settings(max_examples=60)
def test_inclusion_proofs_from_tiles_are_those_of_the_rfc(size, data):
    place = data.draw(st.integers(0, size - 1))
    path = [range_root(one, large()) for one in inclusion_ranges(place, size)]
    assert tuple(path) == inclusion_path(LEAVES[:size], place)


@given(st.integers(0, 700), st.data())
@settings(max_examples=60)
def test_consistency_proofs_from_tiles_are_those_of_the_rfc(newer, data):
    older = data.draw(st.integers(0, newer))
    path = [range_root(one, large()) for one in consistency_ranges(older, newer)]
    assert tuple(path) == consistency_path(LEAVES[:newer], older)


@given(st.integers(1, 70_000), st.data())
@settings(max_examples=60)
def test_proofs_in_a_large_tree_hold_and_read_few_tiles(size, data):
    place = data.draw(st.integers(0, size - 1))
    older = data.draw(st.integers(0, size))
    root = range_root((0, size), large())
    included, consistent = inclusion_ranges(place, size), consistency_ranges(older, size)
    assert inclusion_holds(LEAVES[place], place, size, [range_root(one, large()) for one in included], root)
    old_root = range_root((0, older), large())
    assert consistency_holds(older, size, [range_root(one, large()) for one in consistent], old_root, root)
    # Three levels of 256: the tile on the way down and the one at the right edge.
    assert len(tiles_of(included)) <= 6
    assert len(tiles_of(consistent)) <= 6
    assert len(tiles_of([(0, size)])) <= 3


@given(st.integers(0, 10**12))
def test_adding_needs_one_tile_a_level_at_most(size):
    assert len(edge(size)) <= len({level for level, _ in edge(size)}) <= 5


@pytest.mark.parametrize(("place", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_a_leaf_that_is_not_there_has_no_proof(place, size):
    with pytest.raises(IndexError):
        inclusion_ranges(place, size)


def test_a_tree_does_not_begin_with_a_larger_one():
    with pytest.raises(IndexError):
        consistency_ranges(6, 5)


def test_a_tile_that_lacks_a_node_is_told_and_not_hashed():
    tiles = built([300])
    tiles[0, 1] = tiles[0, 1][:-32]
    with pytest.raises(TornTreeError):
        range_root((0, 300), tiles)
    with pytest.raises(TornTreeError):
        grown(300, tiles, LEAVES[300:301])
