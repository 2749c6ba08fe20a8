"""Ending sessions: one's own, one of them, or all of an account."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from inspection.authority import store, store_factors, store_sessions
from inspection.authority.attempts import store as store_attempts
from inspection.authority.holders import account_of
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

KEPT: Final = timedelta(days=1)
"""How long a session that has run out is kept."""


async def end_sessions(cmd: Command, account: UUID, *, but: UUID | None = None) -> int:
    """Sign an account out everywhere, at the desk and of the API, but of the session `but`; how many sessions at the
    desk there were.

    Raises:
        NotFound: `account-unknown`.
    """
    row = await account_of(cmd, account)
    async with unit_of_work():
        count = await close_doors(cmd, account, but=but)
        told = cmd.event(EventKind.SESSIONS_ENDED, f"authority:{row.authority}", account=str(account), sessions=count)
        await append(told)
    return count


async def end_session(cmd: Command, account: UUID, session: UUID) -> None:
    """Sign out of one session.

    Raises:
        NotFound: the account is unknown, or the session is not one of it.
    """
    row = await account_of(cmd, account)
    async with unit_of_work():
        if not await store_sessions.end_session(session, account, cmd.now):
            raise NotFound(ProblemCode.NOT_FOUND, "authority.session_unknown")
        stream = f"authority:{row.authority}"
        await append(cmd.event(EventKind.SIGNED_OUT, stream, account=str(account), session=str(session)))


async def close_doors(cmd: Command, account: UUID, *, but: UUID | None = None) -> int:
    """End every session but one and every token of an account, inside the unit of the verb that says why."""
    await store.revoke_account_tokens(cmd.now, account)
    return await store_sessions.end_sessions(account, cmd.now, but)


async def clear_sessions(cmd: Command) -> None:
    """Forget sessions and answered challenges that have run out, and strange names that nobody tries any more."""
    async with unit_of_work():
        await store_sessions.drop_sessions(cmd.now - KEPT)
        await store_factors.drop_challenges(cmd.now - KEPT)
        await store_attempts.drop_strange_names(cmd.now - KEPT)
