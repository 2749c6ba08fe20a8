"""One look through the frame's chunks: every eligible row's ticket, and who may be among the lowest (draw.md §6).

Only rows below a generous bound leave a chunk, so a draw from ten million rows keeps the few that can win in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import FrameChunk, opened
from inspection.draw.lot.digest import SPAN, Hash, u32


@dataclass(frozen=True, slots=True)
class Found:
    """A row whose ticket is low in one of its cells. `path`: inside its chunk, where proofs were asked for."""

    value: bytes
    index: int = field(repr=False)
    cells: tuple[int, ...]
    oid: str = field(repr=False)
    attrs: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    path: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def lot(self) -> tuple[bytes, int]:
        """What decides: the ticket, and between equal ones the code, whose order is that of the index."""
        return self.value, self.index


@dataclass(frozen=True, slots=True)
class Scan:
    """What a look through one chunk gave. `root` of its subtree and the paths in `found` only where proofs were asked
    for.
    """

    found: tuple[Found, ...]
    root: bytes | None


Bounds = Mapping[int, bytes]
"""By cell number, the value from which on a ticket is left behind; a cell that is not named leaves all."""


def bound(needed: int, size: int) -> bytes:
    """A value below which a cell of `size` rows has `needed` tickets all but surely (by more than eight standard
    deviations); when it has not, the scan is made again with `EVERYBODY`.
    """
    allowed = needed + 8 * _root(needed) + 64
    if allowed >= size:
        return EVERYBODY
    return (SPAN * allowed // size).to_bytes(32, "big")


# Longer than any ticket, and so above all of them.
EVERYBODY = b"\xff" * 33


def scan(h: Hash, secret: bytes, seed: bytes, chunk: FrameChunk, first: int, bounds: Bounds, *, proofs: bool) -> Scan:
    """Look through a chunk that begins at row `first`. With `proofs` also hash its tree."""
    head, found, leaves = b"\x11" + seed, [], []
    for index, (salted, line, attrs) in enumerate(opened(h, secret, chunk.data), start=first):
        if proofs:
            leaves.append(h(b"\x00" + salted + line))
        oid, cells, _, _ = line.split(b"\t")
        numbers = _cells(cells)
        if not any(numbers):
            continue
        value = h(head + salted + u32(index))
        if any(value < bounds[number] for number in numbers if number in bounds):
            found.append(Found(value, index, numbers, oid.decode(), attrs, salted))
    if not proofs:
        return Scan(tuple(found), None)
    root, paths = merkle.root_and_paths(h, leaves, [one.index - first for one in found])
    return Scan(tuple(replace(one, path=path) for one, path in zip(found, paths, strict=True)), root)


def _cells(told: bytes) -> tuple[int, ...]:
    return tuple(map(int, told.split(b",")))


def _root(n: int) -> int:
    """The whole part of a square root."""
    root = n
    while root * root > n:
        root = (root + n // root) // 2
    return root


def whole_path(h: Hash, chunk_roots: Sequence[bytes], number: int, inside: Sequence[bytes]) -> tuple[bytes, ...]:
    """The audit path of a row in the whole tree, from its path inside chunk `number`."""
    return (*inside, *merkle.path(h, chunk_roots, number))
