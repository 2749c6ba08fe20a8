"""Bringing files in: sent, looked at, confirmed; and what came in before."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.forms import Form, acted, filled
from api.desk.registry import waiting as waiting_files
from api.desk.registry.asking import PAGE
from api.desk.registry.look import looked_at
from api.desk.registry.waiting import Waiting
from api.office.registry import Register, my_run, read_rejected_of
from api.permits import Action, may
from inspection.kernel.errors import Invalid
from inspection.registry.intake.facts import ImportRunFacts
from inspection.registry.intake.mappings import mappings
from inspection.registry.intake.run import first_rejected
from inspection.registry.intake.sheet import LARGEST, LARGEST_TEXT
from inspection.registry.intake.store import runs
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

IMPORT: Final = {"action": Action.REGISTRY_IMPORT}
READ: Final = {"action": Action.REGISTRY_READ}
AROUND: Final = 1024 * 1024
"""Of a form beside its file."""
ROWS: Final = 100
"""Rejected rows that a page tells; the file holds all."""


class FileSent(Wire):
    """What is said of a file. `origin`: the source whose mapping is kept; `absent`: also tell which objects it does not
    name.
    """

    kind: Register
    origin: Annotated[str, Field(max_length=120)] = ""
    absent: bool = False


@get("/desk/imports", opt=READ)
async def read_imports(
    request: AnyRequest, register: FromQuery[str] = "objects", after: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """Choose a file; and the imports that were, the newest first."""
    return await imports_page(request, register, after)


@post("/desk/imports", opt=IMPORT, request_max_body_size=LARGEST_TEXT + AROUND)
async def send_file(request: AnyRequest) -> Response[bytes]:
    """Take a file and look at what its import would do; nothing is written to the register."""

    async def do(form: Form) -> str:
        told, sent = filled(form, FileSent), form.files.get("file")
        if sent is None or not sent.filename:
            missing: Any = [{"at": "file", "kind": "missing"}]
            raise Invalid(ProblemCode.INVALID, "api.invalid", errors=missing)
        cmd, account = command(request), bearer_of(request).actor.id
        said: dict[str, Any] = {"origin": told.origin, "absent": told.absent and told.kind is Register.OBJECTS}
        kept = Waiting(cmd.new_id(), account, told.kind, sent.filename[:200], cmd.now, **said)
        await looked_at(request, await waiting_files.keep(request, kept, sent))
        return f"/desk/imports/waiting/{kept.id}"

    return await acted(request, do, lambda: imports_page(request, "objects", None))


@get("/desk/imports/{run_id:uuid}", opt=READ)
async def read_run(request: AnyRequest, run_id: FromPath[UUID]) -> Response[bytes]:
    """One import, and for those who may bring such a file in the first rows that it rejected."""
    found = await my_run(request, run_id)
    told = _told(request, found)
    rows = await first_rejected(found, ROWS) if told and found.rejected else []
    lines = [(row.number, row.text(lang_of(request))) for row in rows]
    return desk_page(request, "desk_registry/run.html", run=found, rejected=lines, told=told)


@get("/desk/imports/{run_id:uuid}/rejected", opt=IMPORT)
async def read_rejected_rows(request: AnyRequest, run_id: FromPath[UUID]) -> Stream:
    """The rejected rows as they came, with their reasons, as CSV."""
    return await read_rejected_of(request, run_id)


def _told(request: AnyRequest, run: ImportRunFacts) -> bool:
    role = bearer_of(request).actor.role
    return may(role, Action.REGISTRY_IMPORT) and run.what in set(Register)


async def imports_page(request: AnyRequest, register: str, after: UUID | None) -> Response[bytes]:
    """The page of imports."""
    authority = authority_of(request)
    before = await my_run(request, after) if after else None
    found = await runs(authority, PAGE + 1, before)
    own = may(bearer_of(request).actor.role, Action.REGISTRY_IMPORT)
    facts: Mapping[str, Any] = {
        "runs": found[:PAGE],
        "more": str(found[PAGE - 1].id) if len(found) > PAGE else None,
        "first": before is None,
        "registers": list(Register),
        "register": register,
        "mappings": await mappings(authority),
        "mine": await waiting_files.mine(request) if own else None,
        "limits": (LARGEST_TEXT // AROUND, LARGEST // AROUND),
    }
    return desk_page(request, "desk_registry/imports.html", **facts)


HANDLERS: Final = [read_imports, send_file, read_run, read_rejected_rows]
