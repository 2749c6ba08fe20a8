"""Presence together: proven, possible or contradicted, by what is proven of arrivals and leaves alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.visits.timing.interval import Timing
from inspection.visits.timing.together import Stay, Step, Together, presence, stays

ONE, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOG = (UUID(int=7), 1)


def told(not_before: int | None, not_after: int) -> Timing:
    since = None if not_before is None else NOON + timedelta(minutes=not_before)
    return Timing(since, None, NOON + timedelta(minutes=not_after), "x", None, None, ())


def two(
    one: tuple[int | None, int],
    left: tuple[int | None, int] | None,
    other: tuple[int | None, int],
    gone: tuple[int, int],
) -> Together:
    """What two stays show, each given as the intervals of arrival and leave in minutes."""
    times = {"a1": told(*one), "a2": told(*other), "l2": told(*gone)}
    if left is not None:
        times["l1"] = told(*left)
    spent = [Stay(ONE, "a1", "l1" if left is not None else None), Stay(OTHER, "a2", "l2")]
    [shown] = presence([ONE, OTHER], spent, times)
    return shown.together


@pytest.mark.parametrize(
    ("one", "left", "other", "gone", "together"),
    [
        ((0, 5), (20, 25), (8, 10), (15, 30), Together.PROVEN),
        ((0, 5), (10, 25), (8, 10), (15, 30), Together.PROVEN),
        ((0, 5), (9, 25), (8, 10), (15, 30), Together.POSSIBLE),
        ((0, 5), (9, 25), (26, 40), (50, 60), Together.CONTRADICTED),
        ((50, 60), (70, 80), (0, 5), (20, 30), Together.CONTRADICTED),
        ((None, 60), (None, 80), (0, 5), (20, 30), Together.POSSIBLE),
        ((0, 5), None, (8, 10), (15, 30), Together.POSSIBLE),
        ((50, 60), None, (0, 5), (20, 30), Together.CONTRADICTED),
    ],
)
def test_two_stays(one, left, other, gone, together):
    assert two(one, left, other, gone) is together


def test_the_best_pair_of_stays_decides_and_a_missing_arrival_is_said():
    times = {"a1": told(0, 1), "l1": told(2, 3), "a2": told(10, 11), "l2": told(20, 21), "a3": told(10, 11)}
    times["l3"] = told(20, 21)
    spent = [Stay(ONE, "a1", "l1"), Stay(ONE, "a2", "l2"), Stay(OTHER, "a3", "l3")]
    shown = {(pair.one, pair.other): pair.together for pair in presence([OTHER, ONE, THIRD], spent, times)}
    assert shown == {
        (ONE, OTHER): Together.PROVEN,
        (ONE, THIRD): Together.UNRECORDED,
        (OTHER, THIRD): Together.UNRECORDED,
    }


def step(hash_: str, seq: int, *, arrives: bool, inspector: UUID = ONE) -> Step:
    return Step(hash_, inspector, LOG, seq, arrives)


def test_an_arrival_ends_with_the_next_leave_of_its_log_or_with_the_next_arrival():
    steps = [
        step("l0", 1, arrives=False),
        step("a1", 2, arrives=True),
        step("a2", 5, arrives=True),
        step("l2", 7, arrives=False),
        step("l3", 8, arrives=False),
        step("b1", 3, arrives=True, inspector=OTHER),
    ]
    assert stays(reversed(steps)) == [Stay(ONE, "a1", None), Stay(ONE, "a2", "l2"), Stay(OTHER, "b1", None)]


minutes = st.integers(0, 50)
spans = st.tuples(st.none() | minutes, minutes).map(lambda span: (span[0], max(span[0] or 0, span[1])))


@given(spans, spans, spans, spans, st.data())
def test_what_is_proven_is_true_of_every_instant_that_the_intervals_allow(one, left, other, gone, data):
    shown = two(one, left, other, gone)
    arrived, departed, came, went = (
        data.draw(st.integers(span[0] if span[0] is not None else -50, span[1])) for span in (one, left, other, gone)
    )
    overlap = max(arrived, came) <= min(departed, went)
    if shown is Together.PROVEN:
        assert overlap
    if shown is Together.CONTRADICTED:
        assert not overlap
