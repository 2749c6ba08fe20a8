"""Inspection objects: previews of files, marks, special registers, history, coverage, the register as a file."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import preferred
from api.office.coverage_views import CoverageView, coverage_view
from api.office.made_file import made_file
from api.office.mapped import Mapped, Origin, wanted_of
from api.office.parameters import Complaints, PageSize, Search, stated
from api.office.registry import FILE_KINDS, AfterCode, FileName, Grade
from api.office.registry_views import PreviewView, preview_view
from api.permits import Action
from api.received import received_file
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.kernel.replica import MAY_LAG
from inspection.policy.terms import Mark
from inspection.registry.find import object_facts
from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.import_inspectors import preview_inspectors
from inspection.registry.intake import mappings as mapping_verbs
from inspection.registry.intake.facts import MappingFacts
from inspection.registry.intake.preview import Outputs, Preview
from inspection.registry.intake.sheet import LARGEST_TEXT
from inspection.registry.intake.wanted import Wanted
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.import_items import preview_items
from inspection.registry.objects import store_marks, store_registers
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.coverage import coverage
from inspection.registry.objects.entries import ENTRY_COLUMNS, EntryFacts, RegisterFacts
from inspection.registry.objects.export import csv_pages, write_workbook
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.history import HistoryEntry, object_history
from inspection.registry.objects.marks import MARK_COLUMNS, MarkFacts
from inspection.registry.objects.preview_objects import (
    ObjectPreview,
    preview_entries,
    preview_marks,
    preview_objects,
)
from inspection.registry.objects.record_mark import lift_mark, record_mark
from inspection.registry.objects.remove_entry import remove_entry
from inspection.registry.objects.rows import ObjectKind, ObjectStatus, RiskLevel
from inspection.registry.objects.rules import object_grounds
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.rules_in_force import rules_today
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT: Final = {
    "action": Action.REGISTRY_EXPORT,
    MAY_LAG: True,
    "uncompressed": True,
    "answers": ("text/csv", XLSX),
}
COLUMNS: Final = {
    "objects": OBJECT_COLUMNS,
    "marks": MARK_COLUMNS,
    "special-registers": ENTRY_COLUMNS,
    "inspectors": INSPECTOR_COLUMNS,
    "items": ITEM_COLUMNS,
}


class Previewed(StrEnum):
    """What a file that is only looked at holds."""

    OBJECTS = "objects"
    MARKS = "marks"
    SPECIAL_REGISTERS = "special-registers"
    INSPECTORS = "inspectors"
    ITEMS = "items"


PREVIEWS: Final[dict[Previewed, Callable[..., Awaitable[Preview]]]] = {
    Previewed.MARKS: preview_marks,
    Previewed.SPECIAL_REGISTERS: preview_entries,
    Previewed.INSPECTORS: preview_inspectors,
    Previewed.ITEMS: preview_items,
}


class Listed(StrEnum):
    """What of a preview is wanted as a file."""

    CHANGES = "changes"
    REJECTED = "rejected"


class NewMark(Wire):
    """A dated fact about an object. `reference`: the number of the document."""

    mark: Mark
    since: date
    until: date | None = None
    reference: Annotated[str, Field(max_length=400)] = ""
    source: Annotated[str | None, Field(max_length=800)] = None
    note: Annotated[str | None, Field(max_length=2000)] = None


class Lifting(Wire):
    """From which day a mark no longer stands, and why."""

    on: date
    reason: Annotated[str, Field(max_length=2000)]
    reference: Annotated[str | None, Field(max_length=400)] = None


class Removal(Wire):
    """Why an object leaves a special register."""

    reason: Annotated[str, Field(max_length=2000)]


class NewMapping(Wire):
    """Which header of a source's files means which field; field `-` means none."""

    what: Literal["objects", "marks", "special-registers", "inspectors", "items"]
    source: Annotated[str, Field(min_length=1, max_length=120)]
    headers: Annotated[dict[str, str], Field(min_length=1, max_length=200)]


class GroundsView(Wire):
    """Which grounds of the rule-set in force hold for an object on a day."""

    on: date
    rule_set: str
    exempt: tuple[str, ...]
    targeted: tuple[str, ...]


