"""What is done to items: stated anew, published, withdrawn."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.desk.registry.items import item_page, my_item
from api.desk.registry.wording import column_title, told_fields
from api.office.items import ItemEdited, Publication, Withdrawal
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid
from inspection.registry.find import released_checklists
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.edit_item import FIELDS, edit_item, stated_of
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.publish_items import publish_items, withdraw_item
from inspection.registry.items.waiting import waiting_items
from mobile_contract.problems import ProblemCode

EDIT: Final = {"action": Action.REGISTRY_IMPORT}
PUBLISH: Final = {"action": Action.ITEMS_PUBLISH}


@get("/desk/items/new", opt=EDIT)
async def read_new(request: AnyRequest) -> Response[bytes]:
    """An item that is not there yet."""
    return await _form_page(request, None)


@post("/desk/items/new", opt=EDIT)
async def send_new(request: AnyRequest) -> Response[bytes]:
    """Keep a new item, not published yet."""

    async def do(form: Form) -> str:
        made = await _edited(request, form)
        return see(f"/desk/items/{made.id}", "desk_registry.done_item")

    return await acted(request, do, lambda: _form_page(request, None))


@get("/desk/items/{item_id:uuid}/edit", opt=EDIT)
async def read_edit(request: AnyRequest, item_id: FromPath[UUID]) -> Response[bytes]:
    """The form of the next version of an item."""
    return await _form_page(request, item_id)


@post("/desk/items/{item_id:uuid}/edit", opt=EDIT)
async def send_edit(request: AnyRequest, item_id: FromPath[UUID]) -> Response[bytes]:
    """Keep the next version of an item, not published yet."""

    async def do(form: Form) -> str:
        await my_item(request, item_id)
        made = await _edited(request, form)
        return see(f"/desk/items/{made.id}", "desk_registry.done_item", against=form.get("based_on"))

    return await acted(request, do, lambda: _form_page(request, item_id))


@get("/desk/items/publication", opt=PUBLISH)
async def read_publication(request: AnyRequest) -> Response[bytes]:
    """What would become public, what that changes, and what stands against it."""
    return await _publication_page(request)


@post("/desk/items/publication", opt=PUBLISH)
async def send_publication(request: AnyRequest) -> Response[bytes]:
    """Make the chosen items public."""

    async def do(form: Form) -> str:
        told = filled(form, Publication)
        if not told.codes:
            missing: Any = [{"at": "codes", "kind": "missing"}]
            raise Invalid(ProblemCode.INVALID, "api.invalid", errors=missing)
        given: dict[str, Any] = {"codes": told.codes, "effective_from": told.effective_from}
        await publish_items(command(request), authority=authority_of(request), **given)
        return see("/desk/items", "desk_registry.done_published")

    return await acted(request, do, lambda: _publication_page(request))


@post("/desk/items/{item_id:uuid}/withdrawal", opt=PUBLISH)
async def send_withdrawal(request: AnyRequest, item_id: FromPath[UUID]) -> Response[bytes]:
    """Take an item out of the published list."""

    async def do(form: Form) -> str:
        told, one = filled(form, Withdrawal), await my_item(request, item_id)
        given: dict[str, Any] = {"code": one.code, "reason": told.reason, "on": told.on}
        await withdraw_item(command(request), authority=one.authority, **given)
        return see(f"/desk/items/{item_id}", "desk_registry.done_withdrawn")

    return await acted(request, do, lambda: item_page(request, item_id))


async def _edited(request: AnyRequest, form: Form) -> ItemFacts:
    told = filled(form, ItemEdited)
    given: dict[str, Any] = {"stated": told.stated, "based_on": told.based_on}
    return await edit_item(command(request), authority=authority_of(request), **given)


async def _form_page(request: AnyRequest, item_id: UUID | None) -> Response[bytes]:
    one, lang = await my_item(request, item_id) if item_id else None, lang_of(request)
    titles = {column.field: column_title(column, lang) for column in ITEM_COLUMNS}
    codes = sorted({one.code for one in await released_checklists(authority_of(request))})
    facts: dict[str, Any] = {
        "one": one,
        "stated": stated_of(one) if one else dict.fromkeys(FIELDS, ""),
        "titles": titles,
        "checklist_choices": [(code, code) for code in codes],
    }
    return desk_page(request, "desk_registry/item_form.html", **facts)


async def _publication_page(request: AnyRequest) -> Response[bytes]:
    cmd, lang = command(request), lang_of(request)
    waiting = await waiting_items(cmd, authority_of(request))
    facts: dict[str, Any] = {"waiting": waiting, "today": local_day(cmd.now), "tongue": lang, **told_fields(lang)}
    return desk_page(request, "desk_registry/publication.html", **facts)


HANDLERS: Final = [
    read_new,
    send_new,
    read_edit,
    send_edit,
    read_publication,
    send_publication,
    send_withdrawal,
]
