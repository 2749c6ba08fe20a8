"""The proofs of a device's key at the edge: what request they must be for, and the nonce that every answer brings."""

from collections.abc import Mapping
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.commands import Connection
from api.permits import PERMITS, Action
from api.process import process_of
from inspection.kernel.command import Role
from inspection.kernel.errors import Refused
from inspection.kernel.settings import Settings
from mobile_contract.problems import ProblemCode
from sync.devices.dpop import host_of, path_of
from sync.devices.proofs import Call

PROOF_HEADER: Final = "dpop"
NONCE_HEADER: Final = "DPoP-Nonce"
_NONCE: Final = NONCE_HEADER.lower().encode()


async def prove(connection: Connection, token: str | None) -> str:
    """The thumbprint of the key that the caller proves to hold, with the token that he shows.

    Raises:
        Refused: `proof-required`, `proof-invalid`.
    """
    process = process_of(connection)
    proofs = connection.headers.getall(PROOF_HEADER, [])
    if len(proofs) > 1:
        raise Refused(ProblemCode.PROOF_INVALID, "sync.proof_invalid")
    call = Call(
        method=str(connection.scope.get("method", "")),
        path=connection.scope["path"],
        hosts=_hosts(connection, process.settings),
        token=token,
        prefix=path_of(process.settings.public_url),
    )
    return await process.proofs.prove(proofs[0] if proofs else None, call, process.clock.now())


def _hosts(connection: Connection, settings: Settings) -> frozenset[str]:
    """The names this server goes by: those that are set, or, where none is, the one the request came to.

    A name that only the request tells keeps nobody from passing on what was meant for a server of his own; the nonce
    does (it is ours), and `public_url` does it again.
    """
    told = [settings.public_url, *settings.other_urls.split()]
    known = frozenset(host_of(url) for url in told if url)
    return known or frozenset({host_of(connection.headers.get("host", ""))})


def speaks_to_devices(scope: Scope) -> bool:
    """Whether the request came to such a route."""
    return for_devices(getattr(scope.get("route_handler"), "opt", {}))


def for_devices(opt: Mapping[str, Any]) -> bool:
    """Whether a route of these options is one that tablets call with a proof, or before they have one."""
    return "nonce" in opt or ("action" in opt and PERMITS[Action(opt["action"])] == {Role.DEVICE})


class NonceHeaders(ASGIMiddleware):
    """Every answer of a device's route brings a fresh nonce, refusals included (RFC 9449 §8.2)."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if not speaks_to_devices(scope):
            await next_app(scope, receive, send)
            return
        process = scope["litestar_app"].state.process

        async def adorned(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The answer that asks for a proof brings one already: a second would be read as one with it.
                told = [pair for pair in message["headers"] if pair[0].lower() != _NONCE]
                nonce = process.proofs.nonce(process.clock.now())
                message["headers"] = [*told, (_NONCE, nonce.encode())]
            await send(message)

        await next_app(scope, receive, adorned)
