"""From a request to the kernel's `Command`: who acts, for which authority, when, and where ids come from."""

from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection

from api.observe import request_id
from api.process import Process, process_of
from inspection.authority.tokens import read_token
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

AnyRequest: TypeAlias = Request[Any, Any, Any]
Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]

NOBODY = Actor(id="public", name="public", role=Role.PUBLIC)
_SCHEME = "bearer "
_LONGEST_TOKEN = 512


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom the token of a request stands for: an account of one authority, or a device."""

    actor: Actor
    authority: UUID | None
    unit: UUID | None
    device: UUID | None


def command(connection: Connection) -> Command:
    """The circumstances of what this request asks for. Anonymous on a route that is open to anybody."""
    process = process_of(connection)
    bearer: Bearer | None = connection.scope.get("user")
    return Command(
        actor=bearer.actor if bearer else NOBODY,
        authority=bearer.authority if bearer else None,
        now=process.clock.now(),
        entropy=process.entropy,
        request_id=request_id(connection.scope),
    )


def bearer_of(connection: Connection) -> Bearer:
    """Whom the guard let in.

    Raises:
        RuntimeError: on a route that is open to anybody: a programming error.
    """
    bearer: Bearer | None = connection.scope.get("user")
    if bearer is None:
        raise RuntimeError("an open route has no bearer")
    return bearer


def device_of(connection: Connection) -> UUID:
    """The enrolled device that sends this request; for routes that only `Role.DEVICE` may use."""
    device = bearer_of(connection).device
    if device is None:
        raise RuntimeError("the route's row in api.permits lets others than devices in")
    return device


def authority_of(connection: Connection) -> UUID:
    """The authority that the signed-in person works for; nobody of the office sees another one's work."""
    authority = bearer_of(connection).authority
    if authority is None:
        raise Refused(ProblemCode.FORBIDDEN, "api.forbidden")
    return authority


def token_of(connection: Connection) -> str | None:
    """The bearer token as it was sent; `None` when there is none or it cannot be one."""
    header = connection.headers.get("authorization", "")
    if header[: len(_SCHEME)].lower() != _SCHEME:
        return None
    token = header[len(_SCHEME) :].strip()
    return token if 0 < len(token) <= _LONGEST_TOKEN and token.isascii() else None


async def read_bearer(connection: Connection, process: Process) -> Bearer:
    """Whom the request's token stands for.

    Raises:
        Refused: no token (`unauthenticated`), or one that is unknown, expired or revoked (`token-invalid`).
    """
    token = token_of(connection)
    if token is None:
        raise Refused(ProblemCode.UNAUTHENTICATED, "api.unauthenticated")
    holder = await read_token(token, process.clock.now())
    if holder is None:
        raise Refused(ProblemCode.TOKEN_INVALID, "api.token_invalid")
    if holder.device is not None:
        actor = Actor(id=str(holder.device), name="device", role=Role.DEVICE)
        return Bearer(actor, authority=None, unit=None, device=holder.device)
    if holder.account is None:
        raise Refused(ProblemCode.TOKEN_INVALID, "api.token_invalid")
    account = holder.account
    actor = Actor(id=str(account.id), name=account.name, role=account.role)
    return Bearer(actor, authority=account.authority, unit=account.unit, device=None)
