"""Runs of rows: how the frame is hashed, stored and read without ever lying in memory as a whole (draw.md §6)."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.salts import SALT_BYTES

FRAME_CHUNK = 4096
"""Rows of a chunk. A power of two, so that every chunk but the last is a whole subtree of the frame's tree."""


@dataclass(frozen=True, slots=True)
class FrameChunk:
    """`rows` lines of the manifest from row `number` · 4,096 on, compressed, and the root of their subtree."""

    number: int
    rows: int
    first_oid: str = field(repr=False)
    root: bytes
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row before it is salted: `places` is what stands between its code and its digest, tabs among them."""

    oid: bytes = field(repr=False)
    places: bytes
    attrs: bytes = field(repr=False)


def squeezed(text: bytes) -> bytes:
    """A listing, compressed as it is stored."""
    return zlib.compress(text, 1)


def unsqueezed(data: bytes) -> bytes:
    """The listing that `squeezed` stored."""
    return zlib.decompress(data)


def pack(h: Hash, secret: bytes, rows: Sequence[PlainRow]) -> tuple[bytes, bytes]:
    """(root, data) of a run of rows: each gets its attributes' digest and its leaf."""
    key, attribute_key = b"\x10" + secret, b"\x13" + secret
    leaves, lines = [], []
    for row in rows:
        digest = h(b"\x12" + h(attribute_key + row.oid)[:SALT_BYTES] + row.attrs)
        line = row.oid + row.places + digest.hex().encode()
        leaves.append(h(b"\x00" + h(key + row.oid)[:SALT_BYTES] + line))
        lines.append(line + b"\t" + row.attrs + b"\n")
    return merkle.root(h, leaves), squeezed(b"".join(lines))


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a stored chunk, with their attributes, without line breaks."""
    return unsqueezed(data).split(b"\n")[:-1]


def opened(h: Hash, secret: bytes, data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(salt, line under the leaf, attributes) of every row of a chunk."""
    key = b"\x10" + secret
    for told in lines_of(data):
        line, _, attrs = told.rpartition(b"\t")
        yield h(key + line.partition(b"\t")[0])[:SALT_BYTES], line, attrs


def chunk_leaves(h: Hash, secret: bytes, data: bytes) -> list[bytes]:
    """The leaves of a chunk, in the order of its rows."""
    return [h(b"\x00" + salted + line) for salted, line, _ in opened(h, secret, data)]
