"""All queries of second factors: passkeys, codes of an app, recovery codes, and challenges that were answered."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.authority.tables import Passkey, RecoveryCode, TimeCode, UsedChallenge
from inspection.kernel.ask import ask
from inspection.kernel.sql import bulk_insert, for_update, one_of


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey. `credential_id` and `public_key` (COSE): base64url; `site`: where it is good (a host's name)."""

    id: UUID
    account: UUID
    credential_id: str
    public_key: str
    sign_count: int
    site: str
    transports: str
    name: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimeCodeRow:
    """An app that shows codes. `secret`: sealed; not in use before it is confirmed by a first code."""

    id: UUID
    account: UUID
    secret: str
    made_at: datetime
    confirmed_at: datetime | None = None
    used_at: datetime | None = None
    last_step: int | None = None


@dataclass(frozen=True, slots=True)
class FactorCount:
    """How many factors an account has; `codes`: recovery codes that are left."""

    passkeys: int
    time: int
    codes: int

    @property
    def any(self) -> bool:
        """Whether there is a factor; recovery codes alone are none."""
        return bool(self.passkeys or self.time)


async def count_factors(account_id: UUID) -> FactorCount:
    """How many factors an account has."""
    rows = await ask(
        "SELECT (SELECT count(*) FROM passkey WHERE account = {}) AS passkeys, "
        "(SELECT count(*) FROM time_code WHERE account = {} AND confirmed_at IS NOT NULL) AS time, "
        "(SELECT count(*) FROM recovery_code WHERE account = {} AND used_at IS NULL) AS codes",
        account_id,
        account_id,
        account_id,
    )
    return FactorCount(int(rows[0]["passkeys"]), int(rows[0]["time"]), int(rows[0]["codes"]))


async def without_factor(roles: Sequence[str]) -> list[str]:
    """The names of the open accounts of these roles that have no second factor, in order."""
    rows = await ask(
        "SELECT username FROM account AS a WHERE active AND {} "
        "AND NOT EXISTS (SELECT 1 FROM passkey AS p WHERE p.account = a.id) "
        "AND NOT EXISTS (SELECT 1 FROM time_code AS t WHERE t.account = a.id AND t.confirmed_at IS NOT NULL) "
        "ORDER BY username",
        one_of("role", roles),
    )
    return [row["username"] for row in rows]


async def drop_factors(account_id: UUID) -> None:
    """Take all factors and codes of an account away."""
    for table in (Passkey, TimeCode, RecoveryCode):
        await table.delete().where(table.account == account_id)


async def passkeys(account_id: UUID) -> list[PasskeyRow]:
    """The passkeys of an account, the oldest first."""
    return [_passkey(row) for row in await ask("SELECT * FROM passkey WHERE account = {} ORDER BY id", account_id)]


async def passkey(credential_id: str) -> PasskeyRow | None:
    """The passkey of this id, which is locked until commit."""
    rows = await ask(f"SELECT * FROM passkey WHERE credential_id = {{}}{for_update()}", credential_id)
    return _passkey(rows[0]) if rows else None


async def add_passkey(row: PasskeyRow) -> int:
    """Enter a passkey; 0 if one of this id is there already."""
    return await bulk_insert(Passkey, [asdict(row)], on_conflict="nothing")


async def use_passkey(passkey_id: UUID, sign_count: int, at: datetime) -> None:
    """It was used, for the `sign_count`-th time as it says."""
    await Passkey.update({Passkey.sign_count: sign_count, Passkey.used_at: at}).where(Passkey.id == passkey_id)


async def drop_passkey(passkey_id: UUID, account_id: UUID) -> PasskeyRow | None:
    """Take a passkey of this account away; what it was."""
    rows = await ask("SELECT * FROM passkey WHERE id = {} AND account = {}", passkey_id, account_id)
    if not rows:
        return None
    await Passkey.delete().where(Passkey.id == passkey_id)
    return _passkey(rows[0])


async def time_code(account_id: UUID) -> TimeCodeRow | None:
    """The app of an account, confirmed or not; locked until commit inside a unit of work."""
    rows = await ask(f"SELECT * FROM time_code WHERE account = {{}}{for_update()}", account_id)
    return _time_code(rows[0]) if rows else None


async def put_time_code(row: TimeCodeRow) -> None:
    """Enter an app in the place of one that was not confirmed."""
    await TimeCode.delete().where(TimeCode.account == row.account)
    await bulk_insert(TimeCode, [asdict(row)])


async def confirm_time_code(code_id: UUID, step: int, at: datetime) -> None:
    """The first code was taken: it is a factor from now on."""
    await TimeCode.update({TimeCode.confirmed_at: at, TimeCode.last_step: step}).where(TimeCode.id == code_id)


async def use_time_code(code_id: UUID, step: int, secret: str, at: datetime) -> None:
    """The code of this step was taken; `secret`: sealed by the key in use."""
    await TimeCode.update({TimeCode.last_step: step, TimeCode.used_at: at, TimeCode.secret: secret}).where(
        TimeCode.id == code_id
    )


async def drop_time_code(account_id: UUID) -> None:
    """Take the app of an account away."""
    await TimeCode.delete().where(TimeCode.account == account_id)


async def put_recovery_codes(account_id: UUID, ids: Sequence[UUID], hashes: Sequence[str]) -> None:
    """These recovery codes from now on, and no older one."""
    await RecoveryCode.delete().where(RecoveryCode.account == account_id)
    rows = [
        {"id": one, "account": account_id, "code_hash": told, "used_at": None}
        for one, told in zip(ids, hashes, strict=True)
    ]
    await bulk_insert(RecoveryCode, rows)


async def use_recovery_code(account_id: UUID, code_hash: str, at: datetime) -> bool:
    """Use a code up; whether there was such a one."""
    used = (
        await RecoveryCode.update({RecoveryCode.used_at: at})
        .where(RecoveryCode.account == account_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_null())
        .returning(RecoveryCode.id)
    )
    return bool(used)


async def count_used_codes(before: datetime) -> int:
    """How many recovery codes were used before that."""
    count: int = await RecoveryCode.count().where(RecoveryCode.used_at < before)
    return count


async def drop_used_codes(before: datetime, limit: int) -> int:
    """Forget at most so many of them; how many."""
    some = "SELECT id FROM recovery_code WHERE used_at < {} LIMIT {}"
    return len(await RecoveryCode.raw(f"DELETE FROM recovery_code WHERE id IN ({some}) RETURNING id", before, limit))


async def use_challenge(challenge_id: UUID, challenge: str, ends_at: datetime) -> bool:
    """Use a challenge up; whether it was not yet."""
    row = {"id": challenge_id, "challenge": challenge, "ends_at": ends_at}
    return bool(await bulk_insert(UsedChallenge, [row], on_conflict="nothing"))


async def drop_challenges(ended_before: datetime) -> None:
    """Forget the challenges that had run out by then."""
    await UsedChallenge.delete().where(UsedChallenge.ends_at < ended_before)


def _passkey(row: dict[str, Any]) -> PasskeyRow:
    return PasskeyRow(**{name: row[name] for name in PasskeyRow.__slots__})


def _time_code(row: dict[str, Any]) -> TimeCodeRow:
    return TimeCodeRow(**{name: row[name] for name in TimeCodeRow.__slots__})
