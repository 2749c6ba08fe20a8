"""Which account a command is about, and by what names its holder goes."""

from uuid import UUID

from inspection.authority import store
from inspection.authority.store import AccountRow
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode


async def account_of(cmd: Command, account: UUID) -> AccountRow:
    """The account, for whoever works for the same authority.

    Raises:
        NotFound: `account-unknown`: there is none, or it is of another authority.
    """
    row = await store.account(account)
    if row is None or cmd.authority not in {None, row.authority}:
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "authority.account_unknown")
    return row


async def names_of(authority: UUID) -> tuple[str, ...]:
    """What an authority is called: not the password of anybody who works there."""
    row = await store.authority(authority)
    return (row.code, row.name, row.short_name) if row else ()
