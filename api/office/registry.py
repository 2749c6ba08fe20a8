"""一单两库: bring lists in, look them up."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.language import preferred
from api.office.mapped import Mapped, Origin, Token, wanted_of
from api.office.parameters import Complaints, PageSize, Search, stated
from api.office.registry_views import ImportView, import_view
from api.permits import Action, may
from api.received import received_file
from inspection.kernel.errors import NotFound
from inspection.planning.import_higher_plans import HIGHER_PLANS
from inspection.registry.find import list_objects, object_facts
from inspection.registry.inspectors.import_inspectors import import_inspectors
from inspection.registry.intake.facts import ImportRunFacts
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.run import reject_pages
from inspection.registry.intake.sheet import LARGEST_TEXT
from inspection.registry.intake.store import run, runs
from inspection.registry.items.import_items import import_items
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.import_entries import import_entries
from inspection.registry.objects.import_marks import import_marks
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.rows import ObjectKind, ObjectStatus, RiskLevel
from inspection.registry.objects.store import ObjectQuery
from mobile_contract.base import Wire
from mobile_contract.checklist import Checklist
from mobile_contract.problems import ProblemCode

FILE_KINDS: Final = frozenset(
    {
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/octet-stream",
    }
)
LIST_LIMIT: Final = 8 * 1024 * 1024
FileName = Annotated[str, QueryParameter(min_length=1, max_length=200, description="the file's own name")]
Grade = Literal["A", "B", "C", "D"]
# Far above what the search takes: it refuses in words, which a bound of the route would not.
Sought = Annotated[str, QueryParameter(max_length=2000, description="at most 100 characters")]
AfterCode = Annotated[str, QueryParameter(max_length=80, description="the code of the last row of the page before")]


class ItemList(Wire):
    """`table`: the item list as CSV text. A released version of a checklist never changes."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    table: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    checklists: Annotated[tuple[Checklist, ...], Field(max_length=200)] = ()


class Register(StrEnum):
    """What a file holds."""

    OBJECTS = "objects"
    MARKS = "marks"
    SPECIAL_REGISTERS = "special-registers"
    INSPECTORS = "inspectors"
    ITEMS = "items"


IMPORTS: Final[dict[Register, Callable[..., Awaitable[ImportReport]]]] = {
    Register.OBJECTS: import_objects,
    Register.MARKS: import_marks,
    Register.SPECIAL_REGISTERS: import_entries,
    Register.INSPECTORS: import_inspectors,
    Register.ITEMS: import_items,
}


@post(
    "/imports/{register:str}",
    opt={"action": Action.REGISTRY_IMPORT, "body": FILE_KINDS},
    request_max_body_size=LARGEST_TEXT,
)
async def import_file(
    request: AnyRequest,
    *,
    register: FromPath[Register],
    name: FileName,
    mapping: Mapped = "",
    origin: Origin = "",
    token: Token = "",
) -> ImportView:
    """Bring a CSV or XLSX file in (the file itself as the body; CSV at most 300 MiB, XLSX 50 MiB).

    Good rows go in, bad ones are kept.

    With `token`, the one of a preview, nothing goes in when the file, the mapping or the register is another by now.
    """
    cmd, authority = command(request), authority_of(request)
    async with received_file(request, limit=LARGEST_TEXT, kinds=FILE_KINDS) as path:
        report = await IMPORTS[register](
            cmd, path, authority=authority, name=name, wanted=wanted_of(mapping, origin, token)
        )
    return import_view(report, preferred(request.headers.get("accept-language")))


@post("/item-list", opt={"action": Action.REGISTRY_IMPORT}, request_max_body_size=LIST_LIMIT)
async def import_list(request: AnyRequest, data: JSONBody[ItemList]) -> ImportView:
    """Bring an item list in together with the checklists that its items name."""
    report = await import_items(
        command(request),
        data.table.encode(),
        authority=authority_of(request),
        checklists=data.checklists,
        name=data.name,
    )
    return import_view(report, preferred(request.headers.get("accept-language")))


@get("/imports", opt={"action": Action.REGISTRY_READ})
async def read_imports(request: AnyRequest, limit: PageSize = 50) -> Sequence[ImportRunFacts]:
    """The newest imports first."""
    return await runs(authority_of(request), limit)


@get("/imports/{run_id:uuid}/rejected", opt={"action": Action.REGISTRY_IMPORT, "answers": ("text/csv",)})
async def read_rejected(request: AnyRequest, run_id: FromPath[UUID]) -> Stream:
    """The reject file of an import: the rows that could not go in, as they came, with their reasons, as CSV.

    For those who may bring such a file in: rows of inspectors hold what is personal, rows of higher plans whom another
    authority has drawn.
    """
    return await read_rejected_of(request, run_id)


async def read_rejected_of(request: AnyRequest, run_id: UUID) -> Stream:
    """The reject file, for those who may bring such a file in.

    Raises:
        NotFound: `registry.import_unknown`.
    """
    found = await my_run(request, run_id)
    if found.what == HIGHER_PLANS and not may(bearer_of(request).actor.role, Action.HIGHER_PLANS_IMPORT):
        raise unknown_run(run_id)
    headers = {"Content-Disposition": f'attachment; filename="rejected-{run_id}.csv"'}
    return Stream(reject_pages(run_id), media_type="text/csv", headers=headers)


async def my_run(request: AnyRequest, run_id: UUID) -> ImportRunFacts:
    """An import of this office.

    Raises:
        NotFound: `registry.import_unknown`, also for another office's.
    """
    found = await run(run_id)
    if found is None or found.authority != authority_of(request):
        raise unknown_run(run_id)
    return found


def unknown_run(run_id: UUID) -> NotFound:
    """The refusal of an import that is not there, or not for this person."""
    return NotFound(ProblemCode.IMPORT_UNKNOWN, "registry.import_unknown", run=str(run_id))


@get("/objects", opt={"action": Action.REGISTRY_READ})
async def search_objects(
    request: AnyRequest,
    *,
    name: Sought = "",
    code: Sought = "",
    area: Sought = "",
    tag: Sought = "",
    kind: FromQuery[ObjectKind | None] = None,
    grade: FromQuery[Grade | None] = None,
    status: FromQuery[ObjectStatus | None] = None,
    risk: FromQuery[RiskLevel | None] = None,
    complaints_from: Complaints = None,
    owner: Search = "",
    after: AfterCode = "",
    limit: PageSize = 100,
) -> Sequence[ObjectFacts]:
    """Inspection objects in the order of their codes, for which every condition given holds.

    `name`: a part of the name, without regard to width, case and spaces; `code`: the whole code or its beginning;
    `area`: a whole area; `tag`: a whole trade, special register or supervision tag; `grade`: credit grade A to D;
    `complaints_from`: at least so many complaints; `owner`: the code of the entity that a thing belongs to.
    """
    texts = stated(name=name, code=code, area=area, tag=tag, owner=owner, after=after)
    query = ObjectQuery(**texts, kind=kind, credit_grade=grade, status=status, risk=risk, limit=limit)
    return await list_objects(authority_of(request), replace(query, complaints_from=complaints_from))


@get("/objects/{object_id:uuid}", opt={"action": Action.REGISTRY_READ})
async def read_object(request: AnyRequest, object_id: FromPath[UUID]) -> ObjectFacts:
    """One inspection object."""
    found = await object_facts(object_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(object_id))
    return found


router = Router(
    "/office/registry",
    route_handlers=[
        import_file,
        import_list,
        read_imports,
        read_rejected,
        search_objects,
        read_object,
    ],
    tags=["office: registry"],
)
