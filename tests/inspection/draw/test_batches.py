"""Batches are cuts of the same order of tickets: each drawn object is in exactly one, and each batch a fair sample."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import quota
from inspection.draw.lot.batches import batch_seed, cut, cut_all
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import FrameCell
from inspection.draw.lot.quota import CellQuota
from inspection.draw.lot.strata import Size
from inspection.draw.teams.rules import MatchRules, Seat
from inspection.draw.terms import TaskTerms, Terms
from tests.inspection.draw.rehearsal import rehearse

H = hash_named("sha256")


def drawn(*quotas_and_weights: tuple[int, int], task: int = 0) -> list[CellQuota]:
    return [
        CellQuota(FrameCell(number + 100 * task, task, number % 2, weight, q + 5), Fraction(1, 2), q)
        for number, (q, weight) in enumerate(quotas_and_weights, start=1)
    ]


some_drawn = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=6)
seeds = st.binary(min_size=32, max_size=32)


@settings(max_examples=150)
@given(some_drawn, seeds, st.integers(1, 6))
def test_batches_partition_the_drawn_evenly(quotas, seed: bytes, count: int) -> None:
    members = drawn(*quotas)
    cuts = cut(H, seed, members, count)
    assert {number: sum(parts) for number, parts in cuts.items()} == {q.cell.number: q.quota for q in members}
    sizes = [sum(parts[batch] for parts in cuts.values()) for batch in range(count)]
    assert max(sizes) - min(sizes) <= 1
    assert sizes == sorted(sizes, reverse=True)


def test_one_batch_is_everybody() -> None:
    assert cut(H, bytes(32), drawn((4, 1), (6, 3)), 1) == {1: (4,), 2: (6,)}


def test_heavier_cells_come_earlier() -> None:
    first = [cut(H, bytes([s]) * 32, drawn((50, 1), (50, 4)), 2) for s in range(20)]
    assert all(cuts[2][0] == 40 and cuts[1][0] == 10 for cuts in first)


def test_every_batch_is_rounded_by_a_seed_of_its_own() -> None:
    seeds_ = {batch_seed(H, bytes(32), batch) for batch in range(1, 9)}
    assert len(seeds_) == 8
    assert batch_seed(H, bytes(32), 1) == bytes(32)
    odd = {cut(H, bytes([s]) * 32, drawn((5, 1), (4, 1)), 3)[1] for s in range(60)}
    assert len(odd) > 2  # which cell gives one more is chance in each batch


@settings(max_examples=60)
@given(some_drawn, some_drawn, seeds, st.integers(1, 4))
def test_the_batches_of_a_task_do_not_hang_on_another(one, other, seed: bytes, count: int) -> None:
    first, second = drawn(*one), drawn(*other, task=1)
    both = cut_all(H, seed, [*first, *second], {0: count})
    assert both == cut(H, seed, first, count) | cut(H, seed, second, 1)


def test_no_batch_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        cut(H, bytes(32), drawn((1, 1)), 0)


def test_a_batch_takes_the_next_ranks_of_every_cell() -> None:
    terms = Terms((TaskTerms(Size(Fraction(1)), batches=4),), MatchRules(seats=(Seat(),)), {"B": 3, "D": 2})
    done = rehearse(60, 40, terms=terms)
    by_cell: dict[int, list[int]] = {}
    for ticket in done.selection.drawn:
        by_cell.setdefault(ticket.cell, []).append(ticket.batch)
    assert all(batches == sorted(batches) for batches in by_cell.values())
    assert {ticket.batch for ticket in done.selection.reserve} <= {0}
    sizes = Counter(ticket.batch for ticket in done.selection.drawn)
    assert sorted(sizes) == [1, 2, 3, 4]
    assert sum(sizes.values()) == done.frame.tallies[0].eligible
    shares = quota.quotas(H, done.ceremony.seed, done.frame.cells, {0: sum(sizes.values())})
    assert sum(share.quota for share in shares) == sum(sizes.values())
