"""检查要点表 at the desk: which there are, one version as inspectors read it, and what differs between two."""

import asyncio
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of
from api.desk.answers import desk_page
from api.desk.registry.asking import asked_of
from api.office.items import XLSX
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.registry.find import items, released_checklists
from inspection.registry.items.checklist_changes import checklist_changes
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.items.xlsform.write import xlsform_of
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Checklist, ChecklistItem
from mobile_contract.problems import ProblemCode

READ: Final = {"action": Action.REGISTRY_READ}


@get("/desk/checklists", opt=READ)
async def read_checklists(request: AnyRequest) -> Response[bytes]:
    """Every checklist in its newest version, with the items that use it."""
    asked, authority = asked_of(request, "q"), authority_of(request)
    found = {one.code: one for one in await released_checklists(authority)}
    users: dict[str, list[Any]] = {}
    for one in await items(authority):
        users.setdefault(one.checklist_code or "", []).append(one)
    sought = asked["q"].casefold()
    rows = [one for one in found.values() if sought in f"{one.code} {one.checklist.title.zh}".casefold()]
    return desk_page(request, "desk_registry/checklists.html", rows=rows, users=users, asked=asked)


@get("/desk/checklists/{checklist_id:uuid}", opt=READ)
async def read_checklist(
    request: AnyRequest, checklist_id: FromPath[UUID], against: FromQuery[int] = 0
) -> Response[bytes]:
    """One released version as inspectors read it; its versions; what differs from another one."""
    one = await my_checklist(request, checklist_id)
    versions = [other for other in await released_checklists(authority_of(request)) if other.code == one.code]
    other = next((version for version in versions if version.version == against), None)
    facts: dict[str, Any] = {
        "one": one,
        "list": one.checklist,
        "headings": sections(one.checklist),
        "versions": versions,
        "newest": versions[-1],
        "other": other,
        "differing": checklist_changes(other.checklist, one.checklist) if other else None,
    }
    return desk_page(request, "desk_registry/checklist.html", **facts)


@get("/desk/checklists/{checklist_id:uuid}/file/{kind:str}", opt={**READ, "uncompressed": True})
async def read_checklist_file(
    request: AnyRequest, checklist_id: FromPath[UUID], kind: FromPath[str]
) -> Response[bytes]:
    """One version as an XLSForm workbook or as JSON, to go on with."""
    one = await my_checklist(request, checklist_id)
    if kind not in {"xlsx", "json"}:
        raise NotFound(ProblemCode.NOT_FOUND, "api.not_found")
    data = await asyncio.to_thread(xlsform_of, one.checklist) if kind == "xlsx" else canonical_bytes(one.checklist)
    headers = {"Content-Disposition": f'attachment; filename="checklist-{one.digest[:12]}.{kind}"'}
    return Response(data, media_type=XLSX if kind == "xlsx" else "application/json", headers=headers)


async def my_checklist(request: AnyRequest, checklist_id: UUID) -> ChecklistFacts:
    """A released version of this office.

    Raises:
        NotFound: `registry.checklist_unknown`, also for another office's.
    """
    own = await released_checklists(authority_of(request))
    found = next((one for one in own if one.id == checklist_id), None)
    if found is None:
        raise NotFound(ProblemCode.CHECKLIST_UNKNOWN, "registry.checklist_unknown", value=str(checklist_id))
    return found


def sections(told: Checklist) -> list[tuple[str, list[tuple[int, ChecklistItem]]]]:
    """The points under their headings, as they follow each other, each with its place."""
    numbered = enumerate(told.items)
    return [
        (heading, list(points))
        for heading, points in groupby(numbered, key=lambda pair: pair[1].group.zh if pair[1].group else "")
    ]


HANDLERS: Final = [read_checklists, read_checklist, read_checklist_file]
