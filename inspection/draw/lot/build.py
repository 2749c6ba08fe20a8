"""From candidates to a frame, row by row: order, cells, counts, chunks (draw.md §4.2)."""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from operator import lt

from inspection.draw.lot.chunks import FRAME_CHUNK, FrameChunk, pack
from inspection.draw.lot.crew import Crew
from inspection.draw.lot.digest import Hash, plain_text
from inspection.draw.lot.frame import (
    NO_CELL,
    OUTSIDE,
    RESERVED,
    STRATA,
    Candidate,
    CellKey,
    Exclusion,
    Frame,
    FrameCell,
    Place,
    Tally,
    cell_numbers,
)
from inspection.draw.lot.salts import SECRET_BYTES

PLAIN: tuple[CellKey, ...] = ((0, 0, 1),)
"""The only cell of one task without strata and weights."""


@dataclass(slots=True)
class _Alike:
    """Rows with the same places: what their lines say of them, and how many there are."""

    places: tuple[Place, ...]
    told: bytes
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Packing:
    """A chunk in the making."""

    number: int
    rows: int
    first_oid: str
    packed: "Future[tuple[bytes, bytes]]"

    def chunk(self) -> FrameChunk:
        root, data = self.packed.result()
        return FrameChunk(self.number, self.rows, self.first_oid, root, data)


def build_frame(
    h: Hash,
    secret: bytes,
    candidates: Iterable[Candidate],
    allowed: Collection[CellKey] = PLAIN,
    *,
    chunk_rows: int = FRAME_CHUNK,
) -> Frame:
    """Number, salt and hash the directory. `allowed` are the cells that the terms allow, empty ones among them.

    Raises:
        ValueError: for rows that do not ascend strictly (a duplicate would double its chance), an oid that is not
            plain NFC text or borrows a reserved prefix, a cell that is not allowed.
    """
    with Crew(chunk_rows) as crew:
        builder = FrameBuilder(h, secret, allowed, crew, chunk_rows=chunk_rows)
        chunks = [chunk for candidate in candidates if (chunk := builder.add(candidate))]
        return builder.frame([*chunks, *builder.close()])


