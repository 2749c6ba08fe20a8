"""Signing in and out at the desk: a password and a code, or a passkey."""

from typing import Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromQuery

from api.commands import AnyRequest, command
from api.desk.answers import CODE, SIGN_IN, desk_page, local_address, redirected
from api.desk.browsers import browser_name
from api.desk.forms import Form, acted
from api.desk.known import known_account, known_cookie
from api.desk.passkeys import SECOND, SIGN_IN_ALONE, asked, site_of
from api.desk.session import (
    EVERY_STAGE,
    PLACE,
    STAGES,
    desk_cookie,
    ended_cookie,
    rules_of,
    standing_of,
)
from api.permits import Action
from api.process import process_of
from api.throttle import RateClass
from inspection.authority import store_factors
from inspection.authority.desk_sessions import (
    Opened,
    give_code,
    give_passkey,
    sign_in_at_desk,
    sign_in_by_passkey,
)
from inspection.authority.end_sessions import end_session
from inspection.authority.factors.passkeys import options_to_sign_in
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

_ANY: Final = {STAGES: EVERY_STAGE}
_BODY: Final = 16_384


@get(SIGN_IN, opt={"action": Action.SESSION_OPEN}, include_in_schema=False)
async def read_sign_in(request: AnyRequest, next: FromQuery[str | None] = None) -> Response[bytes]:  # noqa: A002
    """The page that asks who is there."""
    return _sign_in_page(request, local_address(next))


@post(
    SIGN_IN,
    opt={"action": Action.SESSION_OPEN, "rate": RateClass.SIGN_IN},
    request_max_body_size=_BODY,
    include_in_schema=False,
)
async def send_sign_in(request: AnyRequest) -> Response[bytes]:
    """Sign in with user name and password, or with a passkey."""

    async def do(form: Form) -> str | Response[bytes]:
        to = local_address(form.get("next"))
        opened = await (_by_passkey if form.get("credential") else _by_password)(request, form)
        return let_in(request, opened, f"{CODE}?{urlencode({'next': to})}" if opened.session.awaits_factor else to)

    async def again() -> Response[bytes]:
        return _sign_in_page(request, PLACE)

    return await acted(request, do, again)


@get(CODE, opt={"action": Action.SESSION_READ, **_ANY}, include_in_schema=False)
async def read_code(request: AnyRequest, next: FromQuery[str | None] = None) -> Response[bytes]:  # noqa: A002
    """The page that asks for the second factor."""
    return await _code_page(request, local_address(next))


@post(
    CODE,
    opt={"action": Action.SESSION_READ, **_ANY},
    request_max_body_size=_BODY,
    include_in_schema=False,
)
async def send_code(request: AnyRequest) -> Response[bytes]:
    """Give the second factor."""

    async def do(form: Form) -> str | Response[bytes]:
        if not standing_of(request).session.awaits_factor:
            return PLACE
        return let_in(request, await _second(request, form), local_address(form.get("next")))

    return await acted(request, do, lambda: _code_page(request, PLACE))


@post("/desk/sign-out", opt={"action": Action.SESSION_CLOSE, **_ANY}, include_in_schema=False)
async def send_sign_out(request: AnyRequest) -> Response[bytes]:
    """Sign out: the cookie is worth nothing from now on."""

    async def do(_: Form) -> str | Response[bytes]:
        session = standing_of(request).session
        await end_session(command(request), session.account, session.id)
        made = redirected(SIGN_IN)
        made.set_cookie(ended_cookie(process_of(request)))
        return made

    return await acted(request, do, _back)


def let_in(request: AnyRequest, opened: Opened, to: str) -> Response[bytes]:
    """Go on at `to` with the session that was opened or raised; a whole one makes the browser known."""
    process, made = process_of(request), redirected(to)
    made.set_cookie(desk_cookie(process, opened.token, opened.session.ends_at))
    if not opened.session.awaits_factor:
        made.set_cookie(known_cookie(process, opened.account.id))
    return made


async def _by_password(request: AnyRequest, form: Form) -> Opened:
    process = process_of(request)
    password = form.texts.get("password", [""])[0]
    return await sign_in_at_desk(
        command(request),
        username=form.get("username"),
        password=password,
        browser=browser_name(request.headers.get("user-agent", "")),
        rules=rules_of(process),
        known=known_account(request),
    )


async def _by_passkey(request: AnyRequest, form: Form) -> Opened:
    if (site := site_of(request)) is None:
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_failed")
    return await sign_in_by_passkey(
        command(request),
        answer=form.get("credential"),
        site=site,
        asked=asked(request, SIGN_IN_ALONE),
        browser=browser_name(request.headers.get("user-agent", "")),
        rules=rules_of(process_of(request)),
    )


async def _second(request: AnyRequest, form: Form) -> Opened:
    standing, rules = standing_of(request), rules_of(process_of(request))
    if answer := form.get("credential"):
        if (site := site_of(request)) is None:
            raise Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_failed")
        return await give_passkey(
            command(request), standing, answer=answer, site=site, asked=asked(request, SECOND), rules=rules
        )
    known = known_account(request) == standing.account.id
    return await give_code(command(request), standing, form.get("code"), rules, known=known)


def _sign_in_page(request: AnyRequest, to: str) -> Response[bytes]:
    site = site_of(request)
    options = options_to_sign_in(command(request), (), site, asked(request, SIGN_IN_ALONE)) if site else None
    return desk_page(request, "desk/sign_in.html", next=to, options=options)


async def _code_page(request: AnyRequest, to: str) -> Response[bytes]:
    account, site = standing_of(request).account, site_of(request)
    if not standing_of(request).session.awaits_factor:
        return redirected(PLACE)
    has, keys = await store_factors.count_factors(account.id), await store_factors.passkeys(account.id)
    here = [one for one in keys if site and one.site == site.id]
    options = options_to_sign_in(command(request), here, site, asked(request, SECOND)) if site and here else None
    return desk_page(request, "desk/sign_in_code.html", next=to, has=has, options=options)


async def _back() -> Response[bytes]:
    return redirected(PLACE)


HANDLERS = [read_sign_in, send_sign_in, read_code, send_code, send_sign_out]
