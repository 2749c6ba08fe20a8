from base64 import urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from inspection.authority import store
from inspection.authority.store import TokenHolder
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import unit_of_work

TOKEN_BYTES = 32


async def issue_token(
    cmd: Command, *, expires: datetime, account_id: UUID | None = None, device_id: UUID | None = None
) -> str:
    """A new bearer token for an account or a device: told once, kept only as its SHA-256."""
    token = urlsafe_b64encode(cmd.random(TOKEN_BYTES)).rstrip(b"=").decode()
    async with unit_of_work():
        await store.add_token(cmd.new_id(), _hash(token), account_id, device_id, cmd.now, expires)
    return token


async def read_token(token: str, now: datetime) -> TokenHolder | None:
    """Whom `token` stands for; `None` when it is unknown, expired or revoked."""
    return await store.token_holder(_hash(token), now)


async def revoke_token(cmd: Command, token: str) -> None:
    """Sign out."""
    async with unit_of_work():
        await store.revoke_token(cmd.now, _hash(token))


def _hash(token: str) -> str:
    return sha256_hex(token.encode())
