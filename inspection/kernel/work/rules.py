"""Rules of repeating: pure."""

from datetime import datetime, timedelta

MAX_ATTEMPTS = 6
CLAIM = timedelta(minutes=10)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


def next_try(failed_at: datetime, attempts: int) -> datetime | None:
    """When a job that failed for the `attempts`-th time may run again (10 s, 20 s, 40 s … 1 h); `None`: given up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    doubled: timedelta = FIRST_WAIT * 2 ** (attempts - 1)
    return failed_at + min(doubled, LONGEST_WAIT)
