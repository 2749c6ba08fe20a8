"""The Merkle tree of RFC 9162 §2 with SHA-256: what the transparency log promises and how anyone checks it.

Pure and without state. A *leaf hash* is `leaf_hash(input)`, 32 bytes; the input of the log's leaf is the 32-byte hash
of an entry (docs/sync.md §Transparency log). Trees and proofs are sequences of 32-byte hashes. `inclusion_path` and
`consistency_path` walk over all leaves: a server that keeps inner nodes makes the same proofs faster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162 §2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and the leaf's input (RFC 9162 §2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both children (RFC 9162 §2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes, in one pass (RFC 9162 §2.1.2)."""
    stack: list[bytes] = []
    for index, leaf in enumerate(leaves):
        stack.append(leaf)
        merges = index
        while merges & 1:
            right = stack.pop()
            stack.append(node_hash(stack.pop(), right))
            merges >>= 1
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The proof that leaf `index`, counted from 0, is among the leaf hashes (RFC 9162 §2.1.3.1).

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    k = _split(len(leaves))
    if index < k:
        return (*inclusion_path(leaves[:k], index), root_of(leaves[k:]))
    return (*inclusion_path(leaves[k:], index - k), root_of(leaves[:k]))


def consistency_path(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """The proof that the tree over all leaf hashes continues the one over the `first` ones (RFC 9162 §2.1.4.1).

    Empty for 0 leaves and for all of them. Raises IndexError when there are fewer leaves than `first`.
    """
    if not 0 <= first <= len(leaves):
        raise IndexError(first)
    return () if first == 0 else _sub_proof(leaves, first, whole=True)


def _sub_proof(leaves: Sequence[bytes], first: int, *, whole: bool) -> tuple[bytes, ...]:
    if first == len(leaves):
        return () if whole else (root_of(leaves),)
    k = _split(len(leaves))
    if first <= k:
        return (*_sub_proof(leaves[:k], first, whole=whole), root_of(leaves[k:]))
    return (*_sub_proof(leaves[k:], first - k, whole=False), root_of(leaves[:k]))


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that leaf hash `leaf` is number `index` of the `size` leaves under `root`.

    The algorithm of RFC 9162 §2.1.3.2. Anything that is no proof is simply not one; nothing is raised.
    """
    if not 0 <= index < size or not _are_hashes((leaf, *path)):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            at, last = _climb(at, last)
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistency_holds(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether `path` proves that the tree of `second` leaves begins with the tree of `first` leaves.

    The algorithm of RFC 9162 §2.1.4.2. Equal sizes need equal roots and an empty path; the empty tree begins every
    tree. Anything that is no proof is simply not one; nothing is raised.
    """
    if not 0 <= first <= second or not _are_hashes(path):
        return False
    if first in {0, second}:
        # RFC 9162 asks for 0 < first < second; the two ends need no proof.
        return not path and first_root == (EMPTY_ROOT if first == 0 else second_root)
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    if not nodes:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(node, old), node_hash(node, new)
            at, last = _climb(at, last)
        else:
            new = node_hash(new, node)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _climb(at: int, last: int) -> tuple[int, int]:
    """Up to the level where the node is a right child: above, the right edge has no siblings of its own."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _split(size: int) -> int:
    """The largest power of two below `size`, for at least two leaves (RFC 9162 §2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(nodes: Sequence[bytes]) -> bool:
    return all(len(node) == HASH_BYTES for node in nodes)
