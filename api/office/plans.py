"""The annual plan: drafted, checked, approved by another person, filed, published, adjusted."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.language import preferred
from api.office.plan_bodies import DraftPlan, FilePlan, ReturnPlan, changes_of, reasons_of
from api.office.plan_views import DutyView, PlanCheckView, check_view, duty_view
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.planning.approve_plan import approve_plan, file_plan, return_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plans
from inspection.planning.plan_diff import PlanDiff
from inspection.planning.plan_review import plan_changes, plan_duties, review
from inspection.planning.publish_plan import publish_plan
from mobile_contract.problems import ProblemCode

YearAsked = Annotated[int | None, QueryParameter(ge=2000, le=2100)]


@post("/plans", opt={"action": Action.PLAN_DRAFT})
async def draft(request: AnyRequest, data: JSONBody[DraftPlan]) -> PlanFacts:
    """Draft the plan of a year, or with `revise` a new version of it."""
    return await draft_plan(
        command(request),
        authority=authority_of(request),
        year=data.year,
        name=data.name,
        changes=changes_of(data.changes),
        left_out=data.left_out,
        left_out_why=reasons_of(data.left_out_why),
        revise=data.revise,
        reason=data.reason,
    )


@get("/plans", opt={"action": Action.PLAN_READ})
async def read_plans(request: AnyRequest, year: YearAsked = None) -> Sequence[PlanFacts]:
    """All versions of all plans, the newest year and version first."""
    return await plans(authority_of(request), year)


@get("/plans/due", opt={"action": Action.PLAN_READ})
async def read_due(request: AnyRequest, on: FromQuery[date | None] = None) -> Sequence[DutyView]:
    """Plans of this year and the next that are to be made, overdue, outgrown by the list or not published, on a day
    (today)."""
    day = on or local_day(command(request).now)
    lang = preferred(request.headers.get("accept-language"))
    return [duty_view(duty, lang) for duty in await plan_duties(day, authority_of(request))]


@get("/plans/{plan_id:uuid}", opt={"action": Action.PLAN_READ})
async def read_plan(request: AnyRequest, plan_id: FromPath[UUID]) -> PlanFacts:
    """One version of a plan with its lines."""
    return await my_plan(request, plan_id)


@get("/plans/{plan_id:uuid}/check", opt={"action": Action.PLAN_READ})
async def check(request: AnyRequest, plan_id: FromPath[UUID]) -> PlanCheckView:
    """A plan held against the item list, the registers, the cap on visits and the higher plans as they are now."""
    found = await review(await my_plan(request, plan_id), local_day(command(request).now))
    return check_view(found, preferred(request.headers.get("accept-language")))


@get("/plans/{plan_id:uuid}/changes", opt={"action": Action.PLAN_READ})
async def changes(request: AnyRequest, plan_id: FromPath[UUID], since: FromQuery[UUID | None] = None) -> PlanDiff:
    """What this version changes of another one (the one before it), line by line and field by field."""
    if since is not None:
        await my_plan(request, since)
    return await plan_changes(await my_plan(request, plan_id), since)


@post("/plans/{plan_id:uuid}/approval", opt={"action": Action.PLAN_APPROVE}, status_code=200)
async def approve(request: AnyRequest, plan_id: FromPath[UUID]) -> PlanFacts:
    """Put a drafted plan in force; never by the person who drafted it."""
    await my_plan(request, plan_id)
    return await approve_plan(command(request), plan_id)


@post("/plans/{plan_id:uuid}/return", opt={"action": Action.PLAN_APPROVE}, status_code=200)
async def send_back(request: AnyRequest, plan_id: FromPath[UUID], data: JSONBody[ReturnPlan]) -> PlanFacts:
    """Send a drafted plan back with remarks."""
    await my_plan(request, plan_id)
    return await return_plan(command(request), plan_id, remarks=data.remarks)


@post("/plans/{plan_id:uuid}/filing", opt={"action": Action.PLAN_FILE}, status_code=200)
async def file(request: AnyRequest, plan_id: FromPath[UUID], data: JSONBody[FilePlan]) -> PlanFacts:
    """Note that an approved plan was filed (备案)."""
    await my_plan(request, plan_id)
    return await file_plan(command(request), plan_id, filed_with=data.filed_with)


@post("/plans/{plan_id:uuid}/publication", opt={"action": Action.PLAN_PUBLISH}, status_code=200)
async def publish(request: AnyRequest, plan_id: FromPath[UUID]) -> PlanFacts:
    """Publish a plan in force, or the adjustment of it."""
    await my_plan(request, plan_id)
    return await publish_plan(command(request), plan_id)


async def my_plan(request: AnyRequest, plan_id: UUID) -> PlanFacts:
    """A version of a plan of the caller's authority; NotFound for any other."""
    found = await plan(plan_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=str(plan_id))
    return found


router = Router(
    "/office",
    route_handlers=[
        draft,
        read_plans,
        read_due,
        read_plan,
        check,
        changes,
        approve,
        send_back,
        file,
        publish,
    ],
    tags=["office: plans"],
)
