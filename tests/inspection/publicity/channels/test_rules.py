"""When a delivery is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.publicity.channels.rules import LONGEST_WAIT, PATIENCE, arrived, next_try

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FAILURES = st.sampled_from([None, 301, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503])


@pytest.mark.parametrize(("status", "there"), [(199, False), (200, True), (204, True), (299, True), (300, False)])
def test_only_a_success_means_that_it_arrived(status: int, there: bool) -> None:
    assert arrived(status) is there


@given(
    st.integers(1, 10_000), FAILURES, st.timedeltas(timedelta(0), PATIENCE - timedelta(seconds=1)), st.text(max_size=40)
)
def test_every_wait_is_ahead_of_now_and_no_longer_than_the_longest(
    attempts: int, status: int | None, age: timedelta, header: str
) -> None:
    again = next_try(NOW, asked_at=NOW - age, attempts=attempts, status=status, retry_after=header)
    assert again is not None
    assert timedelta(0) < again - NOW <= LONGEST_WAIT


@given(st.integers(1, 100), FAILURES)
def test_waits_never_get_shorter(attempts: int, status: int | None) -> None:
    first, second = (next_try(NOW, asked_at=NOW, attempts=n, status=status) for n in (attempts, attempts + 1))
    assert first is not None
    assert second is not None
    assert first <= second


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("5", 10),
        ("999999999999", 21600),
        ("Mon, 02 Mar 2026 08:10:00 GMT", 600),
        ("soon", 10),
        ("-1", 10),
        ("Mon, 02 Mar 99999999999 08:10:00 GMT", 10),
        ("Mon, 02 Mar 2026 08:10:00 +99999999999999", 10),
    ],
)
def test_a_receiver_that_asks_for_more_patience_gets_it_within_limits(header: str, seconds: int) -> None:
    again = next_try(NOW, asked_at=NOW, attempts=1, status=503, retry_after=header)
    assert again == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [400, 405, 410, 413, 415, 422])
def test_what_a_receiver_will_never_take_is_given_up_at_once(status: int) -> None:
    assert next_try(NOW, asked_at=NOW, attempts=1, status=status) is None


def test_after_three_days_it_is_given_up() -> None:
    assert next_try(NOW, asked_at=NOW - PATIENCE, attempts=20, status=None) is None
