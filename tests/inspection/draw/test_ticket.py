import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import merkle, ticket
from inspection.draw.lot.build import build_frame
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import Candidate, Exclusion, Frame, Place, in_order, salt
from inspection.draw.lot.quota import quotas, sample_size
from inspection.draw.lot.ticket import Selection, select

H = hash_named("sha256")
SECRET = bytes(range(32))


def directory(n: int) -> list[Candidate]:
    return [
        Candidate(f"91371000{i:010d}", (Place(Exclusion.CAP if i % 10 == 9 else Exclusion.NONE, weight=1 + i % 3),))
        for i in range(n)
    ]


def weighed(rows: list[Candidate]) -> Frame:
    return build_frame(H, SECRET, rows, [(0, 0, weight) for weight in (1, 2, 3)])


def drawn_from(frame: Frame, n: int, seed: bytes = bytes(32), secret: bytes = SECRET) -> Selection:
    return select(H, seed, secret, frame, quotas(H, seed, frame.cells, {0: n}))


@settings(max_examples=40)
@given(st.integers(1, 60), st.data())
def test_exactly_the_sample_is_drawn_and_only_from_the_eligible(n: int, data: st.DataObject) -> None:
    frame = weighed(directory(n))
    size = data.draw(st.integers(0, frame.tallies[0].eligible))
    seed = data.draw(st.binary(min_size=32, max_size=32))
    selection = drawn_from(frame, size, seed)
    assert len({t.oid for t in selection.drawn}) == size
    assert all(frame.row(t.index).eligible for t in selection.drawn)
    assert not {t.oid for t in selection.drawn} & {t.oid for t in selection.reserve}


def test_the_lowest_tickets_of_a_cell_win_and_the_next_ones_wait_in_order() -> None:
    frame = weighed(directory(200))
    selection = drawn_from(frame, 40)
    for cell in frame.cells:
        values = sorted(
            ticket.ticket_value(H, bytes(32), salt(H, SECRET, row.oid), i)
            for i, row in enumerate(frame.read())
            if row.cells == (cell.number,)
        )
        drawn = [t.value for t in selection.drawn if t.cell == cell.number]
        waiting = [t for t in selection.reserve if t.cell == cell.number]
        assert drawn + [t.value for t in waiting] == values[: len(drawn) + len(waiting)]
        assert selection.thresholds[cell.number] == drawn[-1]
        assert [t.rank for t in waiting] == list(range(len(drawn) + 1, len(drawn) + 1 + len(waiting)))


def test_shuffling_the_directory_changes_nothing() -> None:
    rows = directory(300)
    random.Random(3).shuffle(rows)
    one, other = weighed(directory(300)), weighed(in_order(rows))
    assert drawn_from(one, 30) == drawn_from(other, 30)


def test_one_removed_row_does_not_shift_the_others() -> None:
    """Tickets hang on the object's own secret; only its place enters beside it, which the fingerprint fixes."""
    rows = directory(300)
    whole, less = weighed(rows), weighed(rows[:-1])
    before = {t.oid: t.value for t in drawn_from(whole, 30).drawn}
    after = {t.oid: t.value for t in drawn_from(less, 30).drawn}
    assert all(before[oid] == after[oid] for oid in before.keys() & after.keys())
    assert len(before.keys() & after.keys()) >= 28


def test_another_seed_or_another_secret_draws_others() -> None:
    frame = weighed(directory(1000))
    first = {t.oid for t in drawn_from(frame, 50).drawn}
    assert len(first & {t.oid for t in drawn_from(frame, 50, b"\x01" * 32).drawn}) < 15
    assert len(first & {t.oid for t in drawn_from(frame, 50, secret=b"\x01" * 32).drawn}) < 15


def test_the_sample_of_nothing_of_everything_and_of_one() -> None:
    frame = weighed(directory(20))
    assert drawn_from(frame, 0).drawn == ()
    assert set(drawn_from(frame, 0).thresholds.values()) == {None}
    assert {t.oid for t in drawn_from(frame, frame.tallies[0].eligible).drawn} == {
        row.oid for row in frame.read() if row.eligible
    }
    alone = weighed(directory(1))
    assert [t.oid for t in drawn_from(alone, sample_size(Fraction(5, 100), alone.tallies[0].rows)).drawn] == [
        alone.row(0).oid
    ]
    nobody = weighed([])
    assert drawn_from(nobody, 0) == Selection((), (), {})
    assert ticket.result_root(H, SECRET, ()) == H(b"")


def test_a_print_of_a_ticket_does_not_tell_who_was_drawn() -> None:
    frame = weighed(directory(40))
    shown = repr(drawn_from(frame, 10)) + repr(frame)
    assert not any(row.oid in shown for row in frame.read())
    assert "index" not in shown


@pytest.mark.parametrize("change", ["cell", "rank", "value", "index"])
def test_the_result_root_fixes_cell_rank_ticket_and_place(change: str) -> None:
    frame = weighed(directory(40))
    first = drawn_from(frame, 10).drawn[0]
    leaf = ticket.result_leaf(
        H, first.cell, first.rank, first.value, ticket.index_commitment(H, salt(H, SECRET, first.oid), first.index)
    )
    other = ticket.result_leaf(
        H,
        first.cell + (change == "cell"),
        first.rank + (change == "rank"),
        first.value if change != "value" else bytes(32),
        ticket.index_commitment(H, salt(H, SECRET, first.oid), first.index + (change == "index")),
    )
    assert leaf != other
    drawn = drawn_from(frame, 10).drawn
    assert merkle.root(H, ticket.result_leaves(H, SECRET, drawn[::-1])) == ticket.result_root(H, SECRET, drawn)
