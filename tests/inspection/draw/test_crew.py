"""Two processes give what one gives: a frame and the lowest tickets of every cell."""

from collections.abc import Iterator

import pytest

from inspection.draw.lot.build import FrameBuilder, build_frame
from inspection.draw.lot.crew import Crew
from inspection.draw.lot.digest import HASHES, hash_named
from inspection.draw.lot.frame import Candidate, Frame, Place
from inspection.draw.lot.lowest import Search, lowest
from inspection.draw.lot.quota import quotas

SECRET, SEED = bytes(range(32)), b"\x07" * 32
CHUNK = 64
CELLS = [(0, 0, 1), (0, 0, 3)]


def rows() -> Iterator[Candidate]:
    for i in range(700):
        yield Candidate(f"{i:05d}", (Place(weight=1 if i % 3 else 3),), b'{"n":%d}' % i)


def by_two(hash_alg: str) -> tuple[Frame, int]:
    """The frame, and how many results were awaited at most."""
    with Crew(CHUNK, rows_alone=2 * CHUNK) as crew:
        builder = FrameBuilder(hash_named(hash_alg), SECRET, CELLS, crew, chunk_rows=CHUNK)
        chunks = [chunk for row in rows() if (chunk := builder.add(row))]
        return builder.frame([*chunks, *builder.close()]), crew.ahead


@pytest.mark.parametrize("hash_alg", HASHES)
def test_a_frame_and_a_draw_by_two_processes(hash_alg: str) -> None:
    h = hash_named(hash_alg)
    frame, ahead = by_two(hash_alg)
    assert ahead > 1  # it was not done alone
    assert frame == build_frame(h, SECRET, rows(), CELLS, chunk_rows=CHUNK)
    shares = quotas(h, SEED, frame.cells, {0: 60})
    with Crew(CHUNK, rows_alone=0) as crew:
        search = Search(h, SEED, SECRET, shares, proofs=True, chunk_rows=CHUNK)
        together = search.through(crew, frame.chunks)
    assert together == lowest(h, SEED, SECRET, frame, shares, proofs=True)
    assert together.roots == tuple(chunk.root for chunk in frame.chunks)


def test_it_is_told_how_many_rows_were_looked_at() -> None:
    h, told = hash_named("sha256"), list[int]()
    frame = build_frame(h, SECRET, rows(), CELLS, chunk_rows=CHUNK)
    lowest(h, SEED, SECRET, frame, quotas(h, SEED, frame.cells, {0: 60}), seen=told.append)
    assert told == [CHUNK * number for number in range(1, len(frame.chunks) + 1)]
    assert told[-1] >= frame.size


def test_what_a_worker_refuses_is_refused() -> None:
    """Without naming a row: the line that failed is nobody's to read."""
    with Crew(CHUNK, rows_alone=0) as crew:
        job = crew.start(hash_named, "md5")
        with pytest.raises(ValueError, match="unknown hash"):
            job.result()


def test_a_search_that_is_told_of_more_rows_than_there_are_says_so() -> None:
    h = hash_named("sha256")
    frame = build_frame(h, SECRET, rows(), CELLS, chunk_rows=CHUNK)
    shares = quotas(h, SEED, frame.cells, {0: 600})
    with Crew(CHUNK) as crew, pytest.raises(ValueError, match="fewer rows"):
        Search(h, SEED, SECRET, shares, chunk_rows=CHUNK).again().complete(crew, frame.chunks[:1])
