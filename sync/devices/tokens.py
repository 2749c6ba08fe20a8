"""The token that opens a device's channel: a day long, bound to its key, renewed with nothing but the key."""

from dataclasses import replace
from datetime import datetime, timedelta

from inspection.authority.tokens import issue_device_token
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import NotFound
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.enrol import TokenAnswer
from mobile_contract.problems import ProblemCode
from sync.devices import store
from sync.devices.standing import check_submitting
from sync.rows import DeviceRow

TOKEN_LIFE = timedelta(hours=24)


async def renew_token(cmd: Command, *, kid: str) -> TokenAnswer:
    """A new token for the device whose key `kid` was proven with this request. The old one ends by itself.

    Raises:
        NotFound: `device-unknown`: no device has this key.
        Refused: `device-revoked`: and the days for which it might still hand in what it holds are over.
    """
    device = await store.device_by_kid(kid)
    if device is None:
        raise NotFound(ProblemCode.DEVICE_UNKNOWN, "sync.device_unknown")
    if device.wipe_order is None or device.wiped_at is not None:
        check_submitting(device, cmd.now)  # one that was told to wipe itself must be able to say that it did
    token, expires = await in_unit(fresh_token, as_device(cmd, device), device)
    return TokenAnswer(token=token, token_expires=expires)


async def fresh_token(cmd: Command, device: DeviceRow) -> tuple[str, datetime]:
    """A token and its end; inside a unit of work."""
    expires = cmd.now + TOKEN_LIFE
    return await issue_device_token(cmd, expires=expires, device_id=device.id, kid=device.kid), expires


def as_device(cmd: Command, device: DeviceRow) -> Command:
    """The command as the device's own."""
    actor = Actor(id=str(device.id), name=device.name, role=Role.DEVICE)
    return replace(cmd, actor=actor, authority=device.authority)
