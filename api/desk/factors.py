"""One's own second factors: passkeys, an app that shows codes, recovery codes."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import FACTORS, HEADERS, desk_page, redirected, see
from api.desk.forms import Form, acted
from api.desk.passkeys import SET_UP, asked, site_of
from api.desk.session import STAGES, rules_of, standing_of
from api.desk.sign_in import let_in
from api.pages.qr import printed_qr
from api.permits import Action
from api.process import process_of
from inspection.authority import store_factors
from inspection.authority.check_password import prove_password
from inspection.authority.desk_sessions import raise_session
from inspection.authority.factors.app import begin_app, begun_app, confirm_app, remove_app
from inspection.authority.factors.codes import make_recovery_codes
from inspection.authority.factors.passkeys import add_passkey, options_to_add, remove_passkey
from inspection.authority.sign_in_rules import Stage
from inspection.authority.store import AccountRow
from inspection.kernel.errors import NotFound, Refused
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

APP: Final = "/desk/account/app"
_MINE: Final = {"action": Action.SESSION_READ, STAGES: frozenset({Stage.SET_UP, Stage.OPEN})}


@get(FACTORS, opt=_MINE, include_in_schema=False)
async def read_factors(request: AnyRequest) -> Response[bytes]:
    """What one signs in with besides the password."""
    return await _factors_page(request)


@post("/desk/account/passkeys", opt=_MINE, request_max_body_size=65_536, include_in_schema=False)
async def send_passkey(request: AnyRequest) -> Response[bytes]:
    """Set up a passkey."""

    async def do(form: Form) -> str | Response[bytes]:
        account, site = await _proven(request, form), site_of(request)
        if site is None:
            raise Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_failed")
        told = {"answer": form.get("credential"), "name": form.get("name")}
        await add_passkey(command(request), account, **told, site=site, asked=asked(request, SET_UP))
        return await _passed(request, "passkey", see(FACTORS, "desk.done_factor_set_up"))

    return await acted(request, do, lambda: _factors_page(request))


@post("/desk/account/passkeys/{passkey_id:uuid}/remove", opt=_MINE, include_in_schema=False)
async def send_remove_passkey(request: AnyRequest, passkey_id: FromPath[UUID]) -> Response[bytes]:
    """Take a passkey away."""

    async def do(form: Form) -> str:
        await remove_passkey(command(request), await _proven(request, form), passkey_id)
        return see(FACTORS, "desk.done_factor_removed")

    return await acted(request, do, lambda: _factors_page(request))


@post(APP, opt=_MINE, include_in_schema=False)
async def send_begin_app(request: AnyRequest) -> Response[bytes]:
    """Begin to set up an app."""

    async def do(form: Form) -> str:
        await begin_app(command(request), await _proven(request, form), process_of(request).keys)
        return APP

    return await acted(request, do, lambda: _factors_page(request))


@get(APP, opt=_MINE, include_in_schema=False)
async def read_app(request: AnyRequest) -> Response[bytes]:
    """The code to scan, and the field for what the app shows then."""
    return await _app_page(request)


@get(f"{APP}.svg", opt=_MINE, include_in_schema=False)
async def read_app_code(request: AnyRequest) -> Response[bytes]:
    """What the app scans, as a picture."""
    begun = await begun_app(standing_of(request).account, process_of(request).keys)
    if begun is None:
        raise NotFound(ProblemCode.NOT_FOUND, "authority.app_not_begun")
    return Response(printed_qr(begun[1]).encode(), media_type="image/svg+xml", headers=dict(HEADERS))


@post(f"{APP}/confirm", opt=_MINE, include_in_schema=False)
async def send_confirm_app(request: AnyRequest) -> Response[bytes]:
    """The first code of the app."""

    async def do(form: Form) -> str | Response[bytes]:
        account = standing_of(request).account
        await confirm_app(command(request), account, form.get("code"), process_of(request).keys)
        return await _passed(request, "time", see(FACTORS, "desk.done_factor_set_up"))

    return await acted(request, do, lambda: _app_page(request))


@post(f"{APP}/remove", opt=_MINE, include_in_schema=False)
async def send_remove_app(request: AnyRequest) -> Response[bytes]:
    """Take the app away."""

    async def do(form: Form) -> str:
        await remove_app(command(request), await _proven(request, form))
        return see(FACTORS, "desk.done_factor_removed")

    return await acted(request, do, lambda: _factors_page(request))


@post("/desk/account/codes", opt=_MINE, include_in_schema=False)
async def send_make_codes(request: AnyRequest) -> Response[bytes]:
    """New recovery codes, shown this once."""

    async def do(form: Form) -> Response[bytes]:
        codes = await make_recovery_codes(command(request), await _proven(request, form))
        return desk_page(request, "desk/recovery_codes.html", codes=codes)

    return await acted(request, do, lambda: _factors_page(request))


async def _proven(request: AnyRequest, form: Form) -> AccountRow:
    """Whose account it is, who has just typed his password: a desk that was left open changes no factor."""
    account = standing_of(request).account
    await prove_password(command(request), account, form.texts.get("password", [""])[0])
    return account


async def _passed(request: AnyRequest, factor: str, to: str) -> str | Response[bytes]:
    """Whoever has just set up his first factor has given it."""
    standing = standing_of(request)
    if standing.session.factor is not None:
        return to
    async with unit_of_work():
        opened = await raise_session(command(request), standing, factor, rules_of(process_of(request)))
    return let_in(request, opened, to)


async def _factors_page(request: AnyRequest) -> Response[bytes]:
    account, site, process = standing_of(request).account, site_of(request), process_of(request)
    cmd, has = command(request), await store_factors.count_factors(account.id)
    return desk_page(
        request,
        "desk/factors.html",
        has=has,
        passkeys=await store_factors.passkeys(account.id),
        app=await store_factors.time_code(account.id) if has.time else None,
        must=account.role in process.settings.two_factor_roles,
        options=await options_to_add(cmd, account, site, asked(request, SET_UP)) if site else None,
    )


async def _app_page(request: AnyRequest) -> Response[bytes]:
    begun = await begun_app(standing_of(request).account, process_of(request).keys)
    if begun is None:
        return redirected(FACTORS)
    spelt = " ".join(begun[0][start : start + 4] for start in range(0, len(begun[0]), 4))
    return desk_page(request, "desk/app.html", secret=spelt)


HANDLERS = [
    read_factors,
    send_passkey,
    send_remove_passkey,
    send_begin_app,
    read_app,
    read_app_code,
    send_confirm_app,
    send_remove_app,
    send_make_codes,
]
