"""Tasks drawn together share one ticket for each object: nobody's chance changes, and the overlap is maximal
(draw.md §4.8).
"""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot.build import build_frame
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import Candidate, Exclusion, Frame, Place, in_order, stratum_key
from inspection.draw.lot.lowest import lowest
from inspection.draw.lot.quota import quotas
from inspection.draw.lot.ticket import Selection, doors, select

H = hash_named("sha256")
SECRET = bytes(range(32))
CELLS = [(task, 0, weight) for task in (0, 1, 2) for weight in (1, 3)]

some_rows = st.lists(
    st.tuples(*[st.sampled_from([Place(), Place(weight=3), Place(Exclusion.SCOPE), Place(Exclusion.CAP)])] * 3),
    max_size=60,
)


def framed(places: list[tuple[Place, ...]]) -> Frame:
    rows = [Candidate(f"{i:05d}", place, b'{"area":"%d"}' % (i % 3)) for i, place in enumerate(places)]
    return build_frame(H, SECRET, rows, CELLS, chunk_rows=16)


def drawn_from(frame: Frame, sizes: list[int], seed: bytes = bytes(32)) -> Selection:
    keyed = {stratum_key(task, 0): size for task, size in enumerate(sizes)}
    return select(H, seed, SECRET, frame, quotas(H, seed, frame.cells, keyed))


@st.composite
def a_draw(draw: st.DrawFn) -> tuple[Frame, list[int], bytes]:
    frame = framed(draw(some_rows))
    sizes = [draw(st.integers(0, tally.eligible)) for tally in frame.tallies]
    return frame, sizes, draw(st.binary(min_size=32, max_size=32))


@settings(max_examples=80)
@given(a_draw())
def test_each_task_draws_what_it_would_draw_alone(case: tuple[Frame, list[int], bytes]) -> None:
    """Its quotas hang on its own cells, its winners on their own tickets: no other task has a say."""
    frame, sizes, seed = case
    together = drawn_from(frame, sizes, seed)
    for task, size in enumerate(sizes):
        own = [cell for cell in frame.cells if cell.task == task]
        keyed = {stratum_key(task, 0): size}
        alone = select(H, seed, SECRET, frame, quotas(H, seed, own, keyed))
        numbers = {cell.number for cell in own}
        assert alone.drawn == tuple(ticket for ticket in together.drawn if ticket.cell in numbers)
        assert len(alone.drawn) == size


@settings(max_examples=80)
@given(a_draw())
def test_an_object_has_one_ticket_in_all_tasks_and_one_door(case: tuple[Frame, list[int], bytes]) -> None:
    frame, sizes, seed = case
    selection = drawn_from(frame, sizes, seed)
    everybody = (*selection.drawn, *selection.reserve)
    assert len({ticket.value for ticket in everybody}) == len({ticket.oid for ticket in everybody})
    task_of = {cell.number: cell.task for cell in frame.cells}
    found = doors(selection, frame.cells)
    assert [door.value for door in found] == sorted({ticket.value for ticket in selection.drawn})
    for door in found:
        assert door.tasks == tuple(sorted(task_of[t.cell] for t in selection.drawn if t.oid == door.oid))
        assert (frame.row(door.index).oid, door.area) == (door.oid, str(door.index % 3))


def test_the_overlap_is_as_large_as_it_can_be() -> None:
    """Of tasks that draw from the same objects, the smaller sample lies within the larger one."""
    frame = framed([(Place(), Place(), Place())] * 400)
    for seed in range(20):
        selection = drawn_from(frame, [40, 25, 10], bytes([seed]) * 32)
        task_of = {cell.number: cell.task for cell in frame.cells}
        sets = [{t.oid for t in selection.drawn if task_of[t.cell] == task} for task in range(3)]
        assert sets[2] < sets[1] < sets[0]
        assert len(doors(selection, frame.cells)) == 40


def test_fewer_doors_than_with_tickets_of_their_own() -> None:
    frame = framed([(Place(), Place() if i % 2 else Place(Exclusion.SCOPE), Place()) for i in range(600)])
    shared = len(doors(drawn_from(frame, [60, 30, 60]), frame.cells))
    apart = {t.oid for seed in range(3) for t in drawn_from(frame, [60, 30, 60], bytes([seed]) * 32).drawn}
    assert shared <= 90
    assert shared < len(apart)


# -- the ends of what can be asked -----------------------------------------------------------------------------------


def test_nothing_drawn_leaves_the_first_in_reserve() -> None:
    frame = framed([(Place(), Place(), Place())] * 10)
    selection = drawn_from(frame, [0, 0, 0])
    assert selection.drawn == ()
    assert doors(selection, frame.cells) == ()
    assert len(selection.reserve) == 9
    assert set(selection.thresholds.values()) == {None}


def test_everybody_drawn_leaves_no_reserve() -> None:
    frame = framed([(Place(), Place(weight=3), Place(Exclusion.CAP))] * 10)
    selection = drawn_from(frame, [10, 10, 0])
    assert len(selection.drawn) == 20
    assert selection.reserve == ()
    assert [door.tasks for door in doors(selection, frame.cells)] == [(0, 1)] * 10


def test_a_cell_of_one_object_and_a_filter_that_leaves_one() -> None:
    out = Place(Exclusion.SCOPE)
    frame = framed([(Place(), out, Place(weight=3) if i == 4 else Place()) for i in range(6)])
    alone = framed([(Place() if i == 4 else out, out, out) for i in range(6)])
    assert {t.oid for t in drawn_from(alone, [1, 0, 0]).drawn} == {"00004"}
    heavy = next(cell for cell in frame.cells if cell.weight == 3)
    assert heavy.size == 1
    got = [drawn_from(frame, [0, 0, 2], bytes([s]) * 32).thresholds[heavy.number] for s in range(30)]
    assert {value is None for value in got} == {True, False}


def test_an_empty_frame_draws_nobody() -> None:
    assert drawn_from(framed([]), [0, 0, 0]) == Selection((), (), {})


def test_a_duplicate_among_several_tasks_is_refused_as_well() -> None:
    rows = in_order([Candidate("A", (Place(), Place(Exclusion.SCOPE))), Candidate("A", (Place(), Place()))])
    with pytest.raises(ValueError, match="twice"):
        build_frame(H, SECRET, rows, [(0, 0, 1), (1, 0, 1)])


def test_when_too_few_lie_below_the_bound_the_scan_is_made_again(monkeypatch) -> None:
    frame = framed([(Place(), Place(), Place())] * 300)
    expected = drawn_from(frame, [30, 20, 10])
    monkeypatch.setattr("inspection.draw.lot.lowest.bound", lambda *_: bytes(32))
    assert drawn_from(frame, [30, 20, 10]) == expected


@pytest.mark.parametrize("needed", [0, 1, 60, 5000])
def test_the_bound_keeps_more_than_are_needed_and_not_all(needed: int) -> None:
    places = [(Place(), Place(Exclusion.SCOPE), Place(Exclusion.SCOPE))] * 200
    frame = framed(places)
    share = quotas(H, bytes(32), frame.cells, {0: min(needed, 200), stratum_key(1, 0): 0, stratum_key(2, 0): 0})
    found = lowest(H, bytes(32), SECRET, frame, share)
    (rows,) = found.of_cell.values()
    assert list(rows) == sorted(rows)
    assert len(rows) == min(share[0].quota + max(3, -(-share[0].quota // 5)), 200)
    assert share[0].probability == Fraction(min(needed, 200), 200)
