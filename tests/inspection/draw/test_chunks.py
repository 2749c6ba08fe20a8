"""A frame in chunks is the frame: same leaves, same root, every row opens with its own chunk."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import merkle
from inspection.draw.lot.build import FrameBuilder, build_frame
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import Candidate, Frame, frame_leaves, frame_root, leaf, manifest, salt
from inspection.draw.lot.proof import row_opening
from tests.inspection.draw.test_merkle import naive_root

H = hash_named("sha256")
SECRET = bytes(range(32))


def rows(n: int) -> list[Candidate]:
    return [Candidate(f"{i:05d}", attrs=b'{"n":%d}' % i) for i in range(n)]


def framed(n: int, chunk_rows: int) -> Frame:
    return build_frame(H, SECRET, rows(n), chunk_rows=chunk_rows)


@pytest.mark.parametrize("chunk_rows", [1, 2, 8, 64])
def test_the_root_over_chunks_is_the_plain_root_of_rfc_6962(chunk_rows: int) -> None:
    for n in range(3 * chunk_rows + 2):
        frame = framed(n, chunk_rows)
        assert frame_root(H, frame) == naive_root(frame_leaves(H, SECRET, frame))


@settings(max_examples=40)
@given(st.integers(0, 300), st.sampled_from([1, 2, 4, 16, 128, 4096]))
def test_the_size_of_a_chunk_shows_nowhere(n: int, chunk_rows: int) -> None:
    frame, whole = framed(n, chunk_rows), framed(n, 4096)
    assert frame_root(H, frame) == frame_root(H, whole)
    assert manifest(frame) == manifest(whole)
    assert list(frame.read()) == list(whole.read())
    assert (frame.cells, frame.tallies, frame.size) == (whole.cells, whole.tallies, n)


@settings(max_examples=40)
@given(st.integers(1, 200), st.sampled_from([1, 2, 8, 64]), st.data())
def test_every_row_opens_with_its_own_chunk(n: int, chunk_rows: int, data: st.DataObject) -> None:
    frame, index = framed(n, chunk_rows), data.draw(st.integers(0, n - 1))
    opened = row_opening(H, SECRET, frame, index)
    assert (opened.row.index, opened.row.oid) == (index, f"{index:05d}")
    assert opened.salt == salt(H, SECRET, opened.row.oid)
    own = leaf(H, opened.salt, opened.row.line())
    assert merkle.root_of_path(H, own, index, n, opened.siblings) == frame_root(H, frame)
    assert len(opened.siblings) == merkle.path_length(index, n)


def test_a_builder_hands_chunks_out_as_they_fill() -> None:
    builder = FrameBuilder(H, SECRET, chunk_rows=4)
    filled = [builder.add(row) for row in rows(10)]
    assert [number for number, chunk in enumerate(filled) if chunk] == [3, 7]
    chunks = [*filter(None, filled), *builder.close()]
    assert [(chunk.number, chunk.rows, chunk.first_oid) for chunk in chunks] == [
        (0, 4, "00000"),
        (1, 4, "00004"),
        (2, 2, "00008"),
    ]
    assert list(builder.close()) == []


def test_rows_are_found_by_their_index_and_no_others_are() -> None:
    frame = framed(10, 4)
    assert {index: row.oid for index, row in frame.at([9, 0, 5]).items()} == {0: "00000", 5: "00005", 9: "00009"}
    for index in (10, 100):
        with pytest.raises(IndexError):
            frame.row(index)


def test_a_chunk_that_is_no_whole_subtree_is_refused() -> None:
    with pytest.raises(ValueError, match="power of two"):
        framed(1, 3)
