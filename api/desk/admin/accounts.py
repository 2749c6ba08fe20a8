"""Accounts: who may sign in, in which role."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.desk.admin.bodies import AccountOpened
from api.desk.admin.once import told_once
from api.desk.answers import desk_page
from api.desk.forms import Form, acted, filled
from api.permits import STAFF, Action
from inspection.authority import store, store_accounts
from inspection.authority.first_password import first_password
from inspection.authority.found import open_account
from inspection.authority.store_accounts import AccountFilter
from inspection.kernel.command import Role
from inspection.kernel.errors import NotFound
from inspection.registry.inspectors.store import inspector_numbered
from mobile_contract.problems import ProblemCode

PATH = "/desk/admin/accounts"
SHOWN = 50
ROLES = tuple(role for role in Role if role in STAFF)
Unit = Annotated[str, QueryParameter(name="unit", max_length=40)]
OneRole = Annotated[str, QueryParameter(name="role", max_length=40)]
State = Annotated[str, QueryParameter(name="state", max_length=10)]
After = Annotated[str, QueryParameter(name="after", max_length=40)]


@get(PATH, opt={"action": Action.AUTHORITY_KEEP})
async def read_accounts(
    request: AnyRequest, unit: Unit = "", role: OneRole = "", state_: State = "", after: After = ""
) -> Response[bytes]:
    """The accounts, page by page, of one unit or role or of all."""
    return await accounts_page(request, unit, role, state_, after)


@get("/desk/admin/accounts/new", opt={"action": Action.AUTHORITY_KEEP})
async def read_new(request: AnyRequest) -> Response[bytes]:
    """The form of a new account."""
    return await new_page(request)


@post("/desk/admin/accounts/new", opt={"action": Action.AUTHORITY_KEEP})
async def send_account(request: AnyRequest) -> Response[bytes]:
    """Open an account; its first password is shown once and must be changed."""

    async def do(form: Form) -> Response[bytes]:
        told = filled(form, AccountOpened)
        account, password = await _opened(request, told)
        return told_once(request, "password", password, f"{PATH}/{account}", username=told.username)

    return await acted(request, do, lambda: new_page(request))


async def _opened(request: AnyRequest, told: AccountOpened) -> tuple[UUID, str]:
    cmd, authority = command(request), authority_of(request)
    inspector = await inspector_numbered(authority, told.staff_no) if told.staff_no else None
    if told.staff_no and inspector is None:
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "desk_admin.staff_no_unknown", staff_no=told.staff_no)
    if told.unit is not None and told.unit not in {one.id for one in await store.units(authority)}:
        raise NotFound(ProblemCode.NOT_FOUND, "authority.unit_unknown")
    password = first_password(cmd)
    row = await open_account(
        cmd,
        authority=authority,
        unit=told.unit,
        username=told.username,
        name=told.name,
        role=told.role,
        password=password,
        inspector=inspector.id if inspector else None,
        must_change=True,
    )
    return row.id, password


async def accounts_page(request: AnyRequest, unit: str, role: str, state: str, after: str) -> Response[bytes]:
    """A page of accounts. What no filter or address of ours says is as good as not said."""
    units = await store.units(authority_of(request))
    wanted = AccountFilter(
        unit=_uuid(unit),
        role=Role(role) if role in {one.value for one in ROLES} else None,
        active={"open": True, "closed": False}.get(state),
    )
    found = await store_accounts.accounts_after(authority_of(request), wanted, _uuid(after), SHOWN + 1)
    return desk_page(
        request,
        "desk_admin/accounts.html",
        accounts=found[:SHOWN],
        next=found[SHOWN - 1].id if len(found) > SHOWN else None,
        units=units,
        unit_names={one.id: one.name for one in units},
        roles=ROLES,
        asked={"unit": unit or None, "role": role or None, "state": state or None},
        after=after,
        now=command(request).now,
    )


async def new_page(request: AnyRequest) -> Response[bytes]:
    """The form of a new account."""
    return desk_page(
        request, "desk_admin/account_new.html", units=await store.units(authority_of(request)), roles=ROLES
    )


def _uuid(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None


HANDLERS = [read_accounts, read_new, send_account]
