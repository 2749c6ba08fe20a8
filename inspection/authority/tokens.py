from base64 import urlsafe_b64encode
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from inspection.authority import store
from inspection.authority.store import TokenHolder
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import unit_of_work

TOKEN_BYTES = 32


async def issue_token(cmd: Command, *, expires: datetime, account_id: UUID) -> str:
    """A new bearer token for an account: told once, kept only as its SHA-256."""
    token = _fresh(cmd)
    async with unit_of_work():
        await store.add_token(cmd.new_id(), _hash(token), cmd.now, expires, account_id=account_id)
    return token


async def issue_device_token(cmd: Command, *, expires: datetime, device_id: UUID, kid: str) -> str:
    """A new token for a device, worthless without a proof by the key `kid` (RFC 9449 §6). Those that ran out go.

    Told once, kept only as its SHA-256.
    """
    token = _fresh(cmd)
    async with unit_of_work():
        await store.drop_expired_tokens(device_id, cmd.now)
        await store.add_token(cmd.new_id(), _hash(token), cmd.now, expires, device=device_id, kid=kid)
    return token


async def read_token(token: str, now: datetime) -> TokenHolder | None:
    """Whom `token` stands for; `None` when it is unknown, expired or revoked."""
    return await store.token_holder(_hash(token), now)


async def last_tokens(devices: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these devices was last given a token."""
    return await store.newest_device_tokens(devices)


async def revoke_token(cmd: Command, token: str) -> None:
    """Sign out."""
    async with unit_of_work():
        await store.revoke_token(cmd.now, _hash(token))


def _fresh(cmd: Command) -> str:
    return urlsafe_b64encode(cmd.random(TOKEN_BYTES)).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return sha256_hex(token.encode())
