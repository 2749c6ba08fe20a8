"""How a test speaks as a device: with a token bound to a key, and a proof for every request."""

from collections.abc import Generator
from datetime import timedelta
from uuid import UUID

import httpx

from inspection.authority.tokens import issue_device_token
from inspection.kernel.command import Command
from inspection.kernel.entropy import SeededEntropy
from mobile_contract.client import Device, DeviceStore, DeviceTime, Session, Surroundings
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.client.key import DeviceKey

KEY = DeviceKey.of_entropy(b"the key of a tablet".ljust(48, b"."))


class Bearer(httpx.Auth):
    """Lets requests of httpx (`auth=`) speak as a person who is signed in."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Show the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def new_device(seed: str = "tablet") -> Device:
    """A tablet that nobody has enrolled yet; its clock ticks once a look."""
    ticks = iter(range(1_000_000))
    surroundings = Surroundings(lambda: DeviceTime(next(ticks), 0, "b"), SeededEntropy(seed).bytes)
    return Device(DeviceStore(), surroundings)


async def device_auth(cmd: Command, device: UUID | None = None, key: DeviceKey = KEY) -> DeviceAuth:
    """Lets requests of httpx (`auth=`) speak as a device; one that nobody knows more about, unless it is named."""
    token = await issue_device_token(
        cmd, expires=cmd.now + timedelta(hours=1), device_id=device or cmd.new_id(), kid=key.kid
    )
    return DeviceAuth(key, lambda: token, lambda _: None)


def auth_of(session: Session) -> DeviceAuth:
    """Lets requests of httpx (`auth=`) speak as the device of this session."""
    return DeviceAuth(session.device.key, lambda: session.device.token, session.device.keep_token)
