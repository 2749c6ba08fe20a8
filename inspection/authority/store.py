"""All queries of authorities, units, accounts and tokens."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.authority.tables import AccessToken, Account, Authority, Numbering, Unit
from inspection.kernel.ask import ask
from inspection.kernel.command import Role
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, claim_numbers, for_update


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """An authority. How to reach it, as its papers print it: None where nobody said; `supervision_phone`: where a party
    complains about an inspection.
    """

    id: UUID
    code: str
    name: str
    short_name: str
    rule_set: str
    address: str | None = None
    phone: str | None = None
    contact_person: str | None = None
    supervision_phone: str | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    id: UUID
    authority: UUID
    name: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: UUID
    authority: UUID
    unit: UUID | None
    username: str
    name: str
    role: Role
    password_hash: str
    active: bool
    failures: int
    locked_until: datetime | None
    must_change: bool = False
    """Whether the password was given by somebody else, who knows it: it opens nothing but the page to change it."""
    password_at: datetime | None = None
    """When the password was set; None: before anybody kept that."""
    known_failures: int = 0
    known_locked_until: datetime | None = None
    """As `failures` and `locked_until`, of browsers this person has signed in from before."""


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Whom a valid token stands for: an account or a device, never both. `kid`: the key it is bound to."""

    account: AccountRow | None
    device: UUID | None
    expires_at: datetime
    kid: str | None = None


async def add_authority(row: AuthorityRow, founded_at: datetime) -> None:
    await bulk_insert(Authority, [{**asdict(row), "founded_at": founded_at}])


async def authority_by_code(code: str) -> AuthorityRow | None:
    row = await Authority.select().where(Authority.code == code).first()
    return _authority(row) if row else None


async def authority(authority_id: UUID) -> AuthorityRow | None:
    rows = await ask("SELECT * FROM authority WHERE id = {}", authority_id)
    return _authority(rows[0]) if rows else None


async def authorities() -> list[AuthorityRow]:
    return [_authority(row) for row in await Authority.select().order_by(Authority.code)]


async def set_contact(authority_id: UUID, contact: Mapping[str, Any]) -> None:
    """Set how to reach an authority, by column."""
    await Authority.update(**contact).where(Authority.id == authority_id)


async def add_unit(row: UnitRow) -> None:
    await bulk_insert(Unit, [asdict(row)])


async def units(authority_id: UUID) -> list[UnitRow]:
    rows = await Unit.select().where(Unit.authority == authority_id).order_by(Unit.name)
    return [UnitRow(row["id"], row["authority"], row["name"]) for row in rows]


async def add_account(row: AccountRow) -> None:
    await bulk_insert(Account, [{**asdict(row), "role": row.role.value}])


async def accounts(authority_id: UUID) -> list[AccountRow]:
    """All accounts of an authority, the oldest first."""
    rows = await Account.select().where(Account.authority == authority_id).order_by(Account.id)
    return [account_of(row) for row in rows]


async def account_by_username(username: str) -> AccountRow | None:
    row = await Account.select().where(Account.username == username).first()
    return account_of(row) if row else None


async def account(account_id: UUID) -> AccountRow | None:
    row = await Account.select().where(Account.id == account_id).first()
    return account_of(row) if row else None


async def lock_failures(account_id: UUID) -> int:
    """How many wrong passwords in a row; the account stays locked for others until commit."""
    rows = await Account.raw(f"SELECT failures FROM account WHERE id = {{}}{for_update()}", account_id)
    return int(rows[0]["failures"])


async def set_failures(account_id: UUID, failures: int, locked_until: datetime | None) -> None:
    await Account.update({Account.failures: failures, Account.locked_until: locked_until}).where(
        Account.id == account_id
    )


async def lock_known_failures(account_id: UUID) -> int:
    """`lock_failures` of browsers that are known."""
    rows = await Account.raw(f"SELECT known_failures FROM account WHERE id = {{}}{for_update()}", account_id)
    return int(rows[0]["known_failures"] or 0)


async def set_known_failures(account_id: UUID, failures: int, locked_until: datetime | None) -> None:
    """`set_failures` of browsers that are known."""
    await Account.update({Account.known_failures: failures, Account.known_locked_until: locked_until}).where(
        Account.id == account_id
    )


async def set_password(account_id: UUID, password_hash: str, at: datetime, *, must_change: bool) -> None:
    """The account's password from now on."""
    await Account.update(
        {Account.password_hash: password_hash, Account.password_at: at, Account.must_change: must_change}
    ).where(Account.id == account_id)


