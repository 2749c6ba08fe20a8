"""Codes that people type: of their app, or a recovery code where the app or the passkey is lost."""

from base64 import b32encode
from typing import Final
from uuid import UUID

from inspection.authority import store_factors
from inspection.authority.factors.time_codes import NONCE_BYTES, seal, step_of, unseal
from inspection.authority.store import AccountRow
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import unit_of_work

COUNT: Final = 10
_BYTES: Final = 10
"""Of a recovery code: 80 bits, which no digest of theirs gives away."""
_DIGITS: Final = 6


async def make_recovery_codes(cmd: Command, account: AccountRow) -> tuple[str, ...]:
    """New recovery codes, told this once; the older ones are worth nothing from now on."""
    made = [b32encode(cmd.random(_BYTES)).decode().lower() for _ in range(COUNT)]
    async with unit_of_work():
        hashes = [_hash(account.id, one) for one in made]
        await store_factors.put_recovery_codes(account.id, cmd.new_ids(COUNT), hashes)
        told = cmd.event(
            EventKind.RECOVERY_CODES_MADE, f"authority:{account.authority}", account=str(account.id), codes=COUNT
        )
        await append(told)
    return tuple("-".join(one[start : start + 4] for start in range(0, len(one), 4)) for one in made)


async def prove_code(cmd: Command, account: AccountRow, typed: str, keys: ServerKeys) -> str | None:
    """By what factor this code proves the person, `time` or `recovery`; it is used up. None: by none.

    Inside the unit of work of signing in.
    """
    told = "".join(char for char in typed.lower() if char.isalnum())
    if len(told) == _DIGITS and told.isascii() and told.isdigit():
        return "time" if await _prove_time(cmd, account, told, keys) else None
    return "recovery" if await store_factors.use_recovery_code(account.id, _hash(account.id, told), cmd.now) else None


async def _prove_time(cmd: Command, account: AccountRow, typed: str, keys: ServerKeys) -> bool:
    found = await store_factors.time_code(account.id)
    secret = unseal(keys, account.id, found.secret) if found and found.confirmed_at else None
    if found is None or secret is None:
        return False
    step = step_of(secret, typed, cmd.now, found.last_step)
    if step is None:
        return False
    # Sealed anew: after a change of the server's keys by the one in use.
    sealed = seal(keys, account.id, secret, cmd.random(NONCE_BYTES))
    await store_factors.use_time_code(found.id, step, sealed, cmd.now)
    return True


def _hash(account: UUID, code: str) -> str:
    return sha256_hex(account.bytes + code.encode(errors="replace"))