@post(
    "/previews/{what:str}",
    opt={"action": Action.REGISTRY_IMPORT, "body": FILE_KINDS},
    request_max_body_size=LARGEST_TEXT,
    status_code=200,
)
async def preview(
    request: AnyRequest,
    *,
    what: FromPath[Previewed],
    name: FileName,
    mapping: Mapped = "",
    origin: Origin = "",
    absent: FromQuery[bool] = False,
) -> PreviewView:
    """What an import of the file would add, change and reject; nothing is written. The file is as for the
    import (CSV at most 300 MiB, XLSX 50 MiB). At most 200 of each are told.

    `absent` (objects only): also which objects of the register the file does not name.
    """
    async with received_file(request, limit=LARGEST_TEXT, kinds=FILE_KINDS) as path:
        found = await previewed(request, what, path, name, wanted_of(mapping, origin, ""), Outputs(), absent=absent)
    return preview_view(found.preview, found.absent, preferred(request.headers.get("accept-language")))


@post(
    "/previews/{what:str}/{listed:str}",
    opt={"action": Action.REGISTRY_IMPORT, "body": FILE_KINDS},
    request_max_body_size=LARGEST_TEXT,
    status_code=200,
)
async def preview_file(
    request: AnyRequest,
    *,
    what: FromPath[Previewed],
    listed: FromPath[Listed],
    name: FileName,
    mapping: Mapped = "",
    origin: Origin = "",
) -> Stream:
    """Every field that an import of the file would change, or every row it would reject, as CSV; empty for none."""

    async def fill(out: Path) -> None:
        async with received_file(request, limit=LARGEST_TEXT, kinds=FILE_KINDS) as path:
            outputs = Outputs(changes=out) if listed is Listed.CHANGES else Outputs(rejects=out)
            await previewed(request, what, path, name, wanted_of(mapping, origin, ""), outputs, absent=False)

    return await made_file(request, f"{listed}.csv", "text/csv", fill)


async def previewed(
    request: AnyRequest,
    what: Previewed,
    path: Path,
    name: str,
    wanted: Wanted,
    outputs: Outputs,
    *,
    absent: bool,
) -> ObjectPreview:
    """What an import of the file at `path` would do; `absent` counts for objects only."""
    cmd, authority = command(request), authority_of(request)
    if what is Previewed.OBJECTS:
        return await preview_objects(
            cmd,
            path,
            authority=authority,
            name=name,
            rejects=outputs.rejects,
            changes=outputs.changes,
            absent=absent,
            wanted=wanted,
        )
    return ObjectPreview(
        await PREVIEWS[what](cmd, path, authority=authority, name=name, wanted=wanted, outputs=outputs), None
    )


@get("/mappings", opt={"action": Action.REGISTRY_READ})
async def read_mappings(request: AnyRequest) -> Sequence[MappingFacts]:
    """The mappings that are kept, by kind of file and source."""
    return await mapping_verbs.mappings(authority_of(request))


@put("/mappings", opt={"action": Action.REGISTRY_IMPORT})
async def keep_mapping(request: AnyRequest, data: JSONBody[NewMapping]) -> Sequence[MappingFacts]:
    """Keep a mapping under its source's name, in the place of the former one."""
    await mapping_verbs.save_mapping(
        command(request),
        authority=authority_of(request),
        what=data.what,
        columns=COLUMNS[data.what],
        source=data.source,
        headers=data.headers,
    )
    return await mapping_verbs.mappings(authority_of(request))


@get("/special-registers", opt={"action": Action.REGISTRY_READ})
async def read_registers(request: AnyRequest, on: FromQuery[date | None] = None) -> Sequence[RegisterFacts]:
    """Special registers and tags, with the number of objects that stand in each on the day (today)."""
    return await store_registers.registers(authority_of(request), on or local_day(command(request).now))


@get("/special-registers/{register_id:uuid}/entries", opt={"action": Action.REGISTRY_READ})
async def read_entries(
    request: AnyRequest,
    register_id: FromPath[UUID],
    on: FromQuery[date | None] = None,
    after: AfterCode = "",
    limit: PageSize = 100,
) -> Sequence[EntryFacts]:
    """The entries of a register by code; with a day those that stand on it, else all, removed ones included."""
    found = await store_registers.register(register_id)
    if found is None or found.authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "registry.register_unknown", register=str(register_id))
    return await store_registers.members(register_id, after, limit, on)


@post("/special-registers/entries/{entry_id:uuid}/removal", opt={"action": Action.REGISTRY_IMPORT}, status_code=200)
async def remove(request: AnyRequest, entry_id: FromPath[UUID], data: JSONBody[Removal]) -> EntryFacts:
    """Take an object out of a special register or tag; the entry stays, with the reason."""
    return await remove_entry(command(request), authority=authority_of(request), entry_id=entry_id, reason=data.reason)


@get("/objects/{object_id:uuid}/marks", opt={"action": Action.REGISTRY_READ})
async def read_marks(request: AnyRequest, object_id: FromPath[UUID]) -> Sequence[MarkFacts]:
    """The marks of an object, the oldest first."""
    await _mine(request, object_id)
    return (await store_marks.marks_of([object_id])).get(object_id, [])


