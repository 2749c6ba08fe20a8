"""Rules of signing in: pure."""

from datetime import datetime, timedelta

LOCK_AFTER = 5
LOCK = timedelta(minutes=15)
PASSWORD_MIN = 10


def is_locked(now: datetime, locked_until: datetime | None) -> bool:
    """Whether the account refuses every password now."""
    return locked_until is not None and now < locked_until


def locked_from(now: datetime, failures: int) -> datetime | None:
    """Until when the account is locked after its `failures`-th wrong password in a row; `None` while it is not."""
    return now + LOCK if failures >= LOCK_AFTER else None
