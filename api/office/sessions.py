"""Signing in and out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.params import JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command, token_of
from api.desk.session import rules_of
from api.permits import PERMITS, Action
from api.process import process_of
from api.throttle import RateClass
from api.token_scopes import lets_in
from inspection.authority.sign_in import Session, sign_in
from inspection.authority.tokens import revoke_token
from inspection.kernel.command import Role
from mobile_contract.base import Wire


class Credentials(Wire):
    """A user name, its password and, where the account has a second factor, the app's code or a recovery code."""

    username: Annotated[str, Field(min_length=1, max_length=80)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=6, max_length=40)] | None = None


class OpenedSession(Wire):
    """The bearer token, told this once, and whom it stands for."""

    token: str
    expires_at: datetime
    account: UUID
    name: str
    role: Role
    authority: UUID

    @classmethod
    def of(cls, session: Session) -> "OpenedSession":
        """As it is told."""
        account = session.account
        return cls(
            token=session.token,
            expires_at=session.expires_at,
            account=account.id,
            name=account.name,
            role=account.role,
            authority=account.authority,
        )


class Whoami(Wire):
    """Whom the token stands for, and what that role may do."""

    account: UUID
    name: str
    role: Role
    authority: UUID
    actions: tuple[Action, ...]


@post(
    "/sessions",
    opt={"action": Action.SESSION_OPEN, "rate": RateClass.SIGN_IN, "uncompressed": True},
    request_max_body_size=4096,
)
async def open_session(request: AnyRequest, data: JSONBody[Credentials]) -> OpenedSession:
    """Sign in with user name and password, and a code where the account has a second factor."""
    process = process_of(request)
    session = await sign_in(command(request), **data.model_dump(), rules=rules_of(process))
    return OpenedSession.of(session)


@get("/sessions/current", opt={"action": Action.SESSION_READ})
async def read_session(request: AnyRequest) -> Whoami:
    """Who am I, and what may I do?"""
    bearer = bearer_of(request)
    mine = (action for action in Action if bearer.actor.role in PERMITS[action])
    actions = tuple(one for one in mine if bearer.scopes is None or lets_in(bearer.scopes, one, "GET"))
    return Whoami(
        account=UUID(bearer.actor.id),
        name=bearer.actor.name,
        role=bearer.actor.role,
        authority=authority_of(request),
        actions=actions,
    )


@delete("/sessions/current", opt={"action": Action.SESSION_CLOSE})
async def close_session(request: AnyRequest) -> None:
    """Sign out: the token is worth nothing from now on."""
    await revoke_token(command(request), token_of(request) or "")


router = Router("/office", route_handlers=[open_session, read_session, close_session], tags=["office: sessions"])
