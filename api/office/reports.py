"""季度进展报告、年度总结: drafted out of the figures, approved by somebody else, filed, printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.etags import etag, named_state
from api.office.papers import LANGUAGES, Form, Lang, Page, printed
from api.permits import Action
from inspection.oversight.reports import store
from inspection.oversight.reports.draft import (
    MAX_REFERENCE,
    MAX_REMARKS,
    approve_report,
    draft_report,
    file_report,
    known_report,
)
from inspection.oversight.reports.paper import report_paper
from inspection.oversight.reports.rules import ReportKind
from inspection.oversight.reports.store import Filing, ReportRow
from inspection.oversight.reports.value import ReportValue, thawed
from inspection.oversight.reports.workbook import set_workbook
from media.serving import GUARDS
from mobile_contract.base import Wire

OK: Final = 200
READ: Final = {"action": Action.REPORT_READ}
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: Final = {
    "action": Action.REPORT_READ,
    "uncompressed": True,
    "answers": ("application/pdf", XLSX, "image/png"),
}
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class DraftReport(Wire):
    """`period`: a quarter (`2026Q1`) or a year (`2026`); `remarks`: what is to be said besides the figures."""

    period: Annotated[str, Field(min_length=4, max_length=6)]
    remarks: Annotated[str, Field(max_length=MAX_REMARKS)] = ""


class FileReport(Wire):
    """To which of the bodies that the rule-set names (by code) it was given, and by which letter."""

    body: Annotated[str, Field(min_length=1, max_length=80)]
    reference: Annotated[str, Field(min_length=1, max_length=MAX_REFERENCE, pattern=r"\S")]


class FileForm(StrEnum):
    """The report as a file."""

    PDF = "pdf"
    XLSX = "xlsx"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A version of a report. `digest`: SHA-256 of what is frozen; an approval names it in `If-Match`."""

    id: UUID
    kind: ReportKind
    period: str
    version: int
    number: str
    first: date
    last: date
    due_on: date | None
    rule_set: str
    digest: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    filings: tuple[Filing, ...]


@get("/reports", opt=READ)
async def read_reports(request: AnyRequest, year: FromQuery[int | None] = None) -> Sequence[ReportShown]:
    """All versions of all reports, the newest first; of a year, or of all."""
    years = [year] if year is not None and date.min.year <= year <= date.max.year else []
    return [_shown(row) for row in await store.reports(authority_of(request), years)]


@post("/reports", opt={"action": Action.REPORT_DRAFT})
async def draft(request: AnyRequest, data: JSONBody[DraftReport]) -> ReportShown:
    """Freeze the figures of a period as they are now. Drafting again makes a further version."""
    cmd = command(request)
    return _shown(await draft_report(cmd, authority_of(request), data.period, remarks=data.remarks))


@get("/reports/{report_id:uuid}", opt=READ)
async def read_report(request: AnyRequest, report_id: FromPath[UUID]) -> Response[ReportValue]:
    """What the report says, as it was frozen; its digest is the ETag."""
    row = await known_report(command(request), report_id)
    return Response(thawed(row.value), headers={"ETag": etag(row.digest)})


@get("/reports/{report_id:uuid}/file", opt=FILE)
async def print_report(
    request: AnyRequest,
    report_id: FromPath[UUID],
    form: FromQuery[FileForm] = FileForm.PDF,
    lang: FromQuery[Lang] = Lang.ZH,
    page: FromQuery[Page] = 1,
) -> Response[bytes]:
    """The report as PDF, as a workbook, or a page of it as a picture; the same report gives the same bytes."""
    return await report_file(await known_report(command(request), report_id), form, LANGUAGES[lang], page)


@post("/reports/{report_id:uuid}/approval", opt={"action": Action.REPORT_APPROVE}, status_code=OK)
async def approve(request: AnyRequest, report_id: FromPath[UUID], if_match: IfMatch = None) -> ReportShown:
    """Approve the report exactly as it was read; never by who drafted it."""
    return _shown(await approve_report(command(request), report_id, seen=named_state(if_match)))


@post("/reports/{report_id:uuid}/filings", opt={"action": Action.REPORT_FILE}, status_code=OK)
async def file(request: AnyRequest, report_id: FromPath[UUID], data: JSONBody[FileReport]) -> ReportShown:
    """Note that one of the bodies that the rule-set names was given the approved report."""
    return _shown(await file_report(command(request), report_id, body=data.body, reference=data.reference))


async def report_file(row: ReportRow, form: FileForm, lang: str, page: int) -> Response[bytes]:
    """A version of a report as a file, in `zh_CN` or `en`."""
    told, name = thawed(row.value), row.number
    if form is FileForm.XLSX:
        head = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
        return Response(await set_workbook(told, lang), media_type=XLSX, headers=dict(GUARDS) | head)
    approved = (row.approved_name, row.approved_at) if row.approved_name and row.approved_at else None
    return await printed(report_paper(told, approved, lang), name, Form(form.value), page)


def _shown(row: ReportRow) -> ReportShown:
    return ReportShown(
        id=row.id,
        kind=row.kind,
        period=row.period,
        version=row.version,
        number=row.number,
        first=row.first,
        last=row.last,
        due_on=row.due_on,
        rule_set=row.rule_set,
        digest=row.digest,
        drafted_by=row.drafted_name,
        drafted_at=row.drafted_at,
        approved_by=row.approved_name,
        approved_at=row.approved_at,
        filings=row.filings,
    )


router = Router(
    "/office",
    route_handlers=[read_reports, draft, read_report, print_report, approve, file],
    tags=["office: oversight"],
)
