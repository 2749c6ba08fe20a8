"""The formulas of SR-DRAW/1, written a second time: nothing here is shared with the code that drew.

Integers only. Hashes take their parts separately and join them.
"""

import hashlib
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

Hash: TypeAlias = Callable[..., bytes]


def hash_named(name: str) -> Hash:
    if name not in {"sha256", "sm3"}:
        raise ValueError(name)
    return lambda *parts: hashlib.new(name, b"".join(parts)).digest()


def u32(number: int) -> bytes:
    return int(number).to_bytes(4, "big")


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def uniform(block: Callable[[bytes], bytes], n: int) -> int:
    counter = 0
    while (value := int.from_bytes(block(u32(counter)), "big")) >= (1 << 256) - (1 << 256) % n:
        counter += 1
    return value % n


def root_of(h: Hash, leaves: list[bytes]) -> bytes:
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return h(b"\x01", root_of(h, leaves[:k]), root_of(h, leaves[k:]))


def climb(h: Hash, node: bytes, index: int, size: int, path: list[str]) -> str:
    """The root (hex) a path leads to, by the shape of the tree alone."""
    if size == 1:
        return node.hex() if not path and not index else ""
    k = 1 << (size - 1).bit_length() - 1
    right, last = index >= k, bytes.fromhex(path[-1])
    below = climb(h, node, index - k * right, size - k if right else k, path[:-1])
    return h(b"\x01", last, bytes.fromhex(below)).hex() if right else h(b"\x01", bytes.fromhex(below), last).hex()


def quotas(h: Hash, seed: bytes, cells: list[dict[str, int]], n: int) -> dict[int, tuple[Fraction, int]]:
    """Cell number → (probability, quota) of one stratum."""
    told: dict[int, tuple[Fraction, int]] = {}
    left = [cell for cell in cells if cell["size"]]
    total = sum(cell["size"] * cell["weight"] for cell in left)
    while full := [cell for cell in left if n * cell["weight"] >= total]:
        told |= {cell["cell"]: (Fraction(1), cell["size"]) for cell in full}
        n -= sum(cell["size"] for cell in full)
        left = [cell for cell in left if cell not in full]
        total = sum(cell["size"] * cell["weight"] for cell in left)
    threshold = uniform(lambda k: h(b"\x20", seed, u32(left[0]["stratum"]), k), total) if left else 0
    for cell in sorted(left, key=lambda cell: h(b"\x21", seed, u32(cell["cell"]))):
        whole, rest = divmod(n * cell["size"] * cell["weight"], total)
        told[cell["cell"]] = (Fraction(n * cell["weight"], total), whole + (rest + threshold) // total)
        threshold = (threshold + rest) % total
    return told
