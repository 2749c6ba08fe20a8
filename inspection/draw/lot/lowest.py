"""The lowest tickets of every cell, out of any number of rows (draw.md §4.6, §6)."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from inspection.draw.lot.chunks import FRAME_CHUNK, FrameChunk
from inspection.draw.lot.crew import Crew
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.frame import Frame
from inspection.draw.lot.quota import CellQuota
from inspection.draw.lot.scan import EVERYBODY, Found, Scan, bound, scan

Seen = Callable[[int], None]
"""What is told how many rows were looked at so far; the last chunk counts as a whole one."""


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest tickets of every cell, as many as are drawn or kept in reserve, and the roots of the chunks they were
    found in (only where proofs were asked for).
    """

    of_cell: Mapping[int, Sequence[Found]] = field(repr=False)
    roots: tuple[bytes, ...] = ()


def reserve_size(quota: int) -> int:
    """How many next tickets are kept at hand; all later ones follow from the frame just as well."""
    return max(3, -(-quota // 5))


def lowest(
    h: Hash,
    seed: bytes,
    secret: bytes,
    frame: Frame,
    quotas: Sequence[CellQuota],
    *,
    proofs: bool = False,
    seen: Seen | None = None,
) -> Lowest:
    """Look through the frame for the lowest tickets. With `proofs` each comes with its path inside its chunk, and the
    roots of all chunks are computed anew. `seen` is told the rows looked at after each chunk.
    """
    search = Search(h, seed, secret, quotas, proofs=proofs, chunk_rows=frame.chunk_rows, seen=seen)
    with Crew(frame.chunk_rows) as crew:
        found = search.through(crew, frame.chunks)
        return found if found is not None else search.again().complete(crew, frame.chunks)


class Search:
    """A look through chunks, which come one by one and are forgotten."""

    def __init__(
        self,
        h: Hash,
        seed: bytes,
        secret: bytes,
        quotas: Sequence[CellQuota],
        *,
        proofs: bool = False,
        chunk_rows: int = FRAME_CHUNK,
        everybody: bool = False,
        seen: Seen | None = None,
    ) -> None:
        self._of = h, seed, secret, quotas
        self._seen, self._looked = seen, 0
        self._proofs, self._chunk_rows = proofs, chunk_rows
        self._needed = {q.cell.number: min(q.quota + reserve_size(q.quota), q.cell.size) for q in quotas}
        self._bounds = {
            q.cell.number: EVERYBODY if everybody else bound(self._needed[q.cell.number], q.cell.size) for q in quotas
        }
        self._found: dict[int, list[Found]] = {number: [] for number in self._needed}
        self._roots: list[bytes] = []
        self._waiting: deque[Future[Scan]] = deque()

    def again(self) -> "Search":
        """The same search with nobody left behind: for the case, seen by nobody yet, that too few lay below a bound."""
        h, seed, secret, quotas = self._of
        return Search(h, seed, secret, quotas, proofs=self._proofs, chunk_rows=self._chunk_rows, everybody=True)

    def through(self, crew: Crew, chunks: Iterable[FrameChunk]) -> Lowest | None:
        """Look through all chunks; `None` when too few lay below a bound."""
        for chunk in chunks:
            self.take(crew, chunk)
        return self.done()

    def complete(self, crew: Crew, chunks: Iterable[FrameChunk]) -> Lowest:
        """As `through`, where nobody is left behind.

        Raises:
            ValueError: a cell has fewer rows than it is said to have.
        """
        found = self.through(crew, chunks)
        if found is None:
            raise ValueError("a cell has fewer rows than were counted")
        return found

    def take(self, crew: Crew, chunk: FrameChunk) -> None:
        """Look through the next chunk."""
        h, seed, secret, _ = self._of
        first = chunk.number * self._chunk_rows
        self._waiting.append(crew.start(scan, h, secret, seed, chunk.data, first, self._bounds, self._proofs))
        while len(self._waiting) >= crew.ahead:
            self._keep(self._waiting.popleft().result())

    def done(self) -> Lowest | None:
        """What was found; `None` when too few lay below a bound."""
        while self._waiting:
            self._keep(self._waiting.popleft().result())
        for number, rows in self._found.items():
            if len(rows) < self._needed[number]:
                return None
            rows.sort()
            del rows[self._needed[number] :]
        return Lowest(self._found, tuple(self._roots))

    def _keep(self, looked: Scan) -> None:
        self._looked += self._chunk_rows
        if self._seen is not None:
            self._seen(self._looked)
        for one in looked.found:
            for number in one.cells:
                if number in self._found and one.value < self._bounds[number]:
                    self._found[number].append(one)
        if looked.root is not None:
            self._roots.append(looked.root)
