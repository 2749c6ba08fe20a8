"""Who is signed in at the desk: a cookie that scripts cannot read, and the token that every form must bring."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from litestar.datastructures import Cookie

from api.commands import Bearer, Connection
from api.process import Process, process_of
from inspection.authority.desk_sessions import Standing, read_session
from inspection.authority.sign_in_rules import SignInRules, Stage
from inspection.kernel.command import Actor
from mobile_contract.base import b64url

_LABEL: Final = "desk-form/v1"
PLACE: Final = "/desk"
STAGES: Final = "stages"
"""The name in a route's `opt` of the stages of a session that it is for; without it, those that may go on."""
EVERY_STAGE: Final = frozenset(Stage)


class SignInNeededError(Exception):
    """Nobody is signed in at this desk: the answer is the page to sign in (`api.desk.answers`)."""


class StepNeededError(Exception):
    """Somebody is, but must do something first: the answer is the page for it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage = stage


async def read_desk_bearer(connection: Connection, process: Process) -> Bearer:
    """Who sits at the desk that sends this request.

    Raises:
        SignInNeededError: no cookie, or one that is unknown, ended or ran out.
        StepNeededError: the session has not come so far that the route is for it.
    """
    token, rules, now = desk_token(connection), rules_of(process), process.clock.now()
    standing = await read_session(token, now, rules) if token else None
    if standing is None:
        raise SignInNeededError
    connection.scope["state"]["standing"] = standing
    account = standing.account
    actor = Actor(id=str(account.id), name=account.name, role=account.role)
    bearer = Bearer(actor, authority=account.authority, unit=account.unit, device=None)
    connection.scope["user"] = bearer
    stages: Collection[Stage] = connection.scope["route_handler"].opt.get(STAGES, (Stage.OPEN,))
    if (stage := rules.stage(standing.session, account, now)) not in stages:
        raise StepNeededError(stage)
    return bearer


def rules_of(process: Process) -> SignInRules:
    """What signing in asks for here."""
    settings = process.settings
    return SignInRules(
        keys=process.keys,
        lasts=timedelta(hours=settings.session_hours),
        idle=timedelta(minutes=settings.desk_idle_minutes),
        two_factor=frozenset(settings.two_factor_roles),
        password_lasts=timedelta(days=settings.password_days) if settings.password_days else None,
    )


def standing_of(connection: Connection) -> Standing:
    """Whom the guard let in, with his session.

    Raises:
        KeyError: on a route that is open to anybody: a programming error.
    """
    standing: Standing = connection.scope["state"]["standing"]
    return standing


def may_go_on(connection: Connection) -> bool:
    """Whether somebody is signed in with all that it takes."""
    standing: Standing | None = connection.scope.get("state", {}).get("standing")
    if standing is None:
        return False
    process = process_of(connection)
    stage = rules_of(process).stage(standing.session, standing.account, process.clock.now())
    return stage is Stage.OPEN


def desk_token(connection: Connection) -> str:
    """The token of the cookie; empty when there is none."""
    token = connection.cookies.get(cookie_name(process_of(connection)), "")
    return token if token.isascii() else ""


def form_token(connection: Connection) -> str:
    """What a form of this desk must bring along: only pages of this very session know it."""
    secret = process_of(connection).keys.secret(_LABEL)
    return b64url(hmac.digest(secret, desk_token(connection).encode(), "sha256"))


def cookie_name(process: Process) -> str:
    """Over HTTPS a name that no other host and no path may set (RFC 6265bis §4.1.3.2)."""
    return private_name(process, "desk")


def private_name(process: Process, name: str) -> str:
    """The name of a cookie of the desk."""
    return f"__Host-{name}" if _is_secure(process) else name


def desk_cookie(process: Process, token: str, ends: datetime) -> Cookie:
    """The cookie until the session's end at the latest."""
    return private_cookie(process, cookie_name(process), token, int((ends - process.clock.now()).total_seconds()))


def ended_cookie(process: Process) -> Cookie:
    """What takes the cookie away."""
    return private_cookie(process, cookie_name(process), "", 0)


def private_cookie(process: Process, name: str, value: str, seconds: int) -> Cookie:
    """A cookie of the desk that no script reads."""
    # Lax: a link in a message leads to the desk; no form of another site brings the cookie along.
    return Cookie(
        key=name,
        value=value,
        path="/",
        max_age=seconds,
        secure=_is_secure(process),
        httponly=True,
        samesite="lax",
    )


def _is_secure(process: Process) -> bool:
    return process.settings.address.startswith("https:")
