"""The frame (待抽名录): every row of the directory, frozen, salted and committed before any entropy exists
(draw.md §4.2).
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash, plain_text, u32

SECRET_BYTES = 32
SALT_BYTES = 16
NO_CELL = 0
# Rows of people and relations are salted out of the same secret; an object may not borrow their names.
RESERVED = ("I:", "R:")


class Exclusion(StrEnum):
    """Why a row of the directory cannot be drawn.

    Excluded rows stay in the frame: nobody is dropped in silence.
    """

    NONE = "0"
    CAP = "CAP"  # the year's visits are used up
    UP = "UP"  # already planned by a higher level
    CLOSED = "CLOSED"  # cancelled, moved away
    SCOPE = "SCOPE"  # outside the task's conditions
    OPEN = "OPEN"  # a visit is pending


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the directory as the draw receives it.

    `attrs` are canonical JSON bytes that only the supervisor may open.
    """

    oid: str
    exclusion: Exclusion = Exclusion.NONE
    stratum: int = 0
    weight: int = 1
    attrs: bytes = field(default=b"{}", repr=False)


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One line of the manifest.

    `cell` is a neutral number, `NO_CELL` for an excluded row; `attrs_digest` is salted (hex).
    """

    oid: str
    cell: int
    exclusion: Exclusion
    attrs_digest: str

    def line(self) -> bytes:
        """The exact bytes under the leaf: four fields, tab-separated, no line break."""
        return f"{self.oid}\t{self.cell}\t{self.exclusion.value}\t{self.attrs_digest}".encode()


@dataclass(frozen=True, slots=True)
class FrameCell:
    """A probability class within a stratum: `size` eligible objects that share one weight and so one
    probability.
    """

    number: int
    stratum: int
    weight: int
    size: int


@dataclass(frozen=True, slots=True)
class Frame:
    """All rows, strictly ascending by the bytes of `oid`, and the cells of the eligible ones, ascending by
    number.
    """

    rows: tuple[FrameRow, ...] = field(repr=False)
    attrs: tuple[bytes, ...] = field(repr=False)
    cells: tuple[FrameCell, ...]

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def eligible(self) -> int:
        return sum(cell.size for cell in self.cells)

    @property
    def directory(self) -> int:
        """Objects the ratio is a share of (检查对象名录库): the task's open rows, those that bear a cap
        among them.
        """
        outside = self.excluded.get(Exclusion.CLOSED, 0) + self.excluded.get(Exclusion.SCOPE, 0)
        return self.size - outside

    @property
    def excluded(self) -> Mapping[Exclusion, int]:
        """How many rows bear each exclusion code."""
        return Counter(row.exclusion for row in self.rows if row.exclusion is not Exclusion.NONE)


def build_frame(h: Hash, secret: bytes, candidates: Iterable[Candidate]) -> Frame:
    """Sort, number and salt the directory. The order in which `candidates` come does not matter.

    Raises:
        ValueError: for a duplicate (it would double its chance), an oid that is not plain NFC text or
            borrows a reserved
            prefix, a weight below 1.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"the secret has {SECRET_BYTES} bytes")
    ordered = sorted(candidates, key=lambda candidate: candidate.oid.encode())
    _check(ordered)
    eligible = [c for c in ordered if c.exclusion is Exclusion.NONE]
    sizes = Counter((c.stratum, c.weight) for c in eligible)
    # Numbered by a keyed hash, so that a number says nothing about the risk class behind it.
    keys = sorted(sizes, key=lambda key: h(b"\x16" + secret + u32(key[0]) + u32(key[1])))
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    rows = tuple(
        FrameRow(
            c.oid,
            numbers[c.stratum, c.weight] if c.exclusion is Exclusion.NONE else NO_CELL,
            c.exclusion,
            h(b"\x12" + attribute_salt(h, secret, c.oid) + c.attrs).hex(),
        )
        for c in ordered
    )
    cells = tuple(FrameCell(number, *key, sizes[key]) for key, number in numbers.items())
    return Frame(rows, tuple(c.attrs for c in ordered), cells)


def _check(ordered: Sequence[Candidate]) -> None:
    for before, candidate in zip([None, *ordered], ordered, strict=False):
        if before is not None and before.oid == candidate.oid:
            raise ValueError("an object stands in the directory twice")
        if not plain_text(candidate.oid) or candidate.oid.startswith(RESERVED):
            raise ValueError("an object's id is not plain text")
        if not 1 <= candidate.weight < 1 << 32 or not 0 <= candidate.stratum < 1 << 32:
            raise ValueError("a weight is a whole number of at least 1, a stratum of at least 0")
        if b"\t" in candidate.attrs or b"\n" in candidate.attrs:
            raise ValueError("attributes are one line of canonical JSON")


def salt(h: Hash, secret: bytes, name: str) -> bytes:
    """r: the 16 secret bytes that belong to one object (or `I:` inspector, `R:` relation); salt of its
    leaf, key of its ticket.
    """
    return h(b"\x10" + secret + name.encode())[:SALT_BYTES]


def attribute_salt(h: Hash, secret: bytes, oid: str) -> bytes:
    """r': salt of the attributes, which open separately from the row."""
    return h(b"\x13" + secret + oid.encode())[:SALT_BYTES]


def leaf(h: Hash, salt_: bytes, line: bytes) -> bytes:
    """The committed leaf of one row."""
    return h(b"\x00" + salt_ + line)


def frame_leaves(h: Hash, secret: bytes, frame: Frame) -> list[bytes]:
    """The leaves in frame order."""
    return [leaf(h, salt(h, secret, row.oid), row.line()) for row in frame.rows]


def frame_root(h: Hash, secret: bytes, frame: Frame) -> bytes:
    """RFC 6962 root over the salted leaves."""
    return merkle.root(h, frame_leaves(h, secret, frame))


def fingerprint(h: Hash, root: bytes, params: bytes) -> bytes:
    """C (名录指纹): binds the frame and every parameter of the draw.

    `params` are the exact canonical bytes.
    """
    return h(b"\x30" + root + h(params))


def manifest(frame: Frame) -> bytes:
    """The frame as text: each row's line, a tab, its attributes, a line break."""
    return b"".join(row.line() + b"\t" + attrs + b"\n" for row, attrs in zip(frame.rows, frame.attrs, strict=True))


def squeezed(text: bytes) -> bytes:
    """A listing, compressed as it is stored."""
    return zlib.compress(text, 6)


def unsqueezed(data: bytes) -> bytes:
    """The listing that `squeezed` stored."""
    return zlib.decompress(data)


def read_manifest(text: bytes, cells: Iterable[FrameCell]) -> Frame:
    """The frame that `manifest` wrote; `cells` as they were frozen."""
    rows, attrs = [], []
    for line in text.decode().split("\n")[:-1]:
        oid, cell, exclusion, digest, told = line.split("\t")
        rows.append(FrameRow(oid, int(cell), Exclusion(exclusion), digest))
        attrs.append(told.encode())
    return Frame(tuple(rows), tuple(attrs), tuple(cells))
