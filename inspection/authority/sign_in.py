import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from inspection.authority import store
from inspection.authority.passwords import DECOY, password_fits
from inspection.authority.rules import is_locked, locked_from
from inspection.authority.store import AccountRow
from inspection.authority.tokens import issue_token
from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person and the bearer token, told this once."""

    account: AccountRow
    token: str
    expires_at: datetime


async def sign_in(cmd: Command, *, username: str, password: str, lasts: timedelta) -> Session:
    """Check a password and open a session.

    Raises:
        Refused: unknown user, wrong password, closed or locked account. The first three look alike to the caller.
    """
    account = await store.account_by_username(username)
    # argon2 takes tens of milliseconds: off the loop, and for unknown names too.
    fits = await asyncio.to_thread(password_fits, account.password_hash if account else DECOY, password)
    if account is None or not account.active:
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.sign_in_failed")
    if is_locked(cmd.now, account.locked_until):
        until = account.locked_until.isoformat() if account.locked_until else ""
        raise Refused(ProblemCode.TOO_MANY_REQUESTS, "authority.account_locked", until=until)
    if not fits:
        await _count_failure(cmd, account)
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.sign_in_failed")
    async with unit_of_work():
        if account.failures:
            await store.set_failures(account.id, 0, None)
        expires = cmd.now + lasts
        token = await issue_token(cmd, expires=expires, account_id=account.id)
        await append(cmd.event(EventKind.SIGNED_IN, f"authority:{account.authority}", account=str(account.id)))
    return Session(account, token, expires)


async def _count_failure(cmd: Command, account: AccountRow) -> None:
    async with unit_of_work():
        # Counted under the lock: wrong passwords sent side by side must not count as one.
        failures = await store.lock_failures(account.id) + 1
        await store.set_failures(account.id, failures, locked_from(cmd.now, failures))
        await append(
            cmd.event(
                EventKind.SIGN_IN_REFUSED, f"authority:{account.authority}", account=str(account.id), failures=failures
            )
        )
