"""Setting up an app that shows codes, and taking it away."""

from base64 import b32encode
from typing import Final

from inspection.authority import store_factors
from inspection.authority.factors.time_codes import NONCE_BYTES, SECRET_BYTES, address_of, seal, step_of, unseal
from inspection.authority.store import AccountRow
from inspection.authority.store_factors import TimeCodeRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

ISSUER: Final = "Fieldcheck"


async def begin_app(cmd: Command, account: AccountRow, keys: ServerKeys) -> None:
    """Make a new secret, which counts for nothing until a first code of it is typed.

    Raises:
        Conflict: `authority.app_there`: an app is set up already.
    """
    async with unit_of_work():
        found = await store_factors.time_code(account.id)
        if found is not None and found.confirmed_at is not None:
            raise Conflict(ProblemCode.CONFLICT, "authority.app_there")
        secret = b32encode(cmd.random(SECRET_BYTES)).decode()
        sealed = seal(keys, account.id, secret, cmd.random(NONCE_BYTES))
        await store_factors.put_time_code(TimeCodeRow(cmd.new_id(), account.id, sealed, cmd.now))


async def begun_app(account: AccountRow, keys: ServerKeys) -> tuple[str, str] | None:
    """The secret and the `otpauth:` address of an app that is being set up; None: none is."""
    found = await store_factors.time_code(account.id)
    if found is None or found.confirmed_at is not None:
        return None
    secret = unseal(keys, account.id, found.secret)
    return (secret, address_of(secret, account.username, ISSUER)) if secret else None


async def confirm_app(cmd: Command, account: AccountRow, code: str, keys: ServerKeys) -> None:
    """The first code: the app is a factor from now on.

    Raises:
        NotFound: `authority.app_not_begun`.
        Refused: `authority.code_wrong`.
    """
    async with unit_of_work():
        found = await store_factors.time_code(account.id)
        secret = unseal(keys, account.id, found.secret) if found and found.confirmed_at is None else None
        if found is None or secret is None:
            raise NotFound(ProblemCode.NOT_FOUND, "authority.app_not_begun")
        step = step_of(secret, code.replace(" ", ""), cmd.now, None)
        if step is None:
            raise Refused(ProblemCode.LOGIN_FAILED, "authority.code_wrong")
        await store_factors.confirm_time_code(found.id, step, cmd.now)
        await append(factor_event(cmd, EventKind.FACTOR_SET_UP, account, "time", None))


async def remove_app(cmd: Command, account: AccountRow) -> None:
    """Take the app away.

    Raises:
        NotFound: there is none.
    """
    async with unit_of_work():
        found = await store_factors.time_code(account.id)
        if found is None:
            raise NotFound(ProblemCode.NOT_FOUND, "authority.factor_unknown")
        await store_factors.drop_time_code(account.id)
        await append(factor_event(cmd, EventKind.FACTOR_REMOVED, account, "time", None))


def factor_event(cmd: Command, kind: EventKind, account: AccountRow, factor: str, name: str | None) -> Event:
    """What happened to a factor of this account."""
    return cmd.event(kind, f"authority:{account.authority}", account=str(account.id), factor=factor, name=name)
