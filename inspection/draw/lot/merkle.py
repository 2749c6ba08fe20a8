"""The tree of RFC 6962 §2.1 over leaves that are hashed already: root, audit path, and the root a path
leads to.
"""

from collections.abc import Sequence

from inspection.draw.lot.digest import Hash, maker

NODE = b"\x01"


def root(h: Hash, leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash of `leaves` (32 bytes each, tagged 0x00 by their maker); of no leaves, the hash of
    nothing.
    """
    if not leaves:
        return h(b"")
    level = list(leaves)
    while len(level) > 1:
        level = _above(h, level)
    return level[0]


def path(h: Hash, leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of leaf `index`: sibling hashes from the leaf upwards, at most ⌈log2 N⌉ of 32 bytes.

    Raises:
        IndexError: when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, place, siblings = list(leaves), index, []
    while len(level) > 1:
        if place ^ 1 < len(level):
            siblings.append(level[place ^ 1])
        level, place = _above(h, level), place >> 1
    return tuple(siblings)


def paths(h: Hash, leaves: Sequence[bytes], indices: Sequence[int]) -> list[tuple[bytes, ...]]:
    """The audit paths of many leaves in one walk up the tree."""
    return root_and_paths(h, leaves, indices)[1]


def root_and_paths(h: Hash, leaves: Sequence[bytes], indices: Sequence[int]) -> tuple[bytes, list[tuple[bytes, ...]]]:
    """The root and the audit paths of many leaves in one walk up the tree."""
    siblings: list[list[bytes]] = [[] for _ in indices]
    level, places = list(leaves), list(indices)
    while len(level) > 1:
        for number, place in enumerate(places):
            if place ^ 1 < len(level):
                siblings[number].append(level[place ^ 1])
        level, places = _above(h, level), [place >> 1 for place in places]
    return (level[0] if level else root(h, level)), [tuple(found) for found in siblings]


def path_length(index: int, size: int) -> int:
    """How many siblings the audit path of leaf `index` of `size` leaves has."""
    length = 0
    while size > 1:
        length += index ^ 1 < size
        index, size = index >> 1, (size + 1) >> 1
    return length


def root_of_path(h: Hash, leaf: bytes, index: int, size: int, siblings: Sequence[bytes]) -> bytes | None:
    """The root that `leaf` at `index` of `size` leaves leads to (RFC 9162 §2.1.3.2); `None` when the path
    does not fit the tree.
    """
    if not 0 <= index < size:
        return None
    place, last, node = index, size - 1, leaf
    for sibling in siblings:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = h(NODE + sibling + node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = h(NODE + node + sibling)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def _above(h: Hash, level: list[bytes]) -> list[bytes]:
    """The next level up.

    An odd last node is promoted unhashed, which equals the RFC's split at the largest power of two.
    """
    new = maker(h)
    above = [new(NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) & 1:
        above.append(level[-1])
    return above
