"""Whom a request's token stands for: a person who shows it, another system, or a device that also proves to hold its
key.
"""

from api.commands import Bearer, Connection, shown_token
from api.process import Process
from api.proving import prove
from inspection.authority.store import TokenHolder
from inspection.authority.systems.issue import read_system_token
from inspection.authority.systems.rules import PREFIX
from inspection.authority.tokens import read_token
from inspection.kernel.command import Actor, Role
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

_BEARER, _DPOP = "bearer", "dpop"
_LONGEST_NAME = 120


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
    if scheme == _BEARER and token.startswith(PREFIX):
        return await _system(token, process)
    holder = await read_token(token, process.clock.now())
    if holder is None:
        raise _invalid()
    if holder.device is not None:
        return await _device(connection, holder, scheme, token)
    if holder.account is None or scheme != _BEARER:
        raise _invalid()
    account = holder.account
    actor = Actor(id=str(account.id), name=account.name, role=account.role)
    return Bearer(actor, authority=account.authority, unit=account.unit, device=None)


async def _system(token: str, process: Process) -> Bearer:
    """Another system: under its account, and by a name that says which system it was."""
    holder = await read_system_token(token, process.clock.now())
    if holder is None:
        raise _invalid()
    account = holder.account
    actor = Actor(id=str(account.id), name=f"{account.name} ({holder.token.name})"[:_LONGEST_NAME], role=account.role)
    return Bearer(actor, account.authority, account.unit, device=None, scopes=holder.token.scopes)


async def _device(connection: Connection, holder: TokenHolder, scheme: str, token: str) -> Bearer:
    if scheme != _DPOP:
        raise Refused(ProblemCode.PROOF_REQUIRED, "sync.proof_required")
    if await prove(connection, token) != holder.kid:
        raise Refused(ProblemCode.PROOF_INVALID, "sync.proof_invalid")
    actor = Actor(id=str(holder.device), name="device", role=Role.DEVICE)
    return Bearer(actor, authority=None, unit=None, device=holder.device)


def _invalid() -> Refused:
    return Refused(ProblemCode.TOKEN_INVALID, "api.token_invalid")
