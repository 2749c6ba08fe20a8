"""Until when a door opens, and when wrong codes lock it: for every combination of what may happen."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inspection.door.expiry import AFTER_TURN, AFTER_WINDOW, Lasting, expires_on
from inspection.door.lock import FIRST, LONGEST, TRIES, is_locked, locked_from

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))
LISTS = st.lists(DAYS, max_size=4)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@given(DAYS, LISTS, LISTS, LISTS, st.none() | DAYS)
def test_a_door_lasts_ninety_days_and_thirty_behind_whatever_the_party_may_still_answer(
    closes: date, decided: list[date], deadlines: list[date], published: list[date], renewed: date | None
) -> None:
    last = expires_on(Lasting(closes, decided, deadlines, published, renewed))
    reasons = [*decided, *deadlines, *published, *([renewed] if renewed else [])]
    assert last >= closes + AFTER_WINDOW
    assert all(last >= day + AFTER_TURN for day in reasons)
    assert last in {closes + AFTER_WINDOW, *(day + AFTER_TURN for day in reasons)}


@given(DAYS, LISTS, DAYS)
def test_nothing_that_happens_makes_a_door_close_earlier(closes: date, published: list[date], more: date) -> None:
    before = expires_on(Lasting(closes, published=published))
    assert expires_on(Lasting(closes, published=[*published, more])) >= before
    assert expires_on(Lasting(closes, published=list(reversed(published)))) == before


@given(st.integers(0, 10**12))
def test_every_fifth_wrong_code_locks_for_twice_as_long_and_for_a_day_at_most(failures: int) -> None:
    until = locked_from(NOW, failures)
    assert (until is not None) == (failures > 0 and failures % TRIES == 0)
    if until is not None:
        assert FIRST <= until - NOW <= LONGEST
        later = locked_from(NOW, failures + TRIES)
        assert later is not None
        assert later - NOW == min(2 * (until - NOW), LONGEST)


def test_a_lock_ends_at_its_instant() -> None:
    until = NOW + timedelta(minutes=15)
    assert locked_from(NOW, TRIES) == until
    assert is_locked(until - timedelta(microseconds=1), until)
    assert not is_locked(until, until)
    assert not is_locked(NOW, None)
