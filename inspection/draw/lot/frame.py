"""The frame (待抽名录): every row of the directory, frozen, salted and committed before any entropy exists
(draw.md §4.2, docs/sr-draw-1.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import FRAME_CHUNK, FrameChunk, chunk_leaves, lines_of, squeezed, unsqueezed
from inspection.draw.lot.digest import Hash, u32
from inspection.draw.lot.salts import SALT_BYTES, SECRET_BYTES, attribute_salt, leaf, salt

__all__ = [
    "FRAME_CHUNK",
    "NO_CELL",
    "RESERVED",
    "SALT_BYTES",
    "SECRET_BYTES",
    "Candidate",
    "CellKey",
    "Exclusion",
    "Frame",
    "FrameCell",
    "FrameChunk",
    "FrameRow",
    "Place",
    "Tally",
    "attribute_salt",
    "cell_numbers",
    "fingerprint",
    "frame_leaves",
    "frame_root",
    "in_order",
    "leaf",
    "manifest",
    "salt",
    "squeezed",
    "stratum_key",
    "unsqueezed",
]

NO_CELL = 0
# Rows of people, relations and history are salted out of the same secret; an object may not borrow their names.
RESERVED = ("I:", "R:", "H:")
STRATA = 1 << 16

CellKey: TypeAlias = tuple[int, int, int]
"""(task, stratum, weight)"""


class Exclusion(StrEnum):
    """Why a row of the directory cannot be drawn for a task.

    Excluded rows stay in the frame: nobody is dropped in silence.
    """

    NONE = "0"
    CAP = "CAP"  # the year's visits are used up
    UP = "UP"  # already planned by a higher level
    CLOSED = "CLOSED"  # cancelled, moved away
    SCOPE = "SCOPE"  # outside the task's conditions, or its directory
    OPEN = "OPEN"  # a visit is pending


OUTSIDE = frozenset({Exclusion.CLOSED, Exclusion.SCOPE})
"""Rows that are in no task's directory: no ratio is a share of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands in one task: eligible (`Exclusion.NONE`) with a weight, or excluded; its stratum counts
    either way.
    """

    exclusion: Exclusion = Exclusion.NONE
    stratum: int = 0
    weight: int = 1


class Candidate(NamedTuple):
    """One row of the directory as the draw receives it: a place for each task of the draw, in their order. A tuple,
    because there are millions of them.

    `attrs` are canonical JSON bytes that only the supervisor may open: a print of it tells neither them nor the object.
    """

    oid: str
    places: tuple[Place, ...] = (Place(),)
    attrs: bytes = b"{}"

    def __repr__(self) -> str:
        return "Candidate()"


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Ascending by the bytes of the code, as a frame takes them. The order in which they come does not matter."""
    return sorted(candidates, key=lambda candidate: candidate.oid.encode())


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One line of the manifest: for each task a neutral cell number (`NO_CELL` where excluded) and an exclusion code;
    `attrs_digest` is salted (hex).
    """

    index: int = field(repr=False)
    oid: str = field(repr=False)
    cells: tuple[int, ...]
    exclusions: tuple[Exclusion, ...]
    attrs_digest: str
    attrs: bytes = field(default=b"{}", repr=False)

    @property
    def eligible(self) -> bool:
        """Whether some task may draw it."""
        return any(self.cells)

    def line(self) -> bytes:
        """The exact bytes under the leaf: four fields, tab-separated, no line break."""
        cells, codes = ",".join(map(str, self.cells)), ",".join(code.value for code in self.exclusions)
        return f"{self.oid}\t{cells}\t{codes}\t{self.attrs_digest}".encode()


@dataclass(frozen=True, slots=True)
class FrameCell:
    """A probability class of a task within a stratum: `size` eligible objects that share one weight and so one
    probability.
    """

    number: int
    task: int
    stratum: int
    weight: int
    size: int

    @property
    def stratum_key(self) -> int:
        return stratum_key(self.task, self.stratum)


def stratum_key(task: int, stratum: int) -> int:
    """One number for (task, stratum), as it enters the hash of tag 20 and names a sample size."""
    return task * STRATA + stratum


@dataclass(frozen=True, slots=True)
class Tally:
    """What one task has in the frame: `rows` of its directory (检查对象名录库: open and in scope, those at their cap
    among them), the `eligible` of them, how many bear each code, and (rows, eligible) of each stratum.
    """

    rows: int = 0
    eligible: int = 0
    excluded: Mapping[Exclusion, int] = field(default_factory=lambda: MappingProxyType({}))
    strata: Mapping[int, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Frame:
    """All rows, strictly ascending by the bytes of `oid`, in compressed chunks; the cells that hold somebody, ascending
    by number; a tally for each task.
    """

    chunks: tuple[FrameChunk, ...] = field(repr=False)
    cells: tuple[FrameCell, ...]
    tallies: tuple[Tally, ...]
    chunk_rows: int = FRAME_CHUNK

    @property
    def size(self) -> int:
        return sum(chunk.rows for chunk in self.chunks)

    def read(self) -> Iterator[FrameRow]:
        """Every row, one chunk in memory at a time."""
        for chunk in self.chunks:
            yield from _rows(chunk, self.chunk_rows)

    def row(self, index: int) -> FrameRow:
        """The row at `index`; costs one chunk.

        Raises:
            IndexError: there is no such row.
        """
        return self.at([index])[index]

    def at(self, indices: Iterable[int]) -> dict[int, FrameRow]:
        """Some rows by index; each of their chunks is opened once.

        Raises:
            IndexError: there is no such row.
        """
        wanted: dict[int, list[int]] = defaultdict(list)
        for index in indices:
            wanted[index // self.chunk_rows].append(index)
        found = {}
        for number, places in sorted(wanted.items()):
            lines = lines_of(self.chunks[number].data)
            found.update({index: read_row(lines[index % self.chunk_rows], index) for index in places})
        return found


def read_row(told: bytes, index: int) -> FrameRow:
    """A line of the manifest, without its line break."""
    oid, cells, codes, digest, attrs = told.decode().split("\t")
    exclusions = tuple(Exclusion(code) for code in codes.split(","))
    return FrameRow(index, oid, tuple(map(int, cells.split(","))), exclusions, digest, attrs.encode())


def _rows(chunk: FrameChunk, chunk_rows: int) -> Iterator[FrameRow]:
    for place, told in enumerate(lines_of(chunk.data), start=chunk.number * chunk_rows):
        yield read_row(told, place)


def cell_numbers(h: Hash, secret: bytes, allowed: Iterable[CellKey]) -> dict[CellKey, int]:
    """Neutral numbers 1, 2, … of all cells that the terms allow, in the order of a keyed hash: a number says nothing
    about the risk class behind it.
    """
    keys = sorted(set(allowed), key=lambda key: h(b"\x16" + secret + b"".join(map(u32, key))))
    return {key: number for number, key in enumerate(keys, start=1)}


def frame_leaves(h: Hash, secret: bytes, frame: Frame) -> list[bytes]:
    """The leaves of all rows, in frame order."""
    return [found for chunk in frame.chunks for found in chunk_leaves(h, secret, chunk.data)]


def frame_root(h: Hash, frame: Frame) -> bytes:
    """RFC 6962 root over the salted leaves, from the roots of the chunks."""
    return merkle.root(h, [chunk.root for chunk in frame.chunks])


def fingerprint(h: Hash, root: bytes, params: bytes) -> bytes:
    """C (名录指纹): binds the frame and every parameter of the draw.

    `params` are the exact canonical bytes.
    """
    return h(b"\x30" + root + h(params))


def manifest(frame: Frame) -> bytes:
    """The frame as text: each row's line, a tab, its attributes, a line break."""
    return b"".join(unsqueezed(chunk.data) for chunk in frame.chunks)
