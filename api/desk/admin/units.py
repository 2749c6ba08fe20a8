"""Sections, offices and teams of the authority."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.admin.bodies import UnitNamed
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.permits import Action
from inspection.authority import store, store_accounts
from inspection.authority.accounts import LONGEST_UNIT, one_line, rename_unit
from inspection.authority.found import open_unit

PATH = "/desk/admin/units"


@get(PATH, opt={"action": Action.AUTHORITY_KEEP})
async def read_units(request: AnyRequest) -> Response[bytes]:
    """The units by name, and how many people each has."""
    return await units_page(request)


@post(PATH, opt={"action": Action.AUTHORITY_KEEP})
async def send_unit(request: AnyRequest) -> Response[bytes]:
    """Enter a unit."""

    async def do(form: Form) -> str:
        name = one_line(filled(form, UnitNamed).name, LONGEST_UNIT)
        await open_unit(command(request), authority=authority_of(request), name=name)
        return see(PATH, "desk_admin.done_unit_opened")

    return await acted(request, do, lambda: units_page(request))


@post("/desk/admin/units/{unit_id:uuid}", opt={"action": Action.AUTHORITY_KEEP})
async def send_name(request: AnyRequest, unit_id: FromPath[UUID]) -> Response[bytes]:
    """Let a unit bear another name."""

    async def do(form: Form) -> str:
        name = filled(form, UnitNamed).name
        await rename_unit(command(request), authority=authority_of(request), unit=unit_id, name=name)
        return see(PATH, "desk_admin.done_unit_renamed")

    return await acted(request, do, lambda: units_page(request))


async def units_page(request: AnyRequest) -> Response[bytes]:
    """The units, a form for a new one, and a form behind each name."""
    units = await store.units(authority_of(request))
    people = await store_accounts.accounts_in(authority_of(request), [one.id for one in units])
    return desk_page(request, "desk_admin/units.html", units=units, people=people)


HANDLERS = [read_units, send_unit, send_name]
