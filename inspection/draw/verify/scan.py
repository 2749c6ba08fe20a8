"""One pass over the frame: every row hashed, every ticket made, in blocks that two processes share when it pays.

Rows are never kept. What stays is the root of every block, how often each combination of cells, codes and attributes
occurs, and the rows whose ticket is low enough to matter.
"""

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterator
from itertools import pairwise
from struct import Struct
from typing import IO, Any, NamedTuple, TypeAlias

from inspection.draw.verify.aside import spare_cores
from inspection.draw.verify.formulas import hash_named, hasher, root_of

BLOCK, READ = 1 << 14, 1 << 22
MARK, ID = b'"object":"', 36
# (cells, codes, attributes before and after the object's own id)
Combination: TypeAlias = tuple[bytes, bytes, bytes, bytes]


class Hit(NamedTuple):
    """A row whose ticket is within the limit of one of its cells."""

    ticket: bytes
    oid: bytes
    at: int
    salt: bytes
    cells: bytes
    attrs: bytes


class Block(NamedTuple):
    """What remains of a run of rows."""

    rows: int
    first: bytes
    last: bytes
    rising: bool
    root: bytes
    attributes: bool
    ended: bool
    kinds: dict[Combination, int]
    hits: list[Hit]


class Job(NamedTuple):
    """What every block needs to know. `limits`: cell → the highest ticket that matters there."""

    hash_alg: str
    key: bytes
    seed: bytes
    limits: dict[int, bytes]


class Scan(NamedTuple):
    """What the whole frame came to."""

    rows: int
    rising: bool
    root: bytes
    attributes: bool
    kinds: Counter[Combination]
    hits: list[Hit]


def scan(file: IO[bytes], job: Job, rows: int) -> Scan:
    """Read `manifest.tsv` to its end. `rows`: how many are expected; decides only whether the work is shared."""
    roots, kinds, hits = [], Counter[Combination](), list[Hit]()
    count, last, rising, attributes = 0, b"", True, True
    for block in _blocks(file, job, rows):
        roots.append(block.root)
        kinds.update(block.kinds)
        hits += block.hits
        rising = rising and last < block.first and block.rising and block.ended
        attributes = attributes and block.attributes
        count, last = count + block.rows, block.last
    return Scan(count, rising, root_of(hash_named(job.hash_alg), roots), attributes, kinds, hits)


def _blocks(file: IO[bytes], job: Job, rows: int) -> Iterator[Block]:
    runs = enumerate(_runs(file))
    cores = spare_cores(rows)
    if cores == 1:
        yield from (scan_block(job, number * BLOCK, run) for number, run in runs)
        return
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        waiting: deque[Any] = deque()
        for number, run in runs:
            waiting.append(pool.apply_async(scan_block, (job, number * BLOCK, run)))
            if len(waiting) > 2 * cores:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()


def _runs(file: IO[bytes]) -> Iterator[bytes]:
    """The file in runs of `BLOCK` lines, the last one shorter, without looking at any line here."""
    held, more = b"", b"\n"
    while held or more:
        while more and held.count(b"\n") < BLOCK:
            more = file.read(READ)
            held += more
        if held:
            cut = _behind(held, BLOCK)
            yield held[:cut]
            held = held[cut:]


def _behind(data: bytes, lines: int) -> int:
    """Where so many lines end; the whole length where there are fewer."""
    if data.count(b"\n") < lines:
        return len(data)
    low, high, before = 0, len(data), 0
    while high - low > 1:
        middle = (low + high) // 2
        within = before + data.count(b"\n", low, middle)
        low, high, before = (low, middle, before) if within >= lines else (middle, high, within)
    return high


def scan_block(job: Job, start: int, run: bytes) -> Block:
    """Hash a run of rows that begins with row `start`. One plain loop, because it runs a million times."""
    lines = run.split(b"\n")
    ended = not lines.pop()
    new, limit, number = hasher(job.hash_alg), _Limits(job.limits), Struct(">I").pack
    outer, inner, seed = b"\x10" + job.key, b"\x13" + job.key, b"\x11" + job.seed
    oids, leaves, found, told, ids = list[bytes](), list[bytes](), list[bytes](), list[bytes](), list[bytes]()
    kinds: dict[Combination, int] = {}
    hits = list[Hit]()
    for index, line in enumerate(lines, start):
        oid, cells, codes, digest, attrs = line.split(b"\t")
        salt = new(outer + oid).digest()[:16]
        oids.append(oid)
        leaves.append(new(b"\x00" + salt + line[: -len(attrs) - 1]).digest())
        found.append(new(b"\x12" + new(inner + oid).digest()[:16] + attrs).digest())
        told.append(digest)
        # The object's own id is cut out, so that like rows count as one.
        cut = attrs.find(MARK) + len(MARK)
        ids.append(attrs[cut : cut + ID])
        kind = (cells, codes, attrs[:cut], attrs[cut + ID :])
        kinds[kind] = kinds.get(kind, 0) + 1
        if most := limit[cells]:
            ticket = new(seed + salt + number(index)).digest()
            if ticket <= most:
                hits.append(Hit(ticket, oid, index, salt, cells, attrs))
    return Block(
        len(oids),
        oids[0],
        oids[-1],
        all(one < two for one, two in pairwise(oids)),
        root_of(hash_named(job.hash_alg), leaves),
        b"".join(found).hex().encode() == b"".join(told) and not b"".join(ids).translate(None, b"0123456789abcdef-"),
        ended,
        kinds,
        hits,
    )


class _Limits(dict[bytes, bytes]):
    """Cells of a row → the highest ticket that matters in one of them; empty for none."""

    def __init__(self, limits: dict[int, bytes]) -> None:
        super().__init__()
        self._limits = limits

    def __missing__(self, cells: bytes) -> bytes:
        self[cells] = max((self._limits.get(int(cell), b"") for cell in cells.split(b",")), default=b"")
        return self[cells]