async def set_password_hash(account_id: UUID, password_hash: str, replaced: str) -> None:
    """The same password, hashed as one hashes now; nothing if it was changed meanwhile."""
    await Account.update({Account.password_hash: password_hash}).where(
        Account.id == account_id, Account.password_hash == replaced
    )


async def revoke_account_tokens(now: datetime, account_id: UUID) -> None:
    """No bearer token of this account opens anything any more."""
    await AccessToken.update({AccessToken.revoked_at: now}).where(
        AccessToken.account == account_id, AccessToken.revoked_at.is_null()
    )


async def add_token(
    token_id: UUID,
    token_hash: str,
    issued: datetime,
    expires: datetime,
    *,
    account_id: UUID | None = None,
    device: UUID | None = None,
    kid: str | None = None,
) -> None:
    row = {
        "id": token_id,
        "token_hash": token_hash,
        "account": account_id,
        "device": device,
        "kid": kid,
        "issued_at": issued,
        "expires_at": expires,
    }
    await bulk_insert(AccessToken, [row])


async def drop_expired_tokens(device: UUID, now: datetime) -> None:
    """Forget the tokens of a device that nobody can use any more."""
    await AccessToken.delete().where(AccessToken.device == device, AccessToken.expires_at <= now)


async def token_holder(token_hash: str, now: datetime) -> TokenHolder | None:
    """Whom a token that is neither revoked nor expired stands for."""
    rows = await ask(
        "SELECT account, device, kid, expires_at FROM access_token "
        "WHERE token_hash = {} AND revoked_at IS NULL AND expires_at > {}",
        token_hash,
        now,
    )
    if not rows:
        return None
    token = rows[0]
    holder = await account(token["account"]) if token["account"] else None
    if token["account"] and (holder is None or not holder.active):
        return None
    if token["device"] and not token["kid"]:
        return None  # from before tokens were bound to keys: whoever holds the key renews it
    device = plain_uuid(token["device"]) if token["device"] else None
    return TokenHolder(holder, device, token["expires_at"], token["kid"])


async def newest_device_tokens(devices: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these devices was last given a token; those that never were are left out."""
    newest: dict[UUID, datetime] = {}
    if not devices:
        return newest
    rows = await AccessToken.select(AccessToken.device, AccessToken.issued_at).where(
        AccessToken.device.is_in(sorted(devices))
    )
    for row in rows:
        newest[row["device"]] = max(row["issued_at"], newest.get(row["device"], row["issued_at"]))
    return newest


async def revoke_token(now: datetime, token_hash: str) -> None:
    await AccessToken.update({AccessToken.revoked_at: now}).where(
        AccessToken.token_hash == token_hash, AccessToken.revoked_at.is_null()
    )


async def revoke_all_tokens(now: datetime) -> int:
    """Revoke whatever token still stands; how many there were."""
    rows = AccessToken.update({AccessToken.revoked_at: now}).where(
        AccessToken.revoked_at.is_null(), AccessToken.expires_at > now
    )
    return len(await rows.returning(AccessToken.id))


_SPENT = "device IS NULL AND (expires_at < {} OR revoked_at < {})"


async def count_spent_tokens(before: datetime) -> int:
    """How many tokens of people ran out or were revoked before that; a tablet's last one tells when it was heard of."""
    rows = await AccessToken.raw(f"SELECT count(*) AS n FROM access_token WHERE {_SPENT}", before, before)
    return int(rows[0]["n"])


async def drop_spent_tokens(before: datetime, limit: int) -> int:
    """Forget at most so many of them; how many."""
    some = f"SELECT id FROM access_token WHERE {_SPENT} LIMIT {{}}"
    return len(
        await AccessToken.raw(f"DELETE FROM access_token WHERE id IN ({some}) RETURNING id", before, before, limit)
    )


async def series() -> list[str]:
    """The names of all series of numbers, in order."""
    return [row["series"] for row in await Numbering.select(Numbering.series).order_by(Numbering.series)]


async def next_number(series: str, count: int = 1) -> int:
    """The first of `count` dense numbers of a series; inside a unit of work."""
    return await claim_numbers(Numbering, "series", series, count)


def _authority(row: dict[str, Any]) -> AuthorityRow:
    return AuthorityRow(**{one.name: row[one.name] for one in fields(AuthorityRow)})


def account_of(row: dict[str, Any]) -> AccountRow:
    return AccountRow(
        id=row["id"],
        authority=row["authority"],
        unit=row["unit"],
        username=row["username"],
        name=row["name"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        active=row["active"],
        failures=row["failures"],
        locked_until=row["locked_until"],
        must_change=bool(row["must_change"]),
        password_at=row["password_at"],
        known_failures=row["known_failures"] or 0,
        known_locked_until=row["known_locked_until"],
    )
