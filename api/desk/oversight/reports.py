"""报告: drafted out of the figures, approved by somebody else, handed to those whom the rule-set names."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import HEADERS, desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.office.papers import Page
from api.office.reports import DraftReport, FileForm, FileReport, report_file
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.oversight.reports import store
from inspection.oversight.reports.clock import report_duties
from inspection.oversight.reports.draft import approve_report, draft_report, file_report, known_report
from inspection.oversight.reports.paper import period_text, row_label, section_label
from inspection.oversight.reports.rules import periods
from inspection.oversight.reports.value import thawed
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

READ: Final = {"action": Action.REPORT_READ}


class Approval(Wire):
    """The digest of the report that was read."""

    seen: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@get("/desk/reports", opt=READ)
async def read_reports(request: AnyRequest) -> Response[bytes]:
    """What is asked for, how far each is, and all versions, the newest first."""
    return await reports_page(request)


@post("/desk/reports", opt={"action": Action.REPORT_DRAFT})
async def draft(request: AnyRequest) -> Response[bytes]:
    """Freeze the figures of a period as they are now."""

    async def do(form: Form) -> str:
        told = filled(form, DraftReport)
        row = await draft_report(command(request), authority_of(request), told.period, remarks=told.remarks)
        return see(f"/desk/reports/{row.id}", "desk_oversight.done_drafted")

    return await acted(request, do, lambda: reports_page(request))


@get("/desk/reports/{report_id:uuid}", opt=READ)
async def read_report(request: AnyRequest, report_id: FromPath[UUID]) -> Response[bytes]:
    """One version, as it was frozen."""
    return await report_page(request, report_id)


@get("/desk/reports/{report_id:uuid}/plots/{name:str}", opt=READ)
async def read_plot(request: AnyRequest, report_id: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """A picture that was frozen with the report (SVG)."""
    told = thawed((await known_report(command(request), report_id)).value)
    found = next((one for one in told.plots if f"{one.key}.svg" == name), None)
    if found is None:
        raise NotFound(ProblemCode.NOT_FOUND, "oversight.no_plot", name=name)
    picture = found.en if lang_of(request) == "en" else found.zh
    return Response(picture.encode(), media_type="image/svg+xml", headers=HEADERS)


@get("/desk/reports/{report_id:uuid}/file", opt={**READ, "uncompressed": True})
async def print_report(
    request: AnyRequest,
    report_id: FromPath[UUID],
    form: FromQuery[FileForm] = FileForm.PDF,
    page: FromQuery[Page] = 1,
) -> Response[bytes]:
    """The report as PDF, as a workbook, or a page of it as a picture."""
    return await report_file(await known_report(command(request), report_id), form, lang_of(request), page)


@post("/desk/reports/{report_id:uuid}/approval", opt={"action": Action.REPORT_APPROVE})
async def approve(request: AnyRequest, report_id: FromPath[UUID]) -> Response[bytes]:
    """Approve the report exactly as it was read."""

    async def do(form: Form) -> str:
        await approve_report(command(request), report_id, seen=filled(form, Approval).seen)
        return see(f"/desk/reports/{report_id}", "desk_oversight.done_approved")

    return await acted(request, do, lambda: report_page(request, report_id))


@post("/desk/reports/{report_id:uuid}/filings", opt={"action": Action.REPORT_FILE})
async def file(request: AnyRequest, report_id: FromPath[UUID]) -> Response[bytes]:
    """Note that one of the bodies was given it."""

    async def do(form: Form) -> str:
        told = filled(form, FileReport)
        await file_report(command(request), report_id, body=told.body, reference=told.reference)
        return see(f"/desk/reports/{report_id}", "desk_oversight.done_handed_over")

    return await acted(request, do, lambda: report_page(request, report_id))


async def reports_page(request: AnyRequest) -> Response[bytes]:
    """The reports of an authority."""
    authority, today, lang = authority_of(request), local_day(command(request).now), lang_of(request)
    begun = [one for year in (today.year, today.year - 1) for one in reversed(periods(year)) if one.first <= today]
    return desk_page(
        request,
        "desk_oversight/reports.html",
        duties=await report_duties(authority, (today.year - 1, today.year), today),
        reports=[(row, period_text(row.period, lang)) for row in await store.reports(authority)],
        choices=[(one.name, period_text(one.name, lang)) for one in begun],
        period_text=lambda name: period_text(name, lang),
        today=today,
    )


async def report_page(request: AnyRequest, report_id: UUID) -> Response[bytes]:
    """One version of a report."""
    row, lang = await known_report(command(request), report_id), lang_of(request)
    told = thawed(row.value)
    tables = [
        (section_label(one, lang), [(row_label(one, line, lang), line.count, line.of, line.share) for line in one.rows])
        for one in told.sections
    ]
    bodies = {one.code: (one.en if lang == "en" else one.zh) for one in told.bodies}
    return desk_page(
        request,
        "desk_oversight/report.html",
        row=row,
        told=told,
        period=period_text(row.period, lang),
        tables=tables,
        bodies=bodies,
        missing=[(code, name) for code, name in bodies.items() if code not in {one.body for one in row.filings}],
        newest=row.version == await store.newest_version(row.authority, row.period),
        own=row.drafted_by == command(request).actor.id,
    )


HANDLERS: Final = (read_reports, draft, read_report, read_plot, print_report, approve, file)
