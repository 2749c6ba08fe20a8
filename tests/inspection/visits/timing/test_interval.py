"""What anchors and receipts prove of an entry's time, whatever the clocks say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.visits.timing.interval import ClockFlag, EstimateBy, Point, timings

DEV = UUID(int=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WALL = int(NOON.timestamp() * 1000)
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


def point(seq: int, received: float, proven: float | None = None, **how: object) -> Point:
    """Entry `e<seq>` of one log; its clocks run on by a minute an entry."""
    made = {
        "hash": f"e{seq}",
        "dev": DEV,
        "ep": 1,
        "seq": seq,
        "prev": f"e{seq - 1}" if seq > 1 else None,
        "wall": WALL + seq * 60_000,
        "mono": seq * 60_000,
        "boot": "b1",
        "proven": None if proven is None else at(proven),
        "received_at": at(received),
    }
    return Point(**{**made, **how})


def test_an_entry_is_not_older_than_the_newest_anchor_in_it_or_before_it() -> None:
    told = timings([point(1, 60, 0), point(2, 60, 5), point(3, 60, 3), point(4, 60)])
    assert [told[f"e{seq}"].not_before for seq in (1, 2, 3, 4)] == [at(0), at(5), at(5), at(5)]
    assert told["e4"].since == "e2"


def test_an_entry_is_not_younger_than_the_first_receipt_of_it_or_of_a_successor() -> None:
    told = timings([point(1, 60), point(2, 50), point(3, 70), point(4, 65)])
    assert [told[f"e{seq}"].not_after for seq in (1, 2, 3, 4)] == [at(50), at(50), at(65), at(65)]
    assert told["e1"].until == "e2"


def test_a_gap_in_the_log_lets_nothing_through() -> None:
    told = timings([point(1, 60, 0), point(3, 20)])
    assert told["e3"].not_before is None
    assert told["e1"].not_after == at(60)
    assert told["e3"].flags == (ClockFlag.UNCHAINED,)


def test_of_a_fork_each_branch_proves_for_itself_and_for_the_stem() -> None:
    branch = point(2, 30, 7, hash="other")
    after = point(3, 10, hash="after", prev="other")
    told = timings([point(1, 60, 0), point(2, 50, 5), branch, after])
    assert told["e2"].not_before == at(5)
    assert told["e2"].not_after == at(50)
    assert told["after"].not_before == at(7)
    assert told["e1"].not_after == told["other"].not_after == at(10)


def test_a_predecessor_is_only_what_prev_names_in_the_same_log_one_number_before() -> None:
    elsewhere = point(2, 10, 9, hash="x", dev=UUID(int=2), prev="e1")
    skipping = point(4, 10, 9, hash="y", prev="e1")
    told = timings([point(1, 60, 0), elsewhere, skipping])
    assert told["e1"].not_after == at(60)
    assert told["x"].not_before == at(9)
    assert ClockFlag.UNCHAINED in told["y"].flags


def test_the_estimate_is_the_anchor_and_what_the_monotonic_clock_counted_since() -> None:
    told = timings([point(1, 600, 0), point(2, 600, 0), point(3, 600, 0)])
    assert [told[f"e{seq}"].estimate for seq in (1, 2, 3)] == [at(0), at(1), at(2)]
    assert told["e3"].by is EstimateBy.ANCHOR


def test_a_newer_anchor_moves_the_estimate_on_and_an_older_one_does_not_move_it_back() -> None:
    told = timings([point(1, 600, 0), point(2, 600, 30), point(3, 600, 10)])
    assert [told[f"e{seq}"].estimate for seq in (2, 3)] == [at(30), at(31)]


def test_after_a_new_boot_an_old_anchor_estimates_nothing_and_a_near_receipt_does() -> None:
    booted = {"boot": "b2"}
    told = timings([point(1, 600, 0), point(2, 600, 0, mono=1_000, **booted), point(3, 90, 0, mono=61_000, **booted)])
    assert ClockFlag.BOOTED in told["e2"].flags
    assert (told["e2"].estimate, told["e2"].by) == (at(89), EstimateBy.RECEIPT)
    assert told["e2"].not_before == at(0)


def test_without_anchor_or_nearer_receipt_nothing_is_estimated() -> None:
    told = timings([point(1, 60)])["e1"]
    assert (told.not_before, told.not_after, told.estimate, told.by) == (None, at(60), None, None)


def test_a_monotonic_clock_that_runs_past_the_receipt_is_not_believed() -> None:
    told = timings([point(1, 5, 0), point(2, 5, mono=10**12)])["e2"]
    assert told.by is not EstimateBy.ANCHOR


@pytest.mark.parametrize(
    ("wall", "flagged"),
    [
        (WALL - 121_000, True),
        (WALL - 119_000, False),
        (WALL + 3_600_000 + 119_000, False),
        (WALL + 3_600_000 + 121_000, True),
        (0, True),
        (2**53 - 1, True),
        (-(2**53) + 1, True),
    ],
)
def test_a_wall_clock_is_off_when_it_leaves_what_is_proven_by_more_than_two_minutes(wall: int, flagged: bool) -> None:
    told = timings([point(1, 60, 0, wall=wall)])["e1"]
    assert (ClockFlag.WALL_OFF in told.flags) == flagged
    assert (told.not_before, told.not_after) == (at(0), at(60))


def test_clocks_that_jump_back_are_flagged_on_the_entry_after_the_jump_only() -> None:
    back = point(2, 60, 0, wall=WALL, mono=10)
    told = timings([point(1, 60, 0), back, point(3, 60, 0)])
    assert told["e2"].flags == (ClockFlag.MONO_BACK, ClockFlag.WALL_BACK)
    assert told["e1"].flags == told["e3"].flags == ()


clocks = st.tuples(st.integers(-(2**53) + 1, 2**53 - 1), st.integers(0, 2**53 - 1), st.sampled_from(["b1", "b2", "b3"]))


@given(st.lists(st.tuples(st.integers(0, 500), st.none() | st.integers(0, 500)), min_size=1, max_size=12), st.data())
@settings(max_examples=80)
def test_no_clock_changes_what_is_proven(log, data):
    """I10 for the interval itself: arbitrary wall, mono and boot move no end of it."""
    honest = [point(seq, received, proven) for seq, (received, proven) in enumerate(log, start=1)]
    lying = []
    for one in honest:
        wall, mono, boot = data.draw(clocks)
        lying.append(replace(one, wall=wall, mono=mono, boot=boot))
    first, second = timings(honest), timings(data.draw(st.permutations(lying)))
    assert {hash_: (told.not_before, told.not_after) for hash_, told in first.items()} == {
        hash_: (told.not_before, told.not_after) for hash_, told in second.items()
    }
    for told in second.values():
        assert told.estimate is None or told.estimate <= told.not_after
        assert told.estimate is None or told.not_before is None or told.not_before <= told.estimate


@given(st.lists(st.tuples(st.integers(0, 500), st.none() | st.integers(0, 500)), min_size=2, max_size=12), st.data())
@settings(max_examples=60)
def test_more_entries_never_widen_an_interval(log, data):
    whole = [point(seq, received, proven) for seq, (received, proven) in enumerate(log, start=1)]
    some = [one for one in whole if data.draw(st.booleans())] or whole[:1]
    narrow, wide = timings(whole), timings(some)
    for hash_, told in wide.items():
        assert narrow[hash_].not_after <= told.not_after
        if told.not_before is not None:
            assert narrow[hash_].not_before is not None
            assert narrow[hash_].not_before >= told.not_before
