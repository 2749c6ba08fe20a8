"""A log head knows how far a log is stored, whatever the order of arrival."""

from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.pull import SeqRange
from sync.push.log_heads import Advance, LogHead, Slot, advance, missing

DEVICE = UUID(int=1)
EMPTY = LogHead(DEVICE, 1)


def chain(length: int, branch: str = "a", start: int = 0) -> list[Slot]:
    """Slots 1 … length; those behind `start` are of another branch."""

    def name(seq: int) -> str | None:
        return None if seq == 0 else f"{'a' if seq <= start else branch}{seq}"

    return [Slot(seq, str(name(seq)), name(seq - 1)) for seq in range(1, length + 1)]


def put_in(batches: list[list[Slot]]) -> Advance:
    head, tail, forks = EMPTY, (), frozenset()
    for batch in batches:
        moved = advance(head, tail, batch)
        head, tail, forks = moved.head, moved.tail, forks | moved.forks
    return Advance(head, tail, forks)


def cut(slots: list[Slot], data: st.DataObject) -> list[list[Slot]]:
    shuffled = data.draw(st.permutations(slots))
    at = sorted(data.draw(st.lists(st.integers(0, len(slots)), max_size=4)))
    edges = [0, *at, len(slots)]
    return [list(shuffled[a:b]) for a, b in pairwise(edges)]


@settings(max_examples=200)
@given(st.integers(0, 12), st.data())
def test_any_order_of_arrival_gives_the_same_head(length, data):
    slots = chain(length)
    kept = [slot for slot in slots if data.draw(st.booleans())]
    found = put_in(cut(kept, data))
    numbers = {slot.seq for slot in kept}
    contiguous = next(seq for seq in range(length + 1) if seq + 1 not in numbers)
    assert found.head.seq == contiguous
    assert found.head.hash == (f"a{contiguous}" if contiguous else None)
    assert found.head.top == max(numbers, default=0)
    assert not found.head.forked
    assert not found.forks
    assert {slot.seq for slot in found.tail} == {seq for seq in numbers if seq > contiguous}


@settings(max_examples=200)
@given(st.integers(1, 8), st.integers(0, 7), st.data())
def test_a_second_branch_is_always_seen_and_never_stops_the_count(length, start, data):
    start = min(start, length - 1)
    both = chain(length) + [slot for slot in chain(length, "b", start) if slot.seq > start]
    found = put_in(cut(both, data))
    assert found.head.forked
    assert found.head.seq == found.head.top == length
    assert {slot.seq for slot in both if slot.hash in found.forks} == set(range(start + 1, length + 1))


@given(st.integers(2, 8), st.data())
def test_a_predecessor_that_is_not_the_stored_one_is_a_fork(length, data):
    torn = data.draw(st.integers(2, length))
    slots = [Slot(s.seq, s.hash, "other" if s.seq == torn else s.prev) for s in chain(length)]
    assert put_in(cut(slots, data)).head.forked


@given(st.integers(0, 10), st.sets(st.integers(1, 30)), st.integers(1, 30))
def test_missing_numbers_are_exactly_those_not_stored(stored_to, beyond, claimed):
    beyond = {seq for seq in beyond if seq > stored_to}
    ranges = missing(stored_to, beyond, claimed)
    told = {seq for gap in ranges for seq in range(gap.first, gap.last + 1)}
    assert told == set(range(stored_to + 1, claimed + 1)) - beyond
    for earlier, later in pairwise(ranges):
        assert earlier.last + 1 < later.first


def test_nothing_is_missing_from_a_log_that_is_further_than_claimed():
    assert missing(5, (), 3) == ()
    assert missing(0, (3,), 4) == (SeqRange(first=1, last=2), SeqRange(first=4, last=4))
