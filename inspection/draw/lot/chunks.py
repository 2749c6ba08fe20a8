"""Runs of rows: how the frame is hashed, stored and read without ever lying in memory as a whole (draw.md §6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import brotli

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash, maker
from inspection.draw.lot.salts import SALT_BYTES

FRAME_CHUNK = 4096
"""Rows of a chunk. A power of two, so that every chunk but the last is a whole subtree of the frame's tree."""

FIELDS = 5
"""Of a line of the manifest: code, cells, exclusion codes, digest of the attributes, attributes."""


@dataclass(frozen=True, slots=True)
class FrameChunk:
    """`rows` lines of the manifest from row `number` · 4,096 on, compressed, and the root of their subtree."""

    number: int
    rows: int
    first_oid: str = field(repr=False)
    root: bytes
    data: bytes = field(repr=False)


def squeezed(text: bytes) -> bytes:
    """A listing, compressed as it is stored. Brotli at its lightest takes half the time of zlib at its lightest, and a
    sixth less room.
    """
    return bytes(brotli.compress(text, quality=1))


def unsqueezed(data: bytes) -> bytes:
    """The listing that `squeezed` stored."""
    return bytes(brotli.decompress(data))


def pack(h: Hash, secret: bytes, rows: bytes) -> tuple[bytes, bytes]:
    """(root, data) of a run of rows, each a line `oid ⇥ cells ⇥ codes ⇥ attrs`: each gets its attributes' digest and
    its leaf.
    """
    new, key, attribute_key = maker(h), b"\x10" + secret, b"\x13" + secret
    # Field by field, not line by line: lists made at one go take less time.
    fields = rows.replace(b"\n", b"\t").split(b"\t")
    oids, cells, codes, attrs = (fields[number:-1:4] for number in range(4))
    digests = [
        new(b"\x12" + new(attribute_key + oid).digest()[:SALT_BYTES] + told).hexdigest().encode()
        for oid, told in zip(oids, attrs, strict=True)
    ]
    lines = [b"\t".join(line) for line in zip(oids, cells, codes, digests, strict=True)]
    leaves = [
        new(b"\x00" + new(key + oid).digest()[:SALT_BYTES] + line).digest()
        for oid, line in zip(oids, lines, strict=True)
    ]
    text = b"".join([line + b"\t" + told + b"\n" for line, told in zip(lines, attrs, strict=True)])
    return merkle.root(h, leaves), squeezed(text)


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a stored chunk, with their attributes, without line breaks."""
    return unsqueezed(data).split(b"\n")[:-1]


def opened(h: Hash, secret: bytes, data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(salt, line under the leaf, attributes) of every row of a chunk."""
    new, key = maker(h), b"\x10" + secret
    for told in lines_of(data):
        line, _, attrs = told.rpartition(b"\t")
        yield new(key + line[: line.index(b"\t")]).digest()[:SALT_BYTES], line, attrs


def chunk_root(h: Hash, secret: bytes, data: bytes) -> bytes:
    """The root of a chunk's subtree, made of its rows."""
    return merkle.root(h, chunk_leaves(h, secret, data))


def chunk_leaves(h: Hash, secret: bytes, data: bytes) -> list[bytes]:
    """The leaves of a chunk, in the order of its rows."""
    new = maker(h)
    return [new(b"\x00" + salted + line).digest() for salted, line, _ in opened(h, secret, data)]
