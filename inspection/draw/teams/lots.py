"""The lots of a match, keyed by secret salts: the staff list and the seed are public (docs/sr-draw-1.md, tags 22, 23,
15).
"""

from collections.abc import Callable, Sequence

from inspection.draw.lot.digest import Hash, framed, u16, u32, uniform


def inspector_lot(h: Hash, seed: bytes, salt_: bytes) -> bytes:
    """Inspectors stand in the order of this value."""
    return h(b"\x22" + seed + salt_)


def lot_pick(h: Hash, seed: bytes, salts: Sequence[bytes]) -> Callable[[int, int, int], int]:
    """The choice for a slot, keyed by the door's secret salt (`salts` in lot order of the doors)."""

    def pick(door: int, slot: int, n: int) -> int:
        key = b"\x23" + seed + salts[door] + u16(slot)
        return uniform(lambda counter: h(key + u32(counter)), n)

    return pick


def assignment_leaf(h: Hash, salt_: bytes, ticket: bytes, slot: int, how: str, inspector: str) -> bytes:
    """Leaf of the published match root: fixes who was matched, and how, on the day of the match; salted by the door's
    secret.
    """
    blind = h(b"\x15" + salt_ + u16(slot))[: len(salt_)]
    return h(b"\x00" + blind + ticket + u16(slot) + framed(how.encode()) + inspector.encode())
