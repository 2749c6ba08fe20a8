import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import frame as frames
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import Candidate, Exclusion, build_frame, fingerprint, frame_root

H = hash_named("sha256")
SECRET = bytes(range(32))


def directory(n: int) -> list[Candidate]:
    codes = [Exclusion.NONE, Exclusion.NONE, Exclusion.NONE, Exclusion.CAP, Exclusion.CLOSED, Exclusion.SCOPE]
    return [Candidate(f"91371000{i:010d}", codes[i % 6], weight=1 + i % 3, attrs=b'{"n":%d}' % i) for i in range(n)]


def test_the_order_in_which_the_directory_comes_does_not_matter() -> None:
    rows = directory(60)
    shuffled = rows[:]
    random.Random(7).shuffle(shuffled)
    assert build_frame(H, SECRET, rows) == build_frame(H, SECRET, shuffled)
    assert frame_root(H, SECRET, build_frame(H, SECRET, rows)) == frame_root(
        H, SECRET, build_frame(H, SECRET, shuffled)
    )


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=6), unique=True, max_size=12))
def test_rows_ascend_strictly_by_the_bytes_of_their_id(oids: list[str]) -> None:
    fit = [oid for oid in oids if frames.plain_text(oid) and not oid.startswith(frames.RESERVED)]
    built = build_frame(H, SECRET, [Candidate(oid) for oid in fit])
    listed = [row.oid.encode() for row in built.rows]
    assert listed == sorted(set(listed))
    assert len(listed) == len(fit)


def test_a_duplicate_is_refused_because_it_would_double_its_chance() -> None:
    with pytest.raises(ValueError, match="twice"):
        build_frame(H, SECRET, [Candidate("A"), Candidate("B"), Candidate("A", Exclusion.CAP)])


@pytest.mark.parametrize(
    "bad",
    [
        Candidate("A\tB"),
        Candidate(""),
        Candidate("I:1"),
        Candidate("R:1"),
        Candidate("A", weight=0),
        Candidate("A", stratum=-1),
        Candidate("A", attrs=b"{}\n"),
        Candidate("e\u0301"),
    ],
)
def test_a_row_that_could_be_read_in_two_ways_is_refused(bad: Candidate) -> None:
    with pytest.raises(ValueError, match=r"plain text|weight|attributes"):
        build_frame(H, SECRET, [bad])


def test_excluded_rows_stay_in_the_frame_without_a_cell() -> None:
    built = build_frame(H, SECRET, directory(12))
    assert built.size == 12
    assert built.eligible == 6
    assert built.excluded == {Exclusion.CAP: 2, Exclusion.CLOSED: 2, Exclusion.SCOPE: 2}
    assert all((row.cell == frames.NO_CELL) == (row.exclusion is not Exclusion.NONE) for row in built.rows)


def test_the_ratio_is_a_share_of_the_open_rows_in_scope_capped_ones_included() -> None:
    assert build_frame(H, SECRET, directory(12)).directory == 8


def test_a_cell_number_says_nothing_about_the_weight_behind_it() -> None:
    orders = set()
    for key in range(24):
        built = build_frame(H, bytes([key]) * 32, directory(60))
        orders.add(tuple(cell.weight for cell in sorted(built.cells, key=lambda c: c.number)))
    assert len(orders) > 2


def test_every_bit_of_a_row_and_of_the_parameters_moves_the_fingerprint() -> None:
    base = build_frame(H, SECRET, directory(9))
    root = frame_root(H, SECRET, base)
    first = fingerprint(H, root, b'{"n":1}')
    assert fingerprint(H, root, b'{"n":2}') != first
    changed = directory(9)
    changed[0] = Candidate(changed[0].oid, Exclusion.CAP, weight=changed[0].weight, attrs=changed[0].attrs)
    assert frame_root(H, SECRET, build_frame(H, SECRET, changed)) != root
    changed[0] = Candidate(changed[0].oid, Exclusion.NONE, weight=changed[0].weight, attrs=b'{"n":99}')
    assert frame_root(H, SECRET, build_frame(H, SECRET, changed)) != root


def test_the_same_row_has_another_leaf_under_another_secret() -> None:
    row = build_frame(H, SECRET, [Candidate("A")]).rows[0]
    leaves = {frames.leaf(H, frames.salt(H, bytes([k]) * 32, "A"), row.line()) for k in range(5)}
    assert len(leaves) == 5


def test_a_stored_frame_comes_back_as_it_was() -> None:
    built = build_frame(H, SECRET, directory(50))
    stored = frames.squeezed(frames.manifest(built))
    assert frames.read_manifest(frames.unsqueezed(stored), built.cells) == built


def test_the_empty_directory_has_a_root_and_no_cell() -> None:
    built = build_frame(H, SECRET, [])
    assert (built.size, built.eligible, built.directory, built.cells) == (0, 0, 0, ())
    assert frame_root(H, SECRET, built) == H(b"")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        build_frame(H, b"short", [])
