"""The formulas of SR-DRAW/1, written a second time from docs/sr-draw-1.md: nothing here is shared with the code that
drew. Integers only.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

Hash: TypeAlias = Callable[[bytes], bytes]
ALL = 1 << 256
HEX32 = re.compile(r"[0-9a-f]{64}")


def hasher(name: str) -> Callable[[bytes], Any]:
    """The constructor of S: `sha256`, or `sm3` where this Python's OpenSSL has it."""
    if name == "sha256":
        return hashlib.sha256
    if name == "sm3":
        return partial(hashlib.new, "sm3")
    raise ValueError(name)


def hash_named(name: str) -> Hash:
    """S as a function of bytes."""
    new = hasher(name)
    return lambda data: new(data).digest()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def u16(number: int) -> bytes:
    return int(number).to_bytes(2, "big")


def u32(number: int) -> bytes:
    return int(number).to_bytes(4, "big")


def framed(data: bytes) -> bytes:
    return u16(len(data)) + data


def uniform(h: Hash, key: bytes, n: int) -> int:
    """A number of [0, n) from `key ‖ u32 counter`; what would favour the low ones is thrown away."""
    if not 0 < n <= ALL:
        raise ValueError("out of range")
    value, counter, most = int.from_bytes(h(key + bytes(4)), "big"), 0, ALL - ALL % n
    while value >= most:
        counter += 1
        value = int.from_bytes(h(key + u32(counter)), "big")
    return value % n


def root_of(h: Hash, leaves: Iterable[bytes]) -> bytes:
    """RFC 6962: pairs become nodes, an odd node moves up as it is."""
    level = list(leaves) or [h(b"")]
    while len(level) > 1:
        odd = level[-1:] if len(level) & 1 else []
        level = [h(b"\x01" + left + right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


def climb(h: Hash, node: bytes, index: int, size: int, path: list[str]) -> str:
    """The root (hex) a path leads to, by the shape of the tree alone."""
    if size == 1:
        return node.hex() if not path and not index else ""
    k = 1 << (size - 1).bit_length() - 1
    right, last = index >= k, bytes.fromhex(path[-1])
    below = climb(h, node, index - k * right, size - k if right else k, path[:-1])
    return h(b"\x01" + (last + bytes.fromhex(below) if right else bytes.fromhex(below) + last)).hex()


def quotas(
    h: Hash, seed: bytes, key: int, cells: Sequence[tuple[int, int, int]], n: int
) -> dict[int, tuple[Fraction, int]]:
    """Cell number → (probability, quota) of one rounding; `cells` are (number, size, weight)."""
    told: dict[int, tuple[Fraction, int]] = {}
    left = [cell for cell in cells if cell[1]]
    total = sum(size * weight for _, size, weight in left)
    while full := {cell for cell in left if n * cell[2] >= total}:
        told |= {number: (Fraction(1), size) for number, size, _ in full}
        n -= sum(size for _, size, _ in full)
        left = [cell for cell in left if cell not in full]
        total = sum(size * weight for _, size, weight in left)
    threshold = uniform(h, b"\x20" + seed + u32(key), total) if left else 0
    for number, size, weight in sorted(left, key=lambda cell: h(b"\x21" + seed + u32(cell[0]))):
        whole, rest = divmod(n * size * weight, total)
        told[number] = (Fraction(n * weight, total), whole + (rest + threshold) // total)
        threshold = (threshold + rest) % total
    return told


def share_out(n: int, strata: Sequence[dict[str, Any]]) -> list[int]:
    """Proportional sizes: the floors, then largest remainders over the rows, again until all is given."""
    room = [stratum["eligible"] for stratum in strata]
    given = [min(stratum["floor"], stratum["eligible"]) for stratum in strata]
    left = n - sum(given)
    while left > 0:
        open_ = [s for s, got in enumerate(given) if got < room[s]]
        total = sum(strata[s]["rows"] for s in open_)
        parts = {s: divmod(left * strata[s]["rows"], total) for s in open_}
        spare = left - sum(whole for whole, _ in parts.values())
        lucky = set(sorted(open_, key=lambda s: (-parts[s][1], s))[:spare])
        for s in open_:
            more = min(parts[s][0] + (s in lucky), room[s] - given[s])
            given[s], left = given[s] + more, left - more
    return given


def ceiling(ratio: Sequence[int], base: int) -> int:
    """⌈ratio · base⌉ by whole numbers."""
    above, below = ratio
    return -(-above * base // below)
