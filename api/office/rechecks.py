"""复查: what was to be put right is looked at again, on site or on the papers that the party handed in."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.office.parameters import PageSize
from api.office.referrals import OK, Form, Seen, Words, my_outcome
from api.permits import Action
from inspection.visits.follow_up.order_recheck import Again, order_recheck
from inspection.visits.follow_up.read import list_rechecks
from inspection.visits.follow_up.rows import RecheckRow, SettledRow
from inspection.visits.follow_up.settle_recheck import accept_papers
from mobile_contract.base import Wire


class OrderRecheck(Wire):
    """When it is looked at again, and why. `seen`: the digest of the outcome on the screen; `form`: a name that the
    client gives it, so that sending it again is no second one; without `inspectors` a team is designated later.
    """

    outcome: UUID
    seen: Seen
    form: Form
    reason: Words
    starts_on: date
    ends_on: date
    scheme: Annotated[str, Field(max_length=20_000)] = ""
    basis: Annotated[str, Field(max_length=1000)] = ""
    inspectors: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()


class AcceptPapers(Wire):
    """That what the party handed in shows it to be put right, and why nobody has to go there again."""

    outcome: UUID
    seen: Seen
    reason: Words


@get("/rechecks", opt={"action": Action.FOLLOW_UP_READ})
async def read_rechecks(
    request: AnyRequest, after: FromQuery[UUID | None] = None, limit: PageSize = 100
) -> Sequence[RecheckRow]:
    """A page of re-checks by id, those behind `after`."""
    return await list_rechecks(authority_of(request), after=after, limit=limit)


@post("/visits/{visit_id:uuid}/rechecks", opt={"action": Action.RECHECK_ORDER})
async def order(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[OrderRecheck]) -> RecheckRow:
    """Order a re-check: a task outside the draw for the same object, which another person approves."""
    await my_outcome(request, visit_id, data.outcome)
    when = data.starts_on, data.ends_on
    unit = bearer_of(request).unit
    again = Again(data.reason, *when, scheme=data.scheme, basis=data.basis, inspectors=data.inspectors, unit=unit)
    return await order_recheck(command(request), outcome_id=data.outcome, seen=data.seen, form=data.form, again=again)


@post("/visits/{visit_id:uuid}/rectification", opt={"action": Action.RECTIFICATION_SETTLE}, status_code=OK)
async def accept(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[AcceptPapers]) -> SettledRow:
    """Settle what was to be put right on the papers that the party handed in."""
    await my_outcome(request, visit_id, data.outcome)
    return await accept_papers(command(request), outcome_id=data.outcome, seen=data.seen, reason=data.reason)


router = Router("/office", route_handlers=[read_rechecks, order, accept], tags=["office: follow-up"])