class FrameBuilder:
    """A frame in the making: takes candidates in order, hands out chunks as they fill, keeps counts only."""

    def __init__(
        self,
        h: Hash,
        secret: bytes,
        allowed: Collection[CellKey] = PLAIN,
        crew: Crew | None = None,
        *,
        chunk_rows: int = FRAME_CHUNK,
    ) -> None:
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"the secret has {SECRET_BYTES} bytes")
        if chunk_rows & (chunk_rows - 1):
            raise ValueError("a chunk is a whole subtree: its rows are a power of two")
        check_cells(allowed)
        self._h, self._secret, self._crew, self._chunk_rows = h, secret, crew or Crew(chunk_rows), chunk_rows
        self._numbers = cell_numbers(h, secret, allowed)
        self._tasks = 1 + max((task for task, _, _ in allowed), default=0)
        self._rows: list[bytes] = []
        self._oids: list[str] = []
        self._last = ""
        self._chunks = 0
        self._alike: dict[tuple[Place, ...], _Alike] = {}
        self._same: dict[int, _Alike] = {}
        self._packing: deque[_Packing] = deque()

    def add(self, candidate: Candidate) -> FrameChunk | None:
        """Take the next row; the next chunk, if one has become ready.

        Raises:
            ValueError: as `build_frame`.
        """
        same = self._same.get(id(candidate.places)) or self._find(candidate.places)
        same.count += 1
        self._oids.append(candidate.oid)
        # What is not plain text is found out when the chunk is full, all rows at one go.
        self._rows.append(candidate.oid.encode(errors="surrogatepass") + same.told + candidate.attrs)
        if len(self._rows) < self._chunk_rows:
            return None
        self._pack()
        return self._packing.popleft().chunk() if len(self._packing) >= self._crew.ahead else None

    def close(self) -> Iterator[FrameChunk]:
        """All chunks that are left, the last of them with what rows there are."""
        if self._rows:
            self._pack()
        while self._packing:
            yield self._packing.popleft().chunk()

    def _pack(self) -> None:
        text, oids = b"\n".join(self._rows) + b"\n", self._oids
        check_codes(oids, self._last)
        if (text.count(b"\n"), text.count(b"\t")) != (len(oids), 3 * len(oids)):
            raise ValueError("attributes are one line of canonical JSON")
        packed = self._crew.start(pack, self._h, self._secret, text)
        self._packing.append(_Packing(self._chunks, len(oids), oids[0], packed))
        self._chunks += 1
        self._rows, self._oids, self._last = [], [], oids[-1]

    def frame(self, chunks: Iterable[FrameChunk]) -> Frame:
        """The whole, of the chunks that were handed out."""
        return Frame(tuple(chunks), self.cells(), self.tallies(), self._chunk_rows)

    def cells(self) -> tuple[FrameCell, ...]:
        """The cells that hold somebody, ascending by number."""
        sizes: Counter[CellKey] = Counter()
        for same in self._alike.values():
            for task, place in enumerate(same.places):
                if place.exclusion is Exclusion.NONE:
                    sizes[task, place.stratum, place.weight] += same.count
        return tuple(FrameCell(number, *key, sizes[key]) for key, number in self._numbers.items() if sizes[key])

    def tallies(self) -> tuple[Tally, ...]:
        """The counts of each task."""
        return tuple(self._tally(task) for task in range(self._tasks))

    def _tally(self, task: int) -> Tally:
        excluded: Counter[Exclusion] = Counter()
        rows: Counter[int] = Counter()
        eligible: Counter[int] = Counter()
        for same in self._alike.values():
            place, count = same.places[task], same.count
            if place.exclusion is Exclusion.NONE:
                eligible[place.stratum] += count
            else:
                excluded[place.exclusion] += count
            if place.exclusion not in OUTSIDE:
                rows[place.stratum] += count
        strata = {stratum: (rows[stratum], eligible[stratum]) for stratum in sorted(rows)}
        return Tally(rows.total(), eligible.total(), dict(sorted(excluded.items())), strata)

    def _find(self, places: tuple[Place, ...]) -> _Alike:
        """The entry of rows with these places. Many rows share one tuple: it is then found by its identity."""
        same = self._alike.get(places)
        if same is None:
            same = self._alike[places] = _Alike(places, self._tell(places))
            self._same[id(places)] = same
        return same

    def _tell(self, places: tuple[Place, ...]) -> bytes:
        """What stands between code and digest of rows with these places."""
        if len(places) != self._tasks:
            raise ValueError("a row has a place for each task")
        cells = []
        for task, place in enumerate(places):
            if place.exclusion is not Exclusion.NONE:
                cells.append(NO_CELL)
                continue
            number = self._numbers.get((task, place.stratum, place.weight))
            if number is None:
                raise ValueError("a row has a weight or a stratum that the terms do not allow")
            cells.append(number)
        codes = ",".join(place.exclusion.value for place in places)
        return f"\t{','.join(map(str, cells))}\t{codes}\t".encode()


def check_cells(allowed: Iterable[CellKey]) -> None:
    """Raises:
    ValueError: for a weight below 1 or a stratum below 0, or too large for their fields.
    """
    for task, stratum, weight in allowed:
        if not 1 <= weight < 1 << 32 or not 0 <= stratum < STRATA or not 0 <= task < STRATA:
            raise ValueError("a weight is a whole number of at least 1, a stratum of at least 0")


def check_codes(oids: Sequence[str], before: str) -> None:
    """Whether these codes may follow `before` in a frame. The bytes of texts are ordered as their code points are.

    Raises:
        ValueError: as `build_frame`.
    """
    together = "".join(oids)
    # What is ASCII and printable needs no look at each character.
    if not oids[0] or (not (together.isascii() and together.isprintable()) and not all(map(plain_text, oids))):
        raise ValueError("an object's id is not plain text")
    if not all(map(lt, [before, *oids], oids)):
        twice = len({before, *oids}) <= len(oids)
        raise ValueError("an object stands in the directory twice" if twice else "rows do not ascend")
    for prefix in RESERVED:
        place = bisect_left(oids, prefix)
        if place < len(oids) and oids[place].startswith(prefix):
            raise ValueError("an object's id is not plain text: it borrows a reserved prefix")
