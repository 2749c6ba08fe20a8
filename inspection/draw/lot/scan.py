"""One look through the frame's chunks: every eligible row's ticket, and who may be among the lowest (draw.md §6).

Only rows below a generous bound leave a chunk, so a draw from ten million rows keeps the few that can win in memory.
"""

from collections.abc import Mapping, Sequence
from math import isqrt
from typing import NamedTuple

from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import FIELDS, unsqueezed
from inspection.draw.lot.digest import SPAN, Hash, maker
from inspection.draw.lot.frame import NO_CELL
from inspection.draw.lot.salts import SALT_BYTES

Bounds = Mapping[int, bytes]
"""By cell number, the value from which on a ticket is left behind; a cell that is not named leaves all."""

# Longer than any ticket, and so above all of them; below all of them.
EVERYBODY, NOBODY = b"\xff" * 33, b""


class Found(NamedTuple):
    """A row whose ticket is low in one of its cells. Such rows sort by (ticket, place in the frame), which is (ticket,
    code). `told`: its line of the manifest; `salt` and `path`, which leads to its chunk's root: only where proofs were
    asked for.
    """

    value: bytes
    place: int
    cells: tuple[int, ...]
    told: bytes
    salt: bytes = b""
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
    # Field by field, not line by line: lists made at one go take two thirds of the time.
    fields = unsqueezed(data).replace(b"\n", b"\t").split(b"\t")
    oids, written = fields[0:-1:FIELDS], fields[1::FIELDS]
    alike = {told: _alike(told, bounds) for told in set(written)}
    tops = [alike[told][1] for told in written]
    salts = [
        new(key + oid).digest()[:SALT_BYTES] if top or proofs else b"" for oid, top in zip(oids, tops, strict=True)
    ]
    values = [
        new(head + salted + place.to_bytes(4, "big")).digest() if top else b""
        for place, (salted, top) in enumerate(zip(salts, tops, strict=True), start=first)
    ]
    hits = [row for row, (value, top) in enumerate(zip(values, tops, strict=True)) if value < top]
    lines = {row: b"\t".join(fields[FIELDS * row : FIELDS * (row + 1)]) for row in hits}
    found = [Found(values[row], first + row, alike[written[row]][0], lines[row]) for row in hits]
    if not proofs:
        return Scan(found, None)
    root, paths = merkle.root_and_paths(h, _leaves(h, salts, fields), hits)
    opening = zip(found, (salts[row] for row in hits), map(b"".join, paths), strict=True)
    return Scan([Found(*one[:4], salted, path) for one, salted, path in opening], root)


def _leaves(h: Hash, salts: Sequence[bytes], fields: Sequence[bytes]) -> list[bytes]:
    new, columns = maker(h), [fields[number:-1:FIELDS] for number in range(FIELDS - 1)]
    lines = map(b"\t".join, zip(*columns, strict=True))
    return [new(b"\x00" + salted + line).digest() for salted, line in zip(salts, lines, strict=True)]


def _alike(written: bytes, bounds: Bounds) -> tuple[tuple[int, ...], bytes]:
    """What rows of the same cells have in common: these cells, and the highest of their bounds."""
    cells = tuple(map(int, written.split(b",")))
    return cells, max(bounds.get(number, NOBODY) if number != NO_CELL else NOBODY for number in cells)
