"""一单: the item list in time — published, withdrawn, told — and the checklists of its items."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import preferred
from api.office.registry import FileName
from api.permits import Action
from api.received import received_file
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.registry.find import checklist_version, item_history, items, published_items, released_checklists
from inspection.registry.items.checklist_files import LARGEST, parse_checklist
from inspection.registry.items.edit_item import edit_item
from inspection.registry.items.facts import ChecklistFacts, ItemFacts
from inspection.registry.items.history import ItemVersion, ListChanges, list_changes
from inspection.registry.items.publish_items import LONGEST_REASON, publish_items, withdraw_item
from inspection.registry.items.release_checklists import release_checklists
from inspection.registry.items.statistics import item_statistics
from inspection.registry.items.xlsform.write import xlsform_of
from inspection.registry.rules_in_force import rules_today
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECKLIST_KINDS: Final = frozenset({"application/toml", "application/json", XLSX, "application/octet-stream"})
VersionAsked = Annotated[int, PathParameter(ge=1, le=1_000_000)]
ItemCode = Annotated[str, Field(min_length=1, max_length=60)]


class Publication(Wire):
    """Which items become public, all that wait when `codes` is absent; from `effective_from` (ISO day), else today."""

    codes: Annotated[tuple[ItemCode, ...], Field(min_length=1, max_length=2_000)] | None = None
    effective_from: Annotated[date, Field(strict=False)] | None = None


class Withdrawal(Wire):
    """Why an item leaves the list, and from which day (ISO; today when absent)."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
    on: Annotated[date, Field(strict=False)] | None = None


class ItemEdited(Wire):
    """What is stated of an item, by the columns of a list (`code`, `name`, `basis` …), and on which newest version that
    is based: 0 for an item that is not there yet.
    """

    based_on: Annotated[int, Field(ge=0, le=1_000_000)]
    stated: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=8_000)]],
        Field(min_length=1, max_length=40),
    ]


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """A released version of a checklist in a list."""

    code: str
    version: int
    digest: str
    title: str
    points: int
    published_at: datetime | None


@get("/items", opt={"action": Action.REGISTRY_READ})
async def read_items(request: AnyRequest) -> Sequence[ItemFacts]:
    """The newest version of every inspection item."""
    return await items(authority_of(request))


@get("/items/published", opt={"action": Action.REGISTRY_READ})
async def read_published(request: AnyRequest, on: FromQuery[date | None] = None) -> Sequence[ItemFacts]:
    """The published list as it stands on a day, today when none is given."""
    return await published_items(authority_of(request), on or local_day(command(request).now))


@get("/items/changes", opt={"action": Action.REGISTRY_READ})
async def read_changes(request: AnyRequest, since: FromQuery[date], until: FromQuery[date]) -> ListChanges:
    """What changed in the published list between two days: added, withdrawn, changed field by field."""
    authority = authority_of(request)
    return list_changes(await published_items(authority, since), await published_items(authority, until))


@get("/items/statistics", opt={"action": Action.REGISTRY_READ})
async def read_statistics(request: AnyRequest) -> dict[str, Any]:
    """How many key and general items there are, the highest ratios of general ones, and what to look at."""
    authority = authority_of(request)
    told = item_statistics(await items(authority), await rules_today(command(request), authority))
    return told.as_json(preferred(request.headers.get("accept-language")))


@get("/items/{code:str}/versions", opt={"action": Action.REGISTRY_READ})
async def read_versions(request: AnyRequest, code: FromPath[str]) -> Sequence[ItemVersion]:
    """Every version of an item, oldest first: by whom and when imported and published, its days, what it changed."""
    return await item_history(authority_of(request), code)


@post("/items", opt={"action": Action.REGISTRY_IMPORT})
async def edit(request: AnyRequest, data: JSONBody[ItemEdited]) -> ItemFacts:
    """State one item anew: its next version, not published yet, checked as a row of a list is."""
    return await edit_item(
        command(request), authority=authority_of(request), stated=data.stated, based_on=data.based_on
    )


@post("/items/publication", opt={"action": Action.ITEMS_PUBLISH}, status_code=200)
async def publish(request: AnyRequest, data: JSONBody[Publication | None] = None) -> Sequence[ItemFacts]:
    """Make the newest version of the named items public, or of all; only published items may be planned."""
    asked = data or Publication()
    return await publish_items(
        command(request), authority=authority_of(request), codes=asked.codes, effective_from=asked.effective_from
    )


@post("/items/{code:str}/withdrawal", opt={"action": Action.ITEMS_PUBLISH}, status_code=200)
async def withdraw(request: AnyRequest, code: FromPath[str], data: JSONBody[Withdrawal]) -> ItemFacts:
    """Take an item out of the published list (废止); it stays in the history."""
    return await withdraw_item(
        command(request), authority=authority_of(request), code=code, reason=data.reason, on=data.on
    )


@post(
    "/checklists",
    opt={"action": Action.REGISTRY_IMPORT, "body": CHECKLIST_KINDS},
    request_max_body_size=LARGEST,
)
async def release(request: AnyRequest, name: FileName) -> ChecklistRow:
    """Release a checklist: a TOML or JSON file, or an XLSForm workbook, as the body; its name's ending tells which."""
    cmd, authority = command(request), authority_of(request)
    async with received_file(request, limit=LARGEST, kinds=CHECKLIST_KINDS) as path:
        parsed = await asyncio.to_thread(_parsed, name, path)
    (released,) = await release_checklists(cmd, authority=authority, checklists=[parsed])
    return _row(released)


@get("/checklists", opt={"action": Action.REGISTRY_READ})
async def read_checklists(request: AnyRequest) -> Sequence[ChecklistRow]:
    """Every released version of every checklist."""
    return [_row(one) for one in await released_checklists(authority_of(request))]


@get("/checklists/{code:str}/{version:int}", opt={"action": Action.REGISTRY_READ})
async def read_checklist(request: AnyRequest, code: FromPath[str], version: VersionAsked) -> ChecklistFacts:
    """One released version."""
    return await _released(request, code, version)


@get("/checklists/{code:str}/{version:int}/xlsform", opt={"action": Action.REGISTRY_READ}, media_type=XLSX)
async def read_xlsform(request: AnyRequest, code: FromPath[str], version: VersionAsked) -> Response[bytes]:
    """One released version as an XLSForm workbook, for form authors to go on with."""
    found = await _released(request, code, version)
    data = await asyncio.to_thread(xlsform_of, found.checklist)
    headers = {"Content-Disposition": f'attachment; filename="checklist-{found.digest[:12]}.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


async def _released(request: AnyRequest, code: str, version: int) -> ChecklistFacts:
    found = await checklist_version(authority_of(request), code, version) if 0 < version < 2**31 else None
    if found is None:
        raise NotFound(ProblemCode.CHECKLIST_UNKNOWN, "registry.checklist_version_unknown", code=code, version=version)
    return found


def _parsed(name: str, path: Path) -> Any:
    return parse_checklist(name, path.read_bytes())


def _row(one: ChecklistFacts) -> ChecklistRow:
    title, points = one.checklist.title.zh, len(one.checklist.items)
    return ChecklistRow(one.code, one.version, one.digest, title, points, one.published_at)


router = Router(
    "/office/registry",
    route_handlers=[
        read_items,
        read_published,
        read_changes,
        read_statistics,
        read_versions,
        edit,
        publish,
        withdraw,
        release,
        read_checklists,
        read_checklist,
        read_xlsform,
    ],
    tags=["office: registry"],
)
