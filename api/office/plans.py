"""The annual plan: drafted, approved by another person, filed."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.ratios import RatioText
from inspection.kernel.errors import NotFound
from inspection.planning.approve_plan import approve_plan, file_plan, return_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plans
from inspection.planning.plan_rules import LineChange
from inspection.policy.terms import Method
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

Year = Annotated[int, Field(ge=2000, le=2100)]
YearAsked = Annotated[int | None, QueryParameter(ge=2000, le=2100)]
Remarks = Annotated[str, Field(min_length=1, max_length=4000)]


class LineChanged(Wire):
    """What is set otherwise than the item list and the rule-set would; absent members keep it."""

    item: Annotated[str, Field(min_length=1, max_length=80)]
    ratio: RatioText | None = None
    frequency: Annotated[int, Field(ge=1, le=366)] | None = None
    methods: Annotated[tuple[Method, ...], Field(max_length=10)] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: Annotated[str, Field(max_length=2000)] | None = None


class DraftPlan(Wire):
    """A year's plan out of the published item list: one line for every item."""

    year: Year
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    changes: Annotated[tuple[LineChanged, ...], Field(max_length=2000)] = ()
    revise: bool = False


class ReturnPlan(Wire):
    """Why a draft goes back."""

    remarks: Remarks


class FilePlan(Wire):
    """With whom the plan is filed; the office that the rule-set names when absent."""

    filed_with: Annotated[str, Field(min_length=1, max_length=200)] | None = None


@post("/plans", opt={"action": Action.PLAN_DRAFT})
async def draft(request: AnyRequest, data: JSONBody[DraftPlan]) -> PlanFacts:
    """Draft the plan of a year, or with `revise` a new version of it."""
    return await draft_plan(
        command(request),
        authority=authority_of(request),
        year=data.year,
        name=data.name,
        changes=_changes(data.changes),
        revise=data.revise,
    )


@get("/plans", opt={"action": Action.PLAN_READ})
async def read_plans(request: AnyRequest, year: YearAsked = None) -> Sequence[PlanFacts]:
    """All versions of all plans, the newest year and version first."""
    return await plans(authority_of(request), year)


@get("/plans/{plan_id:uuid}", opt={"action": Action.PLAN_READ})
async def read_plan(request: AnyRequest, plan_id: FromPath[UUID]) -> PlanFacts:
    """One version of a plan with its lines."""
    return await _mine(request, plan_id)


@post("/plans/{plan_id:uuid}/approval", opt={"action": Action.PLAN_APPROVE}, status_code=200)
async def approve(request: AnyRequest, plan_id: FromPath[UUID]) -> PlanFacts:
    """Put a drafted plan in force; never by the person who drafted it."""
    await _mine(request, plan_id)
    return await approve_plan(command(request), plan_id)


@post("/plans/{plan_id:uuid}/return", opt={"action": Action.PLAN_APPROVE}, status_code=200)
async def send_back(request: AnyRequest, plan_id: FromPath[UUID], data: JSONBody[ReturnPlan]) -> PlanFacts:
    """Send a drafted plan back with remarks."""
    await _mine(request, plan_id)
    return await return_plan(command(request), plan_id, remarks=data.remarks)


@post("/plans/{plan_id:uuid}/filing", opt={"action": Action.PLAN_FILE}, status_code=200)
async def file(request: AnyRequest, plan_id: FromPath[UUID], data: JSONBody[FilePlan]) -> PlanFacts:
    """Note that an approved plan was filed (备案)."""
    await _mine(request, plan_id)
    return await file_plan(command(request), plan_id, filed_with=data.filed_with)


async def _mine(request: AnyRequest, plan_id: UUID) -> PlanFacts:
    found = await plan(plan_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.PLAN_UNKNOWN, "planning.plan_unknown", plan=str(plan_id))
    return found


def _changes(changed: Sequence[LineChanged]) -> Mapping[str, LineChange]:
    return {
        line.item: LineChange(
            ratio=Fraction(line.ratio) if line.ratio is not None else None,
            frequency=line.frequency,
            methods=line.methods,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            note=line.note,
        )
        for line in changed
    }


router = Router(
    "/office", route_handlers=[draft, read_plans, read_plan, approve, send_back, file], tags=["office: plans"]
)
