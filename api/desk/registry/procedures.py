"""监管方案 at the desk: which items have an operable procedure, one version of it, and the release of the next."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.desk.planning.people import names_of
from api.desk.registry.asking import asked_of
from api.desk.registry.items import my_item
from api.office.ledger import Release
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.planning.facts import ProcedureFacts
from inspection.planning.release_procedure import BODY_MOST, release_procedure
from inspection.planning.store_procedures import newest, newest_of, procedure, versions
from inspection.registry.find import items
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

READ: Final = {"action": Action.TASK_READ}
RELEASE: Final = {"action": Action.PROCEDURE_RELEASE}
LARGEST_FORM: Final = 12 * BODY_MOST
"""A form sends a character of Chinese as nine bytes."""


@get("/desk/procedures", opt=READ)
async def read_procedures(request: AnyRequest) -> Response[bytes]:
    """Every item with the newest version of its procedure, those without one among them."""
    asked, authority = asked_of(request, "q"), authority_of(request)
    sought = asked["q"].casefold()
    rows = [one for one in await items(authority) if sought in f"{one.code} {one.name}".casefold()]
    return desk_page(
        request,
        "desk_registry/procedures.html",
        rows=sorted(rows, key=lambda one: one.code),
        newest=await newest_of(authority),
        rules=await rules_today(command(request), authority),
        asked=asked,
    )


@get("/desk/procedures/{procedure_id:uuid}", opt=READ)
async def read_procedure(request: AnyRequest, procedure_id: FromPath[UUID]) -> Response[bytes]:
    """One version as it was released, and the others of its item."""
    one = await my_procedure(request, procedure_id)
    known = await versions(one.authority, one.item_code)
    return desk_page(
        request,
        "desk_registry/procedure.html",
        one=one,
        versions=known,
        item=next((item for item in await items(one.authority) if item.code == one.item_code), None),
        names=await names_of(one.authority),
    )


@get("/desk/items/{item_id:uuid}/procedure", opt=RELEASE)
async def read_next(request: AnyRequest, item_id: FromPath[UUID]) -> Response[bytes]:
    """The form of the next version, beginning as the newest one reads."""
    return await _form_page(request, item_id)


@post("/desk/items/{item_id:uuid}/procedure", opt=RELEASE, request_max_body_size=LARGEST_FORM)
async def send_next(request: AnyRequest, item_id: FromPath[UUID]) -> Response[bytes]:
    """Release the next version; a text that is the newest already makes none."""

    async def do(form: Form) -> str:
        told, item = filled(form, Release), await my_item(request, item_id)
        made = await release_procedure(command(request), authority=item.authority, item_code=item.code, body=told.body)
        return see(f"/desk/procedures/{made.id}", "desk_registry.done_procedure")

    return await acted(request, do, lambda: _form_page(request, item_id))


async def my_procedure(request: AnyRequest, procedure_id: UUID) -> ProcedureFacts:
    """A released version of this office.

    Raises:
        NotFound: there is none, also for another office's.
    """
    found = await procedure(procedure_id)
    if found is None or found.authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "api.not_found")
    return found


async def _form_page(request: AnyRequest, item_id: UUID) -> Response[bytes]:
    item = await my_item(request, item_id)
    known = await newest(item.authority, item.code)
    return desk_page(request, "desk_registry/procedure_form.html", item=item, newest=known, most=BODY_MOST)


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (read_procedures, read_procedure, read_next, send_next)
