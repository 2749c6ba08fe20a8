"""尽职照单免责: what was required of a person and what was done; of oneself, one section, or all for supervision."""

from datetime import date
from typing import Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, bearer_of, command
from api.office.papers import LANGUAGES, Form, Lang, Page, printed
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.diligence.facts import Diligence
from inspection.oversight.diligence.gather import diligence
from inspection.oversight.diligence.paper import diligence_paper
from inspection.oversight.statistics.spans import span

READ: Final = {"action": Action.DILIGENCE_READ}
FILE: Final = {
    "action": Action.DILIGENCE_READ,
    "uncompressed": True,
    "answers": ("application/pdf", "image/png"),
}


@get("/diligence/{person:uuid}", opt=READ)
async def read_diligence(
    request: AnyRequest,
    person: FromPath[UUID],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Diligence:
    """Duties, days and proofs of an account or an inspector; the year up to today unless other days are named."""
    return await _told(request, person, since, until)


@get("/diligence/{person:uuid}/file", opt=FILE)
async def print_diligence(
    request: AnyRequest,
    person: FromPath[UUID],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
    form: FromQuery[Form] = Form.PDF,
    lang: FromQuery[Lang] = Lang.ZH,
    page: FromQuery[Page] = 1,
) -> Response[bytes]:
    """The same as PDF, or a page of it as a picture."""
    told = await _told(request, person, since, until)
    paper = diligence_paper(told, LANGUAGES[lang])
    return await printed(paper, f"diligence-{person}", form, page)


async def _told(request: AnyRequest, person: UUID, since: date | None, until: date | None) -> Diligence:
    cmd = command(request)
    asked = span(since, until, local_day(cmd.now))
    return await diligence(cmd, person, asked, unit=bearer_of(request).unit)


router = Router("/office", route_handlers=[read_diligence, print_diligence], tags=["office: oversight"])
