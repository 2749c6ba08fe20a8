"""Taking the second factors of somebody away who has lost them."""

from uuid import UUID

from inspection.authority import store_factors
from inspection.authority.end_sessions import close_doors
from inspection.authority.holders import account_of
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work


async def reset_factors(cmd: Command, account: UUID) -> None:
    """Take all second factors and recovery codes of an account away; it is signed out everywhere.

    Whoever must have a factor sets up a new one at the next sign-in.

    Raises:
        NotFound: `account-unknown`.
    """
    row = await account_of(cmd, account)
    async with unit_of_work():
        had = await store_factors.count_factors(account)
        await store_factors.drop_factors(account)
        await close_doors(cmd, account)
        told = cmd.event(
            EventKind.FACTORS_RESET,
            f"authority:{row.authority}",
            account=str(account),
            passkeys=had.passkeys,
            apps=had.time,
        )
        await append(told)