@post("/objects/{object_id:uuid}/marks", opt={"action": Action.MARK_RECORD})
async def mark_object(request: AnyRequest, object_id: FromPath[UUID], data: JSONBody[NewMark]) -> MarkFacts:
    """Record a dated fact about an object. Recording the same one again changes nothing."""
    return await record_mark(
        command(request),
        authority=authority_of(request),
        object_id=object_id,
        mark=data.mark,
        since=data.since,
        until=data.until,
        reference=data.reference,
        source=data.source,
        note=data.note,
    )


@post("/marks/{mark_id:uuid}/lifting", opt={"action": Action.MARK_RECORD}, status_code=200)
async def lift(request: AnyRequest, mark_id: FromPath[UUID], data: JSONBody[Lifting]) -> MarkFacts:
    """Record that a mark no longer stands; the mark itself stays as it was."""
    return await lift_mark(
        command(request),
        authority=authority_of(request),
        mark_id=mark_id,
        on=data.on,
        reason=data.reason,
        reference=data.reference,
    )


@get("/objects/{object_id:uuid}/grounds", opt={"action": Action.REGISTRY_READ})
async def read_grounds(
    request: AnyRequest, object_id: FromPath[UUID], on: FromQuery[date | None] = None
) -> GroundsView:
    """Which grounds of today's rule-set hold for an object on a day (today)."""
    facts, cmd = await _mine(request, object_id), command(request)
    rules, day = await rules_today(cmd, facts.authority), on or local_day(cmd.now)
    marks = (await store_marks.marks_of([object_id])).get(object_id, [])
    found = object_grounds([mark.marked for mark in marks], facts.flags, rules, day)
    return GroundsView(on=day, rule_set=rules.name, exempt=found.exempt, targeted=found.targeted)


@get("/objects/{object_id:uuid}/history", opt={"action": Action.REGISTRY_READ})
async def read_history(request: AnyRequest, object_id: FromPath[UUID]) -> Sequence[HistoryEntry]:
    """What happened to an object, by whom and when, the oldest first; of personal fields only that they changed."""
    await _mine(request, object_id)
    return await object_history(object_id)


@get("/coverage", opt={"action": Action.REGISTRY_READ})
async def read_coverage(request: AnyRequest, on: FromQuery[date | None] = None, limit: PageSize = 50) -> CoverageView:
    """Published items whose directory is empty, objects that no published item covers or whose kind the rule-set does
    not name, and what of it breaks the rule-set."""
    found = await coverage(authority_of(request), on or local_day(command(request).now), limit)
    return coverage_view(found, preferred(request.headers.get("accept-language")))


@get("/exports/objects", opt=EXPORT)
async def export(
    request: AnyRequest,
    *,
    kind_of_file: FromQuery[Literal["csv", "xlsx"]] = "csv",
    name: Search = "",
    code: Search = "",
    area: Search = "",
    tag: Search = "",
    kind: FromQuery[ObjectKind | None] = None,
    grade: FromQuery[Grade | None] = None,
    status: FromQuery[ObjectStatus | None] = None,
    risk: FromQuery[RiskLevel | None] = None,
    complaints_from: Complaints = None,
    owner: Search = "",
) -> Stream:
    """The objects that a search with the same conditions finds, as a file that an import takes back."""
    texts = stated(name=name, code=code, area=area, tag=tag, owner=owner)
    query = ObjectQuery(**texts, kind=kind, credit_grade=grade, status=status, risk=risk)
    return await exported(request, kind_of_file, replace(query, complaints_from=complaints_from))


async def exported(request: AnyRequest, kind_of_file: str, query: ObjectQuery) -> Stream:
    """The objects that the search finds, as `csv` or `xlsx`."""
    cmd, authority = command(request), authority_of(request)
    if kind_of_file == "csv":
        told = {"Content-Disposition": 'attachment; filename="register.csv"'}
        return Stream(csv_pages(cmd, authority, query), media_type="text/csv", headers=told)

    async def fill(out: Path) -> None:
        await write_workbook(cmd, authority, query, out)

    return await made_file(request, "register.xlsx", XLSX, fill)


async def _mine(request: AnyRequest, object_id: UUID) -> ObjectFacts:
    found = await object_facts(object_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(object_id))
    return found


router = Router(
    "/office/registry",
    route_handlers=[
        preview,
        preview_file,
        read_mappings,
        keep_mapping,
        read_registers,
        read_entries,
        remove,
        read_marks,
        mark_object,
        lift,
        read_grounds,
        read_history,
        read_coverage,
        export,
    ],
    tags=["office: registry"],
)
