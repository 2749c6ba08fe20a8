"""Setting a password: by an administrator for somebody, and by everybody for himself."""

import asyncio
from uuid import UUID

from inspection.authority import store
from inspection.authority.check_password import prove_password
from inspection.authority.end_sessions import close_doors
from inspection.authority.holders import account_of, names_of
from inspection.authority.password_rules import refuse_weak
from inspection.authority.passwords import hash_password
from inspection.authority.store import AccountRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def set_password(cmd: Command, account: UUID, new: str, *, must_change: bool) -> None:
    """Give an account another password: all its sessions and tokens end, and it is locked no longer.

    `must_change`: whoever sets it knows it, so that its holder must choose another one before anything else.

    Raises:
        NotFound: `account-unknown`.
        Invalid: `weak-password` (`refuse_weak`).
    """
    row = await account_of(cmd, account)
    refuse_weak(new, row.username, row.name, *await names_of(row.authority))
    hashed = await asyncio.to_thread(hash_password, new)
    async with unit_of_work():
        await _put(cmd, row, hashed, must_change=must_change, but=None)
        await store.set_failures(account, 0, None)
        await store.set_known_failures(account, 0, None)


async def change_password(cmd: Command, account: UUID, *, current: str, new: str, session: UUID) -> None:
    """Choose another password oneself; every session but this one ends, and every token.

    Raises:
        NotFound: `account-unknown`.
        Refused: `login-failed`: `current` is not the password.
        Conflict: the new one is the old one.
        Invalid: `weak-password`.
    """
    row = await account_of(cmd, account)
    await prove_password(cmd, row, current)
    if current == new:
        raise Conflict(ProblemCode.CONFLICT, "authority.password_same")
    refuse_weak(new, row.username, row.name, *await names_of(row.authority))
    hashed = await asyncio.to_thread(hash_password, new)
    async with unit_of_work():
        await _put(cmd, row, hashed, must_change=False, but=session)


async def _put(cmd: Command, row: AccountRow, hashed: str, *, must_change: bool, but: UUID | None) -> None:
    await store.set_password(row.id, hashed, cmd.now, must_change=must_change)
    await close_doors(cmd, row.id, but=but)
    told = cmd.event(EventKind.PASSWORD_SET, f"authority:{row.authority}", account=str(row.id), must_change=must_change)
    await append(told)
