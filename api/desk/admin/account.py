"""One account: what it is, and what an administrator does about it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.admin.accounts import PATH, ROLES
from api.desk.admin.bodies import AccountChanged, AccountClosed
from api.desk.admin.once import told_once
from api.desk.answers import desk_page, me_of, see
from api.desk.forms import Form, acted, filled
from api.permits import Action
from inspection.authority import store
from inspection.authority.accounts import change_account, close_account, reopen_account, unlock_account
from inspection.authority.end_sessions import end_sessions
from inspection.authority.first_password import first_password
from inspection.authority.reset_factors import reset_factors
from inspection.authority.set_password import set_password
from inspection.authority.store import AccountRow
from inspection.authority.store_factors import count_factors
from inspection.kernel.errors import NotFound, Refused
from mobile_contract.problems import ProblemCode

ONE = f"{PATH}/{{account_id:uuid}}"
_OPT = {"action": Action.AUTHORITY_KEEP}


@get(ONE, opt=_OPT)
async def read_account(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """One account."""
    return await account_page(request, account_id)


@post(ONE, opt=_OPT)
async def send_changes(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Set name, unit and role."""

    async def do(form: Form) -> str:
        told = filled(form, AccountChanged)
        await change_account(command(request), authority=authority_of(request), account=account_id, **told.model_dump())
        return see(f"{PATH}/{account_id}", "desk_admin.done_account_changed")

    return await acted(request, do, lambda: account_page(request, account_id))


@post(f"{ONE}/close", opt=_OPT)
async def send_close(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Let the person sign in no more."""

    async def do(form: Form) -> str:
        why = filled(form, AccountClosed).reason
        await close_account(command(request), authority=authority_of(request), account=account_id, reason=why)
        return see(f"{PATH}/{account_id}", "desk_admin.done_account_closed")

    return await acted(request, do, lambda: account_page(request, account_id))


@post(f"{ONE}/reopen", opt=_OPT)
async def send_reopen(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Let the person sign in again."""

    async def do() -> None:
        await reopen_account(command(request), authority=authority_of(request), account=account_id)

    return await _at_once(request, account_id, do, "desk_admin.done_account_reopened")


@post(f"{ONE}/unlock", opt=_OPT)
async def send_unlock(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Forget the wrong passwords."""

    async def do() -> None:
        await unlock_account(command(request), authority=authority_of(request), account=account_id)

    return await _at_once(request, account_id, do, "desk_admin.done_account_unlocked")


@post(f"{ONE}/sessions", opt=_OPT)
async def send_sign_out(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Sign the person out everywhere."""

    async def do() -> None:
        await end_sessions(command(request), (await _other(request, account_id)).id)

    return await _at_once(request, account_id, do, "desk_admin.done_sessions_ended")


@post(f"{ONE}/factors", opt=_OPT)
async def send_factors(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Take the second factors away that the person has lost."""

    async def do() -> None:
        await reset_factors(command(request), (await _other(request, account_id)).id)

    return await _at_once(request, account_id, do, "desk_admin.done_factors_reset")


@post(f"{ONE}/password", opt=_OPT)
async def send_password(request: AnyRequest, account_id: FromPath[UUID]) -> Response[bytes]:
    """Give the person a new first password, shown once."""

    async def do(_: Form) -> Response[bytes]:
        cmd, row = command(request), await _other(request, account_id)
        password = first_password(cmd)
        await set_password(cmd, row.id, password, must_change=True)
        return told_once(request, "password", password, f"{PATH}/{account_id}", username=row.username)

    return await acted(request, do, lambda: account_page(request, account_id))


async def account_page(request: AnyRequest, account_id: UUID) -> Response[bytes]:
    """The account with its forms; one's own has none for what nobody does to himself."""
    row = await _mine(request, account_id)
    units = await store.units(row.authority)
    return desk_page(
        request,
        "desk_admin/account.html",
        account=row,
        own=_is_own(request, account_id),
        locked=_locked_until(request, row),
        factors=await count_factors(row.id),
        units=units,
        roles=ROLES,
    )


async def _at_once(
    request: AnyRequest, account_id: UUID, verb: Callable[[], Awaitable[None]], done: str
) -> Response[bytes]:
    async def do(_: Form) -> str:
        await verb()
        return see(f"{PATH}/{account_id}", done)

    return await acted(request, do, lambda: account_page(request, account_id))


async def _mine(request: AnyRequest, account_id: UUID) -> AccountRow:
    row = await store.account(account_id)
    if row is None or row.authority != authority_of(request):
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "authority.account_unknown")
    return row


async def _other(request: AnyRequest, account_id: UUID) -> AccountRow:
    """Somebody else's account: one's own password and factors are kept at `/desk/account`, where they are asked for."""
    row = await _mine(request, account_id)
    if _is_own(request, account_id):
        raise Refused(ProblemCode.SAME_PERSON, "desk_admin.own_at_account")
    return row


def _is_own(request: AnyRequest, account_id: UUID) -> bool:
    me = me_of(request)
    return me is not None and me.actor.id == str(account_id)


def _locked_until(request: AnyRequest, row: AccountRow) -> bool:
    until = [one for one in (row.locked_until, row.known_locked_until) if one]
    return bool(until) and max(until) > command(request).now


HANDLERS = [
    read_account,
    send_changes,
    send_close,
    send_reopen,
    send_unlock,
    send_sign_out,
    send_factors,
    send_password,
]
