"""From a request to the kernel's `Command`: who acts, for which authority, when, and where ids come from."""

from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection

from api.observe import request_id
from api.process import process_of
from inspection.authority.systems.rules import TokenScope
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

AnyRequest: TypeAlias = Request[Any, Any, Any]
Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]

NOBODY = Actor(id="public", name="public", role=Role.PUBLIC)
_SCHEMES = ("bearer", "dpop")
_LONGEST_TOKEN = 512


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom the token of a request stands for: an account of one authority, or a device. `scopes`: as far as what, of a
    token that another system holds; None: as far as the role goes. `enrolled_with`: for which authority a device hands
    in what it holds; None where nothing is handed in.
    """

    actor: Actor
    authority: UUID | None
    unit: UUID | None
    device: UUID | None
    scopes: frozenset[TokenScope] | None = None
    enrolled_with: UUID | None = None


def command(connection: Connection) -> Command:
    """The circumstances of what this request asks for. Anonymous on a route that is open to anybody."""
    process = process_of(connection)
    bearer: Bearer | None = connection.scope.get("user")
    return Command(
        actor=bearer.actor if bearer else NOBODY,
        authority=bearer.authority if bearer else None,
        now=process.clock.now(),
        entropy=process.entropy_of(connection.scope),
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


def handed_in_for(connection: Connection) -> UUID:
    """The authority of the device that hands in; for routes that say `opt={"submits": True}`."""
    authority = bearer_of(connection).enrolled_with
    if authority is None:
        raise RuntimeError("the route does not say that it takes in what devices hold")
    return authority


def authority_of(connection: Connection) -> UUID:
    """The authority that the signed-in person works for; nobody of the office sees another one's work."""
    authority = bearer_of(connection).authority
    if authority is None:
        raise Refused(ProblemCode.FORBIDDEN, "api.forbidden")
    return authority


def token_of(connection: Connection) -> str | None:
    """The token as it was sent; `None` when there is none or it cannot be one."""
    shown = shown_token(connection)
    return shown[1] if shown else None


def shown_token(connection: Connection) -> tuple[str, str] | None:
    """Scheme (lower case) and token; `None` when there is none, of another scheme, or it cannot be one."""
    scheme, _, rest = connection.headers.get("authorization", "").partition(" ")
    token = rest.strip()
    if scheme.lower() not in _SCHEMES or not (0 < len(token) <= _LONGEST_TOKEN and token.isascii()):
        return None
    return scheme.lower(), token
