"""The tree of the transparency log (RFC 9162 §2) in tiles of 256 hashes: everything costs O(log n) tiles. Pure.

A *tile* (level, number) holds neighbouring nodes: of level 0 the leaf hashes number · 256 … number · 256 + 255, of
level L the roots of the whole subtrees over 256^L leaves each. Only the last tile of a level may be short, and only
whole subtrees stand in tiles: nothing in a tile ever changes, it is only added to. So a tile answers for every older
size too. A *range* [first, end) of leaves that a proof names is a run of whole subtrees, the largest first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from mobile_contract.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, root_of

WIDTH: Final = 256
_BITS: Final = 8

TileKey: TypeAlias = tuple[int, int]
"""Level and number."""
Tiles: TypeAlias = Mapping[TileKey, bytes]
"""32 bytes a node."""
Range: TypeAlias = tuple[int, int]
"""Leaves first … end - 1, counted from 0."""


class TornTreeError(RuntimeError):
    """A tile lacks what it must have: the table was tampered with or restored by halves."""


@dataclass(frozen=True, slots=True)
class _Subtree:
    """The whole subtree of 2^height leaves that begins at leaf place · 2^height."""

    height: int
    place: int

    @property
    def tile(self) -> TileKey:
        return self.height // _BITS, (self.place << (self.height % _BITS)) // WIDTH

    def hashes(self, tiles: Tiles) -> list[bytes]:
        """The nodes of its tile's level that it spans."""
        span = 1 << (self.height % _BITS)
        start = (self.place * span) % WIDTH
        held = tiles.get(self.tile, b"")
        nodes = [held[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(start, start + span)]
        if any(len(node) != HASH_BYTES for node in nodes):
            raise TornTreeError(f"tile {self.tile} does not hold subtree {self.height}/{self.place}")
        return nodes


def inclusion_ranges(place: int, size: int) -> list[Range]:
    """The ranges whose roots are the inclusion proof of leaf `place` in the tree of `size` (RFC 9162 §2.1.3.1).

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= place < size:
        raise IndexError(place)
    found: list[Range] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if place < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    return found[::-1]


def consistency_ranges(older: int, newer: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `newer` leaves begins with the one of `older` (RFC 9162 §2.1.4.1).

    Empty when `older` is 0 or `newer`. Raises IndexError when it is beyond.
    """
    if not 0 <= older <= newer:
        raise IndexError(older)
    if older in {0, newer}:
        return []
    found: list[Range] = []
    first, end, left = 0, newer, older
    whole = True
    while left != end - first:
        half = _split(end - first)
        middle = first + half
        if left <= half:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first, left, whole = middle, left - half, False
    if not whole:
        found.append((first, end))
    return found[::-1]


def tiles_of(ranges: Iterable[Range]) -> set[TileKey]:
    """The tiles that `range_root` reads for these ranges."""
    return {subtree.tile for one in ranges for subtree in _subtrees(*one)}


def range_root(one: Range, tiles: Tiles) -> bytes:
    """The root over the leaves of a range that a proof names, or over (0, size).

    Raises:
        TornTreeError: the tiles do not hold it.
    """
    roots = [root_of(subtree.hashes(tiles)) for subtree in _subtrees(*one)]
    if not roots:
        return EMPTY_ROOT
    found = roots.pop()
    while roots:
        found = node_hash(roots.pop(), found)
    return found


def edge(size: int) -> set[TileKey]:
    """The short tiles of a tree of `size` leaves: what must be known to add to it."""
    found: set[TileKey] = set()
    level, count = 0, size
    while count:
        if count % WIDTH:
            found.add((level, count // WIDTH))
        level, count = level + 1, count // WIDTH
    return found


def grown(size: int, tiles: Tiles, leaves: Sequence[bytes]) -> dict[TileKey, bytes]:
    """The tiles that change when these leaf hashes are added to a tree of `size`, given the tiles of its `edge`."""
    changed: dict[TileKey, bytes] = {}
    level, count, added = 0, size, list(leaves)
    while added:
        filled: list[bytes] = []
        for number in range(count // WIDTH, (count + len(added) - 1) // WIDTH + 1):
            before = tiles.get((level, number), b"") if number == count // WIDTH else b""
            if len(before) != (max(count - number * WIDTH, 0)) * HASH_BYTES:
                raise TornTreeError(f"tile {(level, number)} is not as long as the tree of {size} says")
            start = max(number * WIDTH - count, 0)
            held = before + b"".join(added[start : (number + 1) * WIDTH - count])
            changed[level, number] = held
            if len(held) == WIDTH * HASH_BYTES:
                filled.append(root_of(list(_nodes(held))))
        level, count, added = level + 1, count // WIDTH, filled
    return changed


def _nodes(tile: bytes) -> Iterator[bytes]:
    return (tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES))


def _subtrees(first: int, end: int) -> Iterator[_Subtree]:
    """The whole subtrees of a range, from left to right. `first` is a multiple of the largest of them."""
    while first < end:
        height = (end - first).bit_length() - 1
        yield _Subtree(height, first >> height)
        first += 1 << height


def _split(size: int) -> int:
    """The largest power of two below `size`, for at least two leaves."""
    return 1 << ((size - 1).bit_length() - 1)
