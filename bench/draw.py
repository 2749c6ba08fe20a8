"""The draw of a large directory: from rows to the drawn objects, and the proof of one of them, beside what the SHA-256
of the machine takes for as many hashes.

`python -m bench.draw 200000` takes other numbers of objects.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench.figure import Figure, peaks_mb
from bench.words import parser_of
from inspection.draw.lot import merkle
from inspection.draw.lot.batches import cut_all
from inspection.draw.lot.build import FrameBuilder
from inspection.draw.lot.chunks import FRAME_CHUNK, FrameChunk
from inspection.draw.lot.crew import WORKERS, Crew
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import Candidate, Exclusion, Frame, Place, fingerprint, frame_root, leaf
from inspection.draw.lot.lowest import Search
from inspection.draw.lot.proof import row_opening
from inspection.draw.lot.quota import quotas, sample_size
from inspection.draw.lot.ticket import Selection, selection, ticket_value

RATIO = Fraction(5, 100)
# Objects: seconds, MB of all processes.
TARGETS = {1_000_000: (4, 400), 10_000_000: (40, 600)}
PROOFS, PROOF_US = 200, 50
HASHES = 7
"""Of a row: two salts, digest of the attributes, leaf, node; when it is drawn from, salt and ticket."""
SAMPLE, MESSAGE = 500_000, b"x" * 53
H, KEY = hash_named("sha256"), bytes(range(32))
WEIGHTS = (1, 2, 3, 5)
# Most are eligible, some at their cap, closed or outside the conditions.
CODES = (Exclusion.NONE,) * 17 + (Exclusion.CAP, Exclusion.CLOSED, Exclusion.SCOPE)
PLACES = [(Place(code, 0, weight),) for code in CODES for weight in WEIGHTS]
ATTRS = '{"area":"东区","exemption":null,"grade":"B","object":"%s","visits":0}'


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gave."""

    frame: Frame
    seed: bytes
    result: Selection


class ChunkFile:
    """Chunks as a database keeps them: written as they come, read one by one."""

    def __init__(self, path: Path) -> None:
        self._path, self._out = path, path.open("wb")
        self.heads: list[FrameChunk] = []

    def add(self, chunk: FrameChunk) -> None:
        self._out.write(len(chunk.data).to_bytes(4, "big") + chunk.data)
        self.heads.append(replace(chunk, data=b""))

    def read(self) -> Iterator[FrameChunk]:
        self._out.flush()
        with self._path.open("rb") as source:
            for head in self.heads:
                yield replace(head, data=source.read(int.from_bytes(source.read(4), "big")))


def main() -> None:
    """Each number of objects in a process of its own, so that its peak is its own; `--one=N` is such a process."""
    parser = parser_of(__doc__, one=0)
    parser.add_argument("objects", nargs="*", type=int, default=list(TARGETS), help="how many; usually each target")
    told = parser.parse_args()
    if told.one:
        one(told.one)
        return
    Figure("SHA-256 of 64 bytes by openssl, one core", openssl_rate() / 1e6, "M/s").emit()
    for n in told.objects:
        subprocess.run([sys.executable, "-m", "bench.draw", f"--one={n}"], check=True)


def one(n: int) -> None:
    """Draw, emit."""
    with TemporaryDirectory() as folder:
        chunks = ChunkFile(Path(folder) / "chunks")
        begin = time.perf_counter()
        done = draw(n, chunks)
        spent = time.perf_counter() - begin
        own, worker = peaks_mb()
        seconds, mb = TARGETS.get(n, (None, None))
        told = f"draw of {len(done.result.drawn):,} of {n:,} objects"
        limit, of = hash_limit(n), f"hashlib alone, {HASHES} hashes an object, on two cores"
        Figure(told, spent, "s", limit, of, f"≤ {seconds} s" if seconds else "").emit()
        room = f"{told}: peak memory of all processes"
        Figure(room, own + WORKERS * worker, "MB", target=f"≤ {mb} MB" if mb else "").emit()
        if n <= min(TARGETS):
            proof = check_time(done, chunks)
            Figure(f"check of one proof of {n:,} objects", proof, "µs", target=f"≤ {PROOF_US} µs").emit()


def candidates(n: int) -> Iterator[Candidate]:
    """A register of `n` rows."""
    attrs = [(ATTRS % UUID(int=(k << 96) + k * 7919)).encode() for k in range(FRAME_CHUNK)]
    for i in range(n):
        yield Candidate(f"9137{i:014d}", PLACES[i * 7 % len(PLACES)], attrs[i % FRAME_CHUNK])


def draw(n: int, chunks: ChunkFile) -> Drawn:
    """Everything between a register and the drawn objects: salts, digests, leaves, root, fingerprint, seed, quotas,
    tickets, thresholds.
    """
    with Crew(FRAME_CHUNK) as crew:
        builder = FrameBuilder(H, KEY, [(0, 0, weight) for weight in WEIGHTS], crew)
        for candidate in candidates(n):
            if chunk := builder.add(candidate):
                chunks.add(chunk)
        for chunk in builder.close():
            chunks.add(chunk)
        frame = builder.frame(chunks.heads)
        seed = H(b"\x32" + fingerprint(H, frame_root(H, frame), b"{}"))
        shares = quotas(H, seed, frame.cells, {0: sample_size(RATIO, frame.tallies[0].rows)})
        search = Search(H, seed, KEY, shares)
        found = search.through(crew, chunks.read()) or search.again().complete(crew, chunks.read())
    return Drawn(frame, seed, selection(shares, found, cut_all(H, seed, shares, {})))


def hash_limit(n: int) -> float:
    """Seconds that Python's hashlib takes on two cores for as many hashes as a draw of `n` objects needs."""
    begin = time.perf_counter()
    for _ in range(SAMPLE):
        hashlib.sha256(MESSAGE).digest()
    return (time.perf_counter() - begin) / SAMPLE * HASHES * n / WORKERS


def openssl_rate() -> float:
    """Hashes a second of the machine itself, with nothing of Python in it."""
    command = ["openssl", "speed", "-seconds", "2", "-bytes", "64", "-evp", "sha256"]
    told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return float(told.split()[-1].removesuffix("k")) * 1000 / 64


def check_time(done: Drawn, chunks: ChunkFile) -> float:
    """Microseconds, the middle of many, in which the proof of a drawn object is checked: leaf, path, ticket."""
    frame, spent = replace(done.frame, chunks=tuple(chunks.read())), []
    root = frame_root(H, frame)
    for ticket in done.result.drawn[:: -(-len(done.result.drawn) // PROOFS)]:
        opening = row_opening(H, KEY, frame, ticket.index)
        line, begin = opening.row.line(), time.perf_counter()
        own = leaf(H, opening.salt, line)
        good = merkle.root_of_path(H, own, ticket.index, frame.size, opening.siblings) == root
        good &= ticket_value(H, done.seed, opening.salt, ticket.index) == ticket.value
        spent.append(time.perf_counter() - begin)
        if not good:
            raise RuntimeError("a proof does not hold")
    return sorted(spent)[len(spent) // 2] * 1e6


if __name__ == "__main__":
    main()
