"""Giving another system a token, reading one that is shown, and taking it away."""

from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from inspection.authority import store as accounts
from inspection.authority.accounts import one_line
from inspection.authority.store import AccountRow
from inspection.authority.systems import store
from inspection.authority.systems.rules import LONGEST, PREFIX, TokenScope, lasts_until, may_last_until, spelt
from inspection.authority.systems.store import SystemTokenRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from mobile_contract.problems import ProblemCode

TOKEN_BYTES: Final = 32
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class SystemHolder:
    """Whom a shown token stands for, and as far as what."""

    token: SystemTokenRow
    account: AccountRow


async def issue_system_token(
    cmd: Command, *, authority: UUID, account: UUID, name: str, scopes: Collection[TokenScope], last_day: date
) -> tuple[SystemTokenRow, str]:
    """A token for another system, told this once: it stands for an account as far as `scopes` goes, up to and including
    `last_day` in Beijing. What the account may not do, the token may not.

    Raises:
        NotFound: `authority.account_unknown`, or another authority's.
        Conflict: `authority.account_closed`.
        Refused: `authority.token_of_admin`: no machine administers.
        Invalid: `authority.name_missing`, `authority.token_for_nothing`, `authority.token_days`.
    """
    said = one_line(name, LONGEST_NAME)
    if not scopes:
        raise Invalid(ProblemCode.INVALID, "authority.token_for_nothing")
    if not may_last_until(last_day, cmd.now):
        raise Invalid(ProblemCode.INVALID, "authority.token_days", most=LONGEST.days)
    token = PREFIX + urlsafe_b64encode(cmd.random(TOKEN_BYTES)).rstrip(b"=").decode()
    async with unit_of_work():
        held = await accounts.account(account)
        if held is None or held.authority != authority:
            raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "authority.account_unknown")
        if not held.active:
            raise Conflict(ProblemCode.CONFLICT, "authority.account_closed")
        if held.role is Role.ADMIN:
            raise Refused(ProblemCode.REFUSED, "authority.token_of_admin")
        row = SystemTokenRow(
            id=cmd.new_id(),
            authority=authority,
            account=account,
            name=said,
            scopes=frozenset(scopes),
            issued_at=cmd.now,
            issued_by=cmd.actor.id,
            issued_name=cmd.actor.name,
            expires_at=lasts_until(last_day),
        )
        await store.add(row, sha256_hex(token.encode()))
        told = {"token": str(row.id), "account": str(account), "name": said, "scopes": spelt(row.scopes)}
        stream = f"authority:{authority}"
        await append(cmd.event(EventKind.SYSTEM_TOKEN_ISSUED, stream, **told, last_day=last_day.isoformat()))
    return row, token


async def revoke_system_token(cmd: Command, *, authority: UUID, token: UUID) -> None:
    """Let a token open nothing from now on.

    Raises:
        NotFound: `authority.token_unknown`, or another authority's.
        Conflict: `authority.token_revoked`.
    """
    async with unit_of_work():
        row = await store.token(token)
        if row is None or row.authority != authority:
            raise NotFound(ProblemCode.NOT_FOUND, "authority.token_unknown")
        if not await store.revoke(token, cmd.now):
            raise Conflict(ProblemCode.CONFLICT, "authority.token_revoked")
        stream = f"authority:{authority}"
        await append(cmd.event(EventKind.SYSTEM_TOKEN_REVOKED, stream, token=str(token), name=row.name))


async def read_system_token(token: str, now: datetime) -> SystemHolder | None:
    """Whom `token` stands for; None when it is unknown, over, revoked, or its account is closed. The day on which it
    was last shown is kept, and no finer.
    """
    row = await store.by_hash(sha256_hex(token.encode()))
    if row is None or not row.good(now):
        return None
    account = await accounts.account(row.account)
    if account is None or not account.active or account.role is Role.ADMIN:
        return None
    today = local_day(now)
    if row.used_on != today:
        await in_unit(store.set_used, row.id, today)
    return SystemHolder(row, account)
