"""One look through the frame's chunks: every eligible row's ticket, and who may be among the lowest (draw.md §6).

Only rows below a generous bound leave a chunk, so a draw from ten million rows keeps the few that can win in memory.
"""

from collections.abc import Mapping
from math import isqrt
from typing import NamedTuple

from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import lines_of
from inspection.draw.lot.digest import SPAN, Hash, maker, u32
from inspection.draw.lot.frame import NO_CELL
from inspection.draw.lot.salts import SALT_BYTES

Bounds = Mapping[int, bytes]
"""By cell number, the value from which on a ticket is left behind; a cell that is not named leaves all."""

# Longer than any ticket, and so above all of them; below all of them.
EVERYBODY, NOBODY = b"\xff" * 33, b""


class Found(NamedTuple):
    """A row whose ticket is low in one of its cells. Such rows sort by (ticket, place in the frame), which is (ticket,
    code). `told`: its line of the manifest; `path`: inside its chunk, where proofs were asked for.
    """

    value: bytes
    place: int
    cells: tuple[int, ...]
    told: bytes
    salt: bytes
    path: bytes = b""

    def __repr__(self) -> str:
        return "Found()"

    @property
    def oid(self) -> str:
        return self.told.partition(b"\t")[0].decode()

    @property
    def attrs(self) -> bytes:
        return self.told.rpartition(b"\t")[2]


class Scan(NamedTuple):
    """What a look through one chunk gave; `root` of its subtree only where proofs were asked for."""

    found: list[Found]
    root: bytes | None


def bound(needed: int, size: int) -> bytes:
    """A value below which a cell of `size` rows has `needed` tickets all but surely (by more than seven standard
    deviations); when it has not, the scan is made again with `EVERYBODY`.
    """
    allowed = needed + 8 * isqrt(needed) + 64
    if allowed >= size:
        return EVERYBODY
    return (SPAN * allowed // size).to_bytes(32, "big")


def scan(h: Hash, secret: bytes, seed: bytes, data: bytes, first: int, bounds: Bounds, proofs: bool = False) -> Scan:
    """Look through the chunk `data` that begins at row `first`. With `proofs` also hash its tree."""
    new, key, head = maker(h), b"\x10" + secret, b"\x11" + seed
    found: list[Found] = []
    leaves: list[bytes] = []
    # Rows of the same cells look alike: what is written there → (cells, the highest of their bounds).
    alike: dict[bytes, tuple[tuple[int, ...], bytes]] = {}
    for index, told in enumerate(lines_of(data), start=first):
        oid, written, _ = told.split(b"\t", 2)
        salted = new(key + oid).digest()[:SALT_BYTES]
        if proofs:
            leaves.append(new(b"\x00" + salted + told[: told.rindex(b"\t")]).digest())
        cells, most = alike.get(written) or _alike(alike, written, bounds)
        if most:
            value = new(head + salted + u32(index)).digest()
            if value < most:
                found.append(Found(value, index, cells, told, salted))
    if not proofs:
        return Scan(found, None)
    root, paths = merkle.root_and_paths(h, leaves, [one.place - first for one in found])
    return Scan([Found(*one[:-1], b"".join(path)) for one, path in zip(found, paths, strict=True)], root)


def _alike(
    alike: dict[bytes, tuple[tuple[int, ...], bytes]], written: bytes, bounds: Bounds
) -> tuple[tuple[int, ...], bytes]:
    cells = tuple(map(int, written.split(b",")))
    most = max(bounds.get(number, NOBODY) if number != NO_CELL else NOBODY for number in cells)
    alike[written] = cells, most
    return alike[written]
