"""Checking a password, and counting the wrong ones.

Wrong passwords from browsers that are strangers to an account are counted apart from those of browsers that its holder
has signed in from before (they hold a cookie that says so): a stranger locks out strangers, and never the holder.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from inspection.authority import store
from inspection.authority.passwords import decoy, hash_password, is_outdated, password_fits
from inspection.authority.rules import is_locked, locked_from
from inspection.authority.store import AccountRow
from inspection.authority.strange_names import strange_name_locked
from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def check_password(cmd: Command, *, username: str, password: str, known: UUID | None = None) -> AccountRow:
    """The account of this name, if this is its password. `known`: the id of the account whose holder has signed in from
    this browser before.

    Raises:
        Refused: unknown user, wrong password, closed or locked account. All of them look alike whether there is such an
            account or not.
    """
    account = await store.account_by_username(username)
    # argon2 takes tens of milliseconds: off the loop, and for unknown names too.
    fits = await asyncio.to_thread(password_fits, account.password_hash if account else decoy(), password)
    if account is None or not account.active:
        _refuse_locked(cmd, await strange_name_locked(username, cmd.now))
        count(Counted.SIGN_IN, "refused")
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.sign_in_failed")
    is_known = known == account.id
    _refuse_locked(cmd, account.known_locked_until if is_known else account.locked_until)
    if not fits:
        await count_failure(cmd, account, known=is_known, step="password")
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.sign_in_failed")
    if is_outdated(account.password_hash):
        await _hash_anew(account, password)
    return account


async def prove_password(cmd: Command, account: AccountRow, password: str) -> None:
    """Let somebody who is signed in show that it is still himself: before anything about signing in is changed.

    Raises:
        Refused: `authority.password_wrong`, or too many of them.
    """
    _refuse_locked(cmd, account.known_locked_until)
    if not await asyncio.to_thread(password_fits, account.password_hash, password):
        await count_failure(cmd, account, known=True, step="password")
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.password_wrong")


def refuse_locked(cmd: Command, account: AccountRow, *, known: bool) -> None:
    """Refuse whatever is tried while the account is locked.

    Raises:
        Refused: `authority.account_locked`.
    """
    _refuse_locked(cmd, account.known_locked_until if known else account.locked_until)


async def count_failure(cmd: Command, account: AccountRow, *, known: bool, step: str) -> None:
    """Count a wrong password or code (`step`), and lock the account after too many in a row."""
    count(Counted.SIGN_IN, "refused")
    own = replace(cmd, authority=account.authority)
    async with unit_of_work():
        # Counted under the lock: wrong passwords sent side by side must not count as one.
        failures = await (store.lock_known_failures if known else store.lock_failures)(account.id) + 1
        put = store.set_known_failures if known else store.set_failures
        await put(account.id, failures, locked_from(cmd.now, failures))
        stream = f"authority:{account.authority}"
        told = own.event(
            EventKind.SIGN_IN_REFUSED, stream, account=str(account.id), failures=failures, step=step, known=known
        )
        await append(told)


async def forget_failures(account: AccountRow) -> None:
    """Count from the beginning again: whoever signed in is the holder. Inside the unit of work of signing in."""
    if account.failures:
        await store.set_failures(account.id, 0, None)
    if account.known_failures:
        await store.set_known_failures(account.id, 0, None)


def _refuse_locked(cmd: Command, until: datetime | None) -> None:
    if is_locked(cmd.now, until):
        count(Counted.SIGN_IN, "locked")
        told = until.isoformat() if until else ""
        raise Refused(ProblemCode.TOO_MANY_REQUESTS, "authority.account_locked", until=told)


async def _hash_anew(account: AccountRow, password: str) -> None:
    hashed = await asyncio.to_thread(hash_password, password)
    async with unit_of_work():
        await store.set_password_hash(account.id, hashed, account.password_hash)
