"""How often one may ask for what protects a secret: counted in the database, for all processes together."""

import hashlib
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from inspection.authority.attempts import store
from mobile_contract.base import b64url

KEPT: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = 60_000_000


async def take_token(key: str, *, burst: int, per_minute: int, now: datetime) -> int:
    """Take one of what `key` may ask for: at most `burst` at once, refilled evenly at `per_minute`. 0 if there was
    one, else the whole seconds (≥ 1) until there is.
    """
    name, each, present = _name(key), ceil(_MINUTE / per_minute), _micros(now)
    if await store.take_from_bucket(name, present, each, burst * each):
        return 0
    full_at = await store.bucket_full_at(name) or present
    return max(1, ceil((full_at + each - burst * each - present) / 1_000_000))


async def forget_rates(now: datetime) -> None:
    """Forget those who have not asked for a while."""
    await store.drop_buckets(_micros(now - KEPT))


def _name(key: str) -> str:
    # Neither an address nor a token is kept.
    return b64url(hashlib.sha256(key.encode()).digest())


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
