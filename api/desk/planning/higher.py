"""上级计划: plans and drawn lists of higher authorities, brought in from a file; what of our list they draw."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, BinaryIO, Final, cast

from litestar import Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted
from api.office.registry_views import ImportView, import_view
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid
from inspection.planning.above import deployed_above
from inspection.planning.find import higher_plans
from inspection.planning.import_higher_plans import import_higher_plans
from inspection.registry.find import published_items
from inspection.registry.intake.sheet import LARGEST
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

YearAsked = Annotated[int | None, QueryParameter(ge=2000, le=2100)]


@get("/desk/plans/higher", opt={"action": Action.PLAN_READ})
async def read_higher(request: AnyRequest, year: YearAsked = None) -> Response[bytes]:
    """What higher authorities have planned in a year, and which items of our list are left to them."""
    return await higher_page(request, year)


@post("/desk/plans/higher", opt={"action": Action.HIGHER_PLANS_IMPORT}, request_max_body_size=LARGEST)
async def import_file(request: AnyRequest) -> Response[bytes]:
    """Bring in a file of higher plans or drawn lists (CSV or XLSX)."""

    async def do(form: Form) -> str | Response[bytes]:
        view = await _imported(request, form)
        if view.rejected or view.warned:
            return await higher_page(request, None, view)
        return see("/desk/plans/higher", "desk_planning.done_imported")

    return await acted(request, do, lambda: higher_page(request))


async def higher_page(
    request: AnyRequest, year: int | None = None, imported: ImportView | None = None
) -> Response[bytes]:
    """The higher plans of a year. `imported`: what a file has just brought in."""
    authority, today = authority_of(request), local_day(command(request).now)
    wanted = year or today.year
    rules = await rules_today(command(request), authority)
    deployed = await deployed_above(authority, await published_items(authority), wanted, rules)
    return desk_page(
        request,
        "desk_planning/higher.html",
        year=wanted,
        years=(today.year - 1, today.year, today.year + 1),
        plans=await higher_plans(authority, date(wanted, 1, 1), date(wanted, 12, 31)),
        left={plan.id: item for item, plan in deployed},
        rules=rules,
        imported=imported,
    )


async def _imported(request: AnyRequest, form: Form) -> ImportView:
    sent = form.files.get("file")
    if sent is None or not sent.filename:
        errors = [{"at": "file", "message": "", "kind": "missing"}]
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=[dict(one) for one in errors])
    cmd, authority = command(request), authority_of(request)
    report = await import_higher_plans(cmd, cast("BinaryIO", sent.file), authority=authority, name=sent.filename)
    return import_view(report, lang_of(request))


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (read_higher, import_file)
