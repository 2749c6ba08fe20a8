"""What is done to one object: a mark recorded or lifted, a place in a special register ended."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.desk.registry.objects import my_object, object_page
from api.office.objects import Lifting, NewMark, Removal
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.registry.find import marks_of
from inspection.registry.objects import store_registers
from inspection.registry.objects.record_mark import lift_mark, record_mark
from inspection.registry.objects.remove_entry import remove_entry
from mobile_contract.problems import ProblemCode

_MARK: Final = {"action": Action.MARK_RECORD}
_REMOVE: Final = {"action": Action.REGISTRY_IMPORT}


@post("/desk/objects/{object_id:uuid}/marks", opt=_MARK)
async def send_mark(request: AnyRequest, object_id: FromPath[UUID]) -> Response[bytes]:
    """Record a dated fact about an object."""

    async def do(form: Form) -> str:
        told = filled(form, NewMark)
        given = {name: getattr(told, name) for name in NewMark.model_fields}
        await record_mark(command(request), authority=authority_of(request), object_id=object_id, **given)
        return see(f"/desk/objects/{object_id}", "desk_registry.done_marked")

    return await acted(request, do, lambda: object_page(request, object_id))


@get("/desk/objects/{object_id:uuid}/marks/{mark_id:uuid}", opt=_MARK)
async def read_mark(request: AnyRequest, object_id: FromPath[UUID], mark_id: FromPath[UUID]) -> Response[bytes]:
    """One mark, and the form that lifts it."""
    return await _mark_page(request, object_id, mark_id)


@post("/desk/objects/{object_id:uuid}/marks/{mark_id:uuid}", opt=_MARK)
async def send_lifting(request: AnyRequest, object_id: FromPath[UUID], mark_id: FromPath[UUID]) -> Response[bytes]:
    """Record that a mark no longer stands."""

    async def do(form: Form) -> str:
        told = filled(form, Lifting)
        given: dict[str, Any] = {"on": told.on, "reason": told.reason, "reference": told.reference}
        await lift_mark(command(request), authority=authority_of(request), mark_id=mark_id, **given)
        return see(f"/desk/objects/{object_id}", "desk_registry.done_lifted")

    return await acted(request, do, lambda: _mark_page(request, object_id, mark_id))


@get("/desk/objects/{object_id:uuid}/entries/{entry_id:uuid}", opt=_REMOVE)
async def read_entry(request: AnyRequest, object_id: FromPath[UUID], entry_id: FromPath[UUID]) -> Response[bytes]:
    """One place in a special register, and the form that ends it."""
    return await _entry_page(request, object_id, entry_id)


@post("/desk/objects/{object_id:uuid}/entries/{entry_id:uuid}", opt=_REMOVE)
async def send_removal(request: AnyRequest, object_id: FromPath[UUID], entry_id: FromPath[UUID]) -> Response[bytes]:
    """Take an object out of a special register or tag."""

    async def do(form: Form) -> str:
        reason = filled(form, Removal).reason
        await remove_entry(command(request), authority=authority_of(request), entry_id=entry_id, reason=reason)
        return see(f"/desk/objects/{object_id}", "desk_registry.done_removed")

    return await acted(request, do, lambda: _entry_page(request, object_id, entry_id))


async def _mark_page(request: AnyRequest, object_id: UUID, mark_id: UUID) -> Response[bytes]:
    one, today = await my_object(request, object_id), local_day(command(request).now)
    mark = next((mark for mark in await marks_of(object_id) if mark.id == mark_id), None)
    if mark is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.mark_not_found")
    return desk_page(request, "desk_registry/mark.html", one=one, mark=mark, today=today)


async def _entry_page(request: AnyRequest, object_id: UUID, entry_id: UUID) -> Response[bytes]:
    one, entry = await my_object(request, object_id), await store_registers.entry(entry_id)
    register = await store_registers.register(entry.register) if entry else None
    if entry is None or entry.object != object_id or register is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.entry_not_found")
    return desk_page(request, "desk_registry/entry.html", one=one, entry=entry, register=register)


HANDLERS: Final = [send_mark, read_mark, send_lifting, read_entry, send_removal]
