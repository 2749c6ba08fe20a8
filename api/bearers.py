"""Whom a request's token stands for: a person who shows it, or a device that also proves to hold its key."""

from api.commands import Bearer, Connection, shown_token
from api.process import Process
from api.proving import prove
from inspection.authority.store import TokenHolder
from inspection.authority.tokens import read_token
from inspection.kernel.command import Actor, Role
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

_BEARER, _DPOP = "bearer", "dpop"


async def read_bearer(connection: Connection, process: Process) -> Bearer:
    """Whom the request's token stands for.

    A device's token is nothing without a proof by its key: shown alone it is refused, whoever shows it.

    Raises:
        Refused: no token (`unauthenticated`), one that is unknown, expired or revoked (`token-invalid`), or a device's
            without a good proof (`proof-required`, `proof-invalid`).
    """
    shown = shown_token(connection)
    if shown is None:
        raise Refused(ProblemCode.UNAUTHENTICATED, "api.unauthenticated")
    scheme, token = shown
    holder = await read_token(token, process.clock.now())
    if holder is None:
        raise _invalid()
    if holder.device is not None:
        return _device(connection, holder, scheme, token)
    if holder.account is None or scheme != _BEARER:
        raise _invalid()
    account = holder.account
    actor = Actor(id=str(account.id), name=account.name, role=account.role)
    return Bearer(actor, authority=account.authority, unit=account.unit, device=None)


def _device(connection: Connection, holder: TokenHolder, scheme: str, token: str) -> Bearer:
    if scheme != _DPOP:
        raise Refused(ProblemCode.PROOF_REQUIRED, "sync.proof_required")
    if prove(connection, token) != holder.kid:
        raise Refused(ProblemCode.PROOF_INVALID, "sync.proof_invalid")
    actor = Actor(id=str(holder.device), name="device", role=Role.DEVICE)
    return Bearer(actor, authority=None, unit=None, device=holder.device)


def _invalid() -> Refused:
    return Refused(ProblemCode.TOKEN_INVALID, "api.token_invalid")
