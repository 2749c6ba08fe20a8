"""Plans and drawn lists of higher authorities: brought in, so that nobody is drawn twice."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from litestar import Router, get, post
from litestar.params import QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.language import preferred
from api.office.registry import FILE_KINDS, FileName
from api.office.registry_views import ImportView, import_view
from api.permits import Action
from api.received import received_file
from inspection.kernel.calendar.rules import local_day
from inspection.planning.find import higher_plans
from inspection.planning.import_higher_plans import import_higher_plans
from inspection.planning.store_above import HigherPlanFacts
from inspection.registry.intake.sheet import LARGEST

YearAsked = Annotated[int | None, QueryParameter(ge=2000, le=2100)]


@post("/higher-plans", opt={"action": Action.HIGHER_PLANS_IMPORT, "body": FILE_KINDS}, request_max_body_size=LARGEST)
async def import_file(request: AnyRequest, name: FileName) -> ImportView:
    """Bring in plans or drawn lists of higher authorities (CSV or XLSX as the body): a row with an object is drawn
    there, a row without one deploys the whole item."""
    cmd, authority = command(request), authority_of(request)
    async with received_file(request, limit=LARGEST, kinds=FILE_KINDS) as path:
        report = await import_higher_plans(cmd, path, authority=authority, name=name)
    return import_view(report, preferred(request.headers.get("accept-language")))


@get("/higher-plans", opt={"action": Action.PLAN_READ})
async def read_higher_plans(request: AnyRequest, year: YearAsked = None) -> Sequence[HigherPlanFacts]:
    """What higher authorities have planned in a year (this one); of drawn lists the number only: they are
    confidential."""
    wanted = year or local_day(command(request).now).year
    return await higher_plans(authority_of(request), date(wanted, 1, 1), date(wanted, 12, 31))


router = Router("/office", route_handlers=[import_file, read_higher_plans], tags=["office: plans"])
