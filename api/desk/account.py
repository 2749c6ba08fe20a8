"""One's own account: where one is signed in, and the password."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted
from api.desk.session import STAGES, rules_of, standing_of
from api.permits import Action
from api.process import process_of
from inspection.authority import store, store_factors, store_sessions
from inspection.authority.end_sessions import end_session, end_sessions
from inspection.authority.rules import PASSWORD_MIN
from inspection.authority.set_password import change_password
from inspection.authority.sign_in_rules import Stage
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode

ACCOUNT: Final = "/desk/account"
PASSWORD: Final = f"{ACCOUNT}/password"
_MINE: Final = {"action": Action.SESSION_READ}
_CHANGING: Final = {"action": Action.SESSION_READ, STAGES: frozenset({Stage.PASSWORD, Stage.OPEN})}


@get(ACCOUNT, opt=_MINE, include_in_schema=False)
async def read_account(request: AnyRequest) -> Response[bytes]:
    """Who one is here, and where one is signed in."""
    return await _account_page(request)


@post(f"{ACCOUNT}/sessions/end", opt=_MINE, include_in_schema=False)
async def send_end_others(request: AnyRequest) -> Response[bytes]:
    """Sign out everywhere else."""

    async def do(_: Form) -> str:
        session = standing_of(request).session
        await end_sessions(command(request), session.account, but=session.id)
        return see(ACCOUNT, "desk.done_others_ended")

    return await acted(request, do, lambda: _account_page(request))


@post(f"{ACCOUNT}/sessions/{{session_id:uuid}}/end", opt=_MINE, include_in_schema=False)
async def send_end_session(request: AnyRequest, session_id: FromPath[UUID]) -> Response[bytes]:
    """Sign out of one session."""

    async def do(_: Form) -> str:
        await end_session(command(request), standing_of(request).account.id, session_id)
        return see(ACCOUNT, "desk.done_session_ended")

    return await acted(request, do, lambda: _account_page(request))


@get(PASSWORD, opt=_CHANGING, include_in_schema=False)
async def read_password(request: AnyRequest) -> Response[bytes]:
    """The page to choose another password."""
    return _password_page(request)


@post(PASSWORD, opt=_CHANGING, include_in_schema=False)
async def send_password(request: AnyRequest) -> Response[bytes]:
    """Choose another password."""

    async def do(form: Form) -> str:
        await _change(request, form)
        return see("/desk", "desk.done_password")

    async def again() -> Response[bytes]:
        return _password_page(request)

    return await acted(request, do, again)


async def _change(request: AnyRequest, form: Form) -> None:
    session = standing_of(request).session
    current, new, repeated = (form.texts.get(name, [""])[0] for name in ("current", "new", "again"))
    if new != repeated:
        raise Conflict(ProblemCode.CONFLICT, "desk.password_differs")
    await change_password(command(request), session.account, current=current, new=new, session=session.id)


async def _account_page(request: AnyRequest) -> Response[bytes]:
    standing, process = standing_of(request), process_of(request)
    now, account = process.clock.now(), standing.account
    units = {one.id: one.name for one in await store.units(account.authority)}
    return desk_page(
        request,
        "desk/account.html",
        account=account,
        unit=units.get(account.unit, "") if account.unit else "",
        current=standing.session.id,
        sessions=await store_sessions.live_sessions(account.id, now, now - rules_of(process).idle),
        has=await store_factors.count_factors(account.id),
    )


def _password_page(request: AnyRequest) -> Response[bytes]:
    standing, process = standing_of(request), process_of(request)
    must = rules_of(process).must_change(standing.account, process.clock.now())
    return desk_page(request, "desk/password.html", must=must, account=standing.account, minimum=PASSWORD_MIN)


HANDLERS = [read_account, send_end_others, send_end_session, read_password, send_password]
