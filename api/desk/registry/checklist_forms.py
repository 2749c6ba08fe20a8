"""Editing a checklist: point by point, each press of a button sends the form again; or as a file. Released at last."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted
from api.desk.registry.checklist_draft import Editing, done_to, editing_of
from api.desk.registry.checklists import my_checklist, sections
from api.permits import Action
from inspection.kernel.errors import Invalid
from inspection.registry.find import released_checklists
from inspection.registry.items.checklist_changes import checklist_changes
from inspection.registry.items.checklist_files import LARGEST, parse_checklist
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.items.release_checklists import release_next
from mobile_contract.checklist import Answer, Checklist, ChecklistItem, ItemPolicy, Text
from mobile_contract.problems import ProblemCode

EDIT: Final = {"action": Action.REGISTRY_IMPORT}
LARGEST_FORM: Final = 2 * LARGEST
PLACE: Final = "/desk/checklists/draft"


@get("/desk/checklists/new", opt=EDIT)
async def read_start(request: AnyRequest) -> Response[bytes]:
    """Begin a new checklist, or bring one in as a file."""
    return desk_page(request, "desk_registry/checklist_start.html")


@post("/desk/checklists/new", opt=EDIT)
async def send_start(request: AnyRequest) -> Response[bytes]:
    """Begin a new checklist with its first point."""

    async def do(form: Form) -> Response[bytes]:
        first = ChecklistItem(code="1", text=Text(zh="……"))
        named = {"code": form.get("code"), "title": form.get("title")}
        if missing := [name for name, told in named.items() if not told]:
            raise _missing(*missing)
        draft = Checklist(code=named["code"][:100], version=1, title=Text(zh=named["title"][:2000]), items=(first,))
        return await _page(request, Editing(await _numbered(request, draft), "0"))

    return await acted(request, do, lambda: _start(request))


@post("/desk/checklists/file", opt=EDIT, request_max_body_size=LARGEST + 65_536)
async def send_file(request: AnyRequest) -> Response[bytes]:
    """Read a checklist's file and show what it would change; nothing is released."""

    async def do(form: Form) -> Response[bytes]:
        sent = form.files.get("file")
        if sent is None or not sent.filename:
            raise _missing("file")
        parsed = await asyncio.to_thread(parse_checklist, sent.filename[:200], await sent.read(LARGEST + 1))
        return await _page(request, Editing(await _numbered(request, parsed), look=True))

    return await acted(request, do, lambda: _start(request))


@get("/desk/checklists/{checklist_id:uuid}/edit", opt=EDIT)
async def read_edit(request: AnyRequest, checklist_id: FromPath[UUID]) -> Response[bytes]:
    """The next version of a checklist, beginning as this one."""
    one = await my_checklist(request, checklist_id)
    return await _page(request, Editing(await _numbered(request, one.checklist)))


@post(PLACE, opt=EDIT, request_max_body_size=LARGEST_FORM)
async def send_draft(request: AnyRequest) -> Response[bytes]:
    """Do to the draft what the button says; release it when it says so."""
    sent: list[Form] = []

    async def do(form: Form) -> str | Response[bytes]:
        sent.append(form)
        editing = done_to(form)
        if form.get("do") != "release":
            return await _page(request, editing)
        made = await release_next(command(request), authority=authority_of(request), checklist=editing.draft)
        return see(f"/desk/checklists/{made.id}", "desk_registry.done_released", against=_before(made))

    async def again() -> Response[bytes]:
        return await (_page(request, editing_of(sent[0].texts)) if sent else _start(request))

    return await acted(request, do, again)


async def _page(request: AnyRequest, editing: Editing) -> Response[bytes]:
    draft = editing.draft
    newest = await _newest(request, draft.code)
    facts: dict[str, Any] = {
        "editing": editing,
        "draft": draft,
        "told": draft.model_dump_json(),
        "point": editing.point,
        "newest": newest,
        "differing": checklist_changes(newest.checklist, draft) if newest and editing.look else None,
        "list": draft,
        "headings": sections(draft),
        "answers": Answer,
        "policies": ItemPolicy,
        "place": PLACE,
    }
    return desk_page(request, "desk_registry/checklist_edit.html", **facts)


async def _numbered(request: AnyRequest, told: Checklist) -> Checklist:
    """The checklist as the version that follows the newest one."""
    newest = await _newest(request, told.code)
    return told.model_copy(update={"version": newest.version + 1 if newest else 1})


async def _newest(request: AnyRequest, code: str) -> ChecklistFacts | None:
    found = [one for one in await released_checklists(authority_of(request)) if one.code == code]
    return found[-1] if found else None


async def _start(request: AnyRequest) -> Response[bytes]:
    return desk_page(request, "desk_registry/checklist_start.html")


def _before(made: ChecklistFacts) -> str | None:
    return str(made.version - 1) if made.version > 1 else None


def _missing(*names: str) -> Invalid:
    errors: Any = [{"at": name, "kind": "missing"} for name in names]
    return Invalid(ProblemCode.INVALID, "api.invalid", errors=errors)


HANDLERS: Final = [read_start, send_start, send_file, read_edit, send_draft]
