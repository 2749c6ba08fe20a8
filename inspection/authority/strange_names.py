"""Wrong passwords for names that nobody bears are counted like those of accounts: a lock tells nobody who is here."""

from datetime import datetime
from hashlib import sha256

from inspection.authority.attempts import store
from inspection.authority.rules import is_locked, locked_from
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import b64url


async def strange_name_locked(name: str, now: datetime) -> datetime | None:
    """Until when this name is locked, as an account would be; None: it is not, and one more try is counted."""
    return await in_unit(_counted, b64url(sha256(name.encode(errors="replace")).digest()), now)


async def _counted(name: str, now: datetime) -> datetime | None:
    failures, until = await store.lock_strange_name(name, now)
    if is_locked(now, until):
        return until
    await store.set_strange_name(name, failures + 1, locked_from(now, failures + 1))
    return None
