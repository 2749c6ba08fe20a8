import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import frame as frames
from inspection.draw.lot.build import build_frame
from inspection.draw.lot.digest import hash_named, plain_text
from inspection.draw.lot.frame import (
    Candidate,
    CellKey,
    Exclusion,
    Frame,
    Place,
    Tally,
    fingerprint,
    frame_root,
    in_order,
    manifest,
)

H = hash_named("sha256")
SECRET = bytes(range(32))


WEIGHED = [(0, 0, weight) for weight in (1, 2, 3)]


def directory(n: int) -> list[Candidate]:
    codes = [Exclusion.NONE, Exclusion.NONE, Exclusion.NONE, Exclusion.CAP, Exclusion.CLOSED, Exclusion.SCOPE]
    return [Candidate(f"91371000{i:010d}", (Place(codes[i % 6], weight=1 + i % 3),), b'{"n":%d}' % i) for i in range(n)]


def weighed(rows: list[Candidate], secret: bytes = SECRET) -> Frame:
    return build_frame(H, secret, rows, WEIGHED)


def test_the_order_in_which_the_directory_comes_does_not_matter() -> None:
    rows = directory(60)
    shuffled = rows[:]
    random.Random(7).shuffle(shuffled)
    assert shuffled != rows
    assert weighed(in_order(shuffled)) == weighed(rows)


def test_rows_that_do_not_ascend_are_refused() -> None:
    rows = directory(3)
    for wrong in (rows[::-1], [rows[1], rows[0]], [rows[0], rows[2], rows[1]]):
        with pytest.raises(ValueError, match="ascend"):
            weighed(wrong)


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=6), unique=True, max_size=12))
def test_rows_ascend_strictly_by_the_bytes_of_their_id(oids: list[str]) -> None:
    fit = [oid for oid in oids if plain_text(oid) and not oid.startswith(frames.RESERVED)]
    built = build_frame(H, SECRET, in_order(Candidate(oid) for oid in fit))
    listed = [row.oid.encode() for row in built.read()]
    assert listed == sorted(set(listed))
    assert len(listed) == len(fit)


def test_a_duplicate_is_refused_because_it_would_double_its_chance() -> None:
    with pytest.raises(ValueError, match="twice"):
        build_frame(H, SECRET, in_order([Candidate("A"), Candidate("B"), Candidate("A", (Place(Exclusion.CAP),))]))


@pytest.mark.parametrize(
    "bad",
    [
        Candidate("A\tB"),
        Candidate(""),
        Candidate("I:1"),
        Candidate("R:1"),
        Candidate("H:1"),
        Candidate("A", (Place(weight=0),)),
        Candidate("A", (Place(weight=4),)),
        Candidate("A", (Place(stratum=1),)),
        Candidate("A", (Place(), Place())),
        Candidate("A", ()),
        Candidate("A", attrs=b"{}\n"),
        Candidate("A", attrs=b'{"a":\t1}'),
        Candidate("e\u0301"),
        Candidate("A\u0085"),
    ],
)
def test_a_row_that_could_be_read_in_two_ways_is_refused(bad: Candidate) -> None:
    with pytest.raises(ValueError, match=r"plain text|weight|attributes|place for each task"):
        weighed([bad])


@pytest.mark.parametrize("cell", [(0, 0, 0), (0, -1, 1), (0, 1 << 16, 1), (0, 0, 1 << 32), (-1, 0, 1)])
def test_cells_that_do_not_fit_their_fields_are_refused(cell: CellKey) -> None:
    with pytest.raises(ValueError, match="weight"):
        build_frame(H, SECRET, [], [cell])


def test_excluded_rows_stay_in_the_frame_without_a_cell() -> None:
    built = weighed(directory(12))
    (tally,) = built.tallies
    assert built.size == 12
    assert tally.eligible == 6
    assert tally.excluded == {Exclusion.CAP: 2, Exclusion.CLOSED: 2, Exclusion.SCOPE: 2}
    for row in built.read():
        assert (row.cells == (frames.NO_CELL,)) == (row.exclusions != (Exclusion.NONE,))
        assert row.eligible == (row.exclusions == (Exclusion.NONE,))


def test_the_ratio_is_a_share_of_the_open_rows_in_scope_capped_ones_included() -> None:
    (tally,) = weighed(directory(12)).tallies
    assert tally.rows == 8
    assert tally.strata == {0: (8, 6)}


def test_a_row_has_a_place_of_its_own_in_each_task() -> None:
    rows = [
        Candidate("A", (Place(), Place(stratum=1))),
        Candidate("B", (Place(Exclusion.SCOPE), Place(Exclusion.CAP, stratum=1))),
        Candidate("C", (Place(), Place(Exclusion.SCOPE))),
    ]
    built = build_frame(H, SECRET, rows, [(0, 0, 1), (1, 0, 1), (1, 1, 1)])
    number = {(cell.task, cell.stratum): cell.number for cell in built.cells}
    assert set(number) == {(0, 0), (1, 1)}
    first, second = number[0, 0], number[1, 1]
    assert [row.cells for row in built.read()] == [(first, second), (0, 0), (first, 0)]
    assert built.row(1).line().split(b"\t")[:3] == [b"B", b"0,0", b"SCOPE,CAP"]
    assert [(t.rows, t.eligible, dict(t.strata)) for t in built.tallies] == [
        (2, 2, {0: (2, 2)}),
        (2, 1, {1: (2, 1)}),
    ]


def test_cells_without_anybody_are_numbered_and_not_listed() -> None:
    taken = set()
    for key in range(40):
        built = build_frame(H, bytes([key]) * 32, [Candidate("A")], WEIGHED)
        taken.add(built.cells[0].number)
        assert len(built.cells) == 1
    assert taken == {1, 2, 3}


def test_a_cell_number_says_nothing_about_the_weight_behind_it() -> None:
    orders = set()
    for key in range(24):
        built = weighed(directory(60), bytes([key]) * 32)
        assert [cell.number for cell in built.cells] == [1, 2, 3]
        orders.add(tuple(cell.weight for cell in built.cells))
    assert len(orders) > 2


def test_every_bit_of_a_row_and_of_the_parameters_moves_the_fingerprint() -> None:
    root = frame_root(H, weighed(directory(9)))
    assert fingerprint(H, root, b'{"n":1}') != fingerprint(H, root, b'{"n":2}')
    changed = directory(9)
    first = changed[0]
    for other in (
        first._replace(places=(Place(Exclusion.CAP, weight=first.places[0].weight),)),
        first._replace(places=(Place(weight=2),)),
        first._replace(attrs=b'{"n":99}'),
        first._replace(oid="9137100"),
    ):
        assert frame_root(H, weighed([other, *changed[1:]])) != root


def test_the_same_row_has_another_leaf_under_another_secret() -> None:
    row = build_frame(H, SECRET, [Candidate("A")]).row(0)
    leaves = {frames.leaf(H, frames.salt(H, bytes([k]) * 32, "A"), row.line()) for k in range(5)}
    assert len(leaves) == 5


def test_the_empty_directory_has_a_root_and_no_cell() -> None:
    built = build_frame(H, SECRET, [])
    assert (built.size, built.chunks, built.cells, built.tallies) == (0, (), (), (Tally(),))
    assert frame_root(H, built) == H(b"")
    assert manifest(built) == b""


def test_a_print_of_a_frame_names_nobody() -> None:
    built = weighed(directory(30))
    printed = repr(built) + repr(list(built.read()))
    assert not any(row.oid in printed for row in built.read())


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        build_frame(H, b"short", [])
