"""Queries by which an administrator keeps units and accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inspection.authority.store import AccountRow, account_of
from inspection.authority.tables import Account, Unit
from inspection.kernel.command import Role
from inspection.kernel.sql import for_update


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts are asked for; None: whatever it is."""

    unit: UUID | None = None
    role: Role | None = None
    active: bool | None = None


async def accounts_after(authority: UUID, wanted: AccountFilter, after: UUID | None, limit: int) -> list[AccountRow]:
    """Accounts of an authority in the order in which they were opened, beginning behind `after`."""
    query = Account.select().where(Account.authority == authority)
    for column, value in (
        (Account.unit, wanted.unit),
        (Account.role, wanted.role.value if wanted.role else None),
        (Account.active, wanted.active),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(Account.id > after)
    return [account_of(row) for row in await query.order_by(Account.id).limit(limit)]


async def lock_account(account: UUID) -> AccountRow | None:
    """An account that stays as it is for others until commit."""
    rows = await Account.raw(f"SELECT id FROM account WHERE id = {{}}{for_update()}", account)
    row = await Account.select().where(Account.id == account).first() if rows else None
    return account_of(row) if row else None


async def lock_administrators(authority: UUID) -> set[UUID]:
    """The accounts that may administer this authority now; nobody else closes one of them before commit.

    Asked for before `lock_account`, for two who close each other would wait for each other.
    """
    rows = await Account.raw(
        f"SELECT id FROM account WHERE authority = {{}} AND role = {{}} AND active ORDER BY id{for_update()}",
        authority,
        Role.ADMIN.value,
    )
    return {row["id"] if isinstance(row["id"], UUID) else UUID(str(row["id"])) for row in rows}


async def set_account(account: UUID, **told: Any) -> None:
    """Set columns of an account."""
    await Account.update(**told).where(Account.id == account)


async def unit(unit_id: UUID) -> tuple[UUID, str] | None:
    """Authority and name of a unit."""
    row = await Unit.select(Unit.authority, Unit.name).where(Unit.id == unit_id).first()
    return (row["authority"], row["name"]) if row else None


async def unit_named(authority: UUID, name: str) -> UUID | None:
    """The unit of this name."""
    row = await Unit.select(Unit.id).where(Unit.authority == authority, Unit.name == name).first()
    return row["id"] if row else None


async def rename_unit(unit_id: UUID, name: str) -> None:
    """Let a unit bear another name."""
    await Unit.update({Unit.name: name}).where(Unit.id == unit_id)


async def accounts_in(authority: UUID, units: Collection[UUID]) -> dict[UUID, int]:
    """How many accounts that may sign in each unit has; units without one are left out."""
    if not units:
        return {}
    rows = await Account.raw(
        "SELECT unit, count(*) AS people FROM account WHERE authority = {} AND active AND unit IS NOT NULL "
        "GROUP BY unit",
        authority,
    )
    told = {UUID(str(row["unit"])): int(row["people"]) for row in rows}
    return {one: told[one] for one in units if one in told}
