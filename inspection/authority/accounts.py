"""What an administrator does with accounts and units after they were opened. Every step is journalled."""

import re
from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.authority import store_accounts
from inspection.authority.end_sessions import close_doors
from inspection.authority.store import AccountRow, UnitRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

LONGEST_NAME: Final = 120
LONGEST_UNIT: Final = 200
LONGEST_REASON: Final = 200
"""Characters, as the columns have them."""


async def rename_unit(cmd: Command, *, authority: UUID, unit: UUID, name: str) -> UnitRow:
    """Let a unit bear another name from now on; what was written before keeps the old one.

    Raises:
        NotFound: `authority.unit_unknown`, or another authority's.
        Invalid: `authority.name_missing`.
        Conflict: `authority.unit_taken`.
    """
    said = one_line(name, LONGEST_UNIT)
    async with unit_of_work():
        before = await _unit(authority, unit)
        taken = await store_accounts.unit_named(authority, said)
        if taken is not None and taken != unit:
            raise Conflict(ProblemCode.CONFLICT, "authority.unit_taken", name=said)
        if before != said:
            await store_accounts.rename_unit(unit, said)
            stream = f"authority:{authority}"
            await append(cmd.event(EventKind.UNIT_RENAMED, stream, unit=str(unit), name=said, replaces=before))
    return UnitRow(unit, authority, said)


async def change_account(
    cmd: Command, *, authority: UUID, account: UUID, name: str, unit: UUID | None, role: Role
) -> AccountRow:
    """Set a person's name, unit and role, all of it at once. A new role holds from the next request on.

    Raises:
        NotFound: `authority.account_unknown`, or another authority's; `authority.unit_unknown`.
        Invalid: `authority.name_missing`.
        Refused: `authority.own_account`: nobody changes his own role.
        Conflict: `authority.last_administrator`.
    """
    said = one_line(name, LONGEST_NAME)
    async with unit_of_work():
        administrators = await store_accounts.lock_administrators(authority)
        before = await _locked(authority, account)
        if unit is not None:
            await _unit(authority, unit)
        if role is not before.role:
            _not_oneself(cmd, account)
            _not_the_last(before, administrators)
        row = replace(before, name=said, unit=unit, role=role)
        if row != before:
            await store_accounts.set_account(account, name=said, unit=unit, role=role.value)
            told: dict[str, JSON] = {"account": str(account), **_told(row), "replaces": _told(before)}
            await append(cmd.event(EventKind.ACCOUNT_CHANGED, f"authority:{authority}", lane=None, **told))
    return row


async def close_account(cmd: Command, *, authority: UUID, account: UUID, reason: str) -> None:
    """Let a person sign in no more: sessions and tokens of the account are worth nothing from now on.

    Raises:
        NotFound: `authority.account_unknown`.
        Invalid: `authority.reason_missing`.
        Refused: `authority.own_account`.
        Conflict: `authority.last_administrator`, `authority.account_closed`.
    """
    why = _one_line(reason)[:LONGEST_REASON]
    if not why:
        raise Invalid(ProblemCode.INVALID, "authority.reason_missing")
    _not_oneself(cmd, account)
    async with unit_of_work():
        administrators = await store_accounts.lock_administrators(authority)
        row = await _locked(authority, account)
        if not row.active:
            raise Conflict(ProblemCode.CONFLICT, "authority.account_closed")
        _not_the_last(row, administrators)
        await store_accounts.set_account(account, active=False)
        await close_doors(cmd, account)
        await append(cmd.event(EventKind.ACCOUNT_CLOSED, f"authority:{authority}", account=str(account), reason=why))


async def reopen_account(cmd: Command, *, authority: UUID, account: UUID) -> None:
    """Let a person sign in again, with the password there was; sessions of before stay ended.

    Raises:
        NotFound: `authority.account_unknown`.
        Conflict: `authority.account_open`.
    """
    async with unit_of_work():
        row = await _locked(authority, account)
        if row.active:
            raise Conflict(ProblemCode.CONFLICT, "authority.account_open")
        await store_accounts.set_account(account, active=True, **_UNLOCKED)
        await append(cmd.event(EventKind.ACCOUNT_REOPENED, f"authority:{authority}", account=str(account)))


async def unlock_account(cmd: Command, *, authority: UUID, account: UUID) -> None:
    """Forget the wrong passwords that were typed, so that the person may try again at once.

    Raises:
        NotFound: `authority.account_unknown`.
        Conflict: `authority.account_not_locked`.
    """
    async with unit_of_work():
        row = await _locked(authority, account)
        if not (row.failures or row.known_failures or row.locked_until or row.known_locked_until):
            raise Conflict(ProblemCode.CONFLICT, "authority.account_not_locked")
        await store_accounts.set_account(account, **_UNLOCKED)
        await append(cmd.event(EventKind.ACCOUNT_UNLOCKED, f"authority:{authority}", account=str(account)))


def one_line(said: str, most: int) -> str:
    """A name on one line, no longer than `most` characters.

    Raises:
        Invalid: `authority.name_missing`: nothing is left of it, or it is longer.
    """
    name = _one_line(said)
    if not name or len(name) > most:
        raise Invalid(ProblemCode.INVALID, "authority.name_missing", most=most)
    return name


_UNLOCKED: Final = {"failures": 0, "locked_until": None, "known_failures": 0, "known_locked_until": None}


def _one_line(said: str) -> str:
    return re.sub(r"\s+", " ", said).strip()


def _told(row: AccountRow) -> dict[str, JSON]:
    return {"name": row.name, "unit": str(row.unit) if row.unit else None, "role": row.role.value}


async def _locked(authority: UUID, account: UUID) -> AccountRow:
    row = await store_accounts.lock_account(account)
    if row is None or row.authority != authority:
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "authority.account_unknown")
    return row


async def _unit(authority: UUID, unit: UUID) -> str:
    found = await store_accounts.unit(unit)
    if found is None or found[0] != authority:
        raise NotFound(ProblemCode.NOT_FOUND, "authority.unit_unknown")
    return found[1]


def _not_oneself(cmd: Command, account: UUID) -> None:
    if cmd.actor.id == str(account):
        raise Refused(ProblemCode.SAME_PERSON, "authority.own_account")


def _not_the_last(row: AccountRow, administrators: set[UUID]) -> None:
    if row.role is Role.ADMIN and row.active and administrators <= {row.id}:
        raise Conflict(ProblemCode.CONFLICT, "authority.last_administrator")
