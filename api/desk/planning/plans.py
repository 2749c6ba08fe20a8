"""年度计划: the versions of every year, and one version as a grid beside what is wrong with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.planning.people import names_of
from api.desk.planning.words import Told, diff_told, told
from api.language import Language
from api.office.plans import my_plan
from api.permits import Action
from api.public.shown_plans import plan_told
from inspection.kernel.calendar.rules import local_day
from inspection.planning.facts import PlanFacts
from inspection.planning.find import higher_plans, plan_versions
from inspection.planning.finding import Finding
from inspection.planning.plan_review import bars, left_out, plan_changes, plan_duties, plan_gaps, review
from inspection.planning.plan_rules import STEPS, PlanState, percent
from inspection.planning.publish_plan import to_be_published
from inspection.policy.chapters import chapters
from inspection.policy.load import rule_set_named

YearAsked = Annotated[int | None, QueryParameter(ge=2000, le=2100)]


@get("/desk/plans", opt={"action": Action.PLAN_READ})
async def read_plans(request: AnyRequest, year: YearAsked = None) -> Response[bytes]:
    """All versions by year, and what is to be done about the plans of this year and the next."""
    return await plans_page(request, year)


@get("/desk/plans/{plan_id:uuid}", opt={"action": Action.PLAN_READ})
async def read_plan(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """One version: its grid, what is wrong with it, what it changes."""
    return await plan_page(request, plan_id)


@get("/desk/plans/{plan_id:uuid}/check", opt={"action": Action.PLAN_READ})
async def read_check(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """The plan held against the registers as well: they are counted for it, which takes a moment."""
    found = await my_plan(request, plan_id)
    seen = await review(found, local_day(command(request).now))
    tell = _teller(found, lang_of(request))
    findings, gaps, notes = tell(seen.findings), tell(seen.gaps), tell(seen.notes)
    return desk_page(
        request, "desk_planning/plan_check.html", plan=found, review=seen, findings=findings, gaps=gaps, notes=notes
    )


@get("/desk/plans/{plan_id:uuid}/changes", opt={"action": Action.PLAN_READ})
async def read_changes(
    request: AnyRequest, plan_id: FromPath[UUID], since: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """What this version changes of another one (the one before it)."""
    found = await my_plan(request, plan_id)
    older = await my_plan(request, since) if since else None
    diff = await plan_changes(found, older.id if older else None)
    names = {line.item_code: line.item_name for one in (older, found) if one for line in one.lines}
    versions = await plan_versions(found.authority, found.year)
    return desk_page(
        request,
        "desk_planning/plan_changes.html",
        plan=found,
        older=next((one for one, _ in versions if one.id == diff.older), None) if diff.older != diff.newer else None,
        diff=diff_told(diff, lang_of(request)),
        names=names,
        versions=[one for one, _ in versions if one.id != found.id],
    )


@get("/desk/plans/{plan_id:uuid}/preview", opt={"action": Action.PLAN_READ})
async def read_preview(request: AnyRequest, plan_id: FromPath[UUID]) -> Response[bytes]:
    """The public page as it would be published now."""
    found = await my_plan(request, plan_id)
    document: Mapping[str, Any] = await to_be_published(found)
    shown = plan_told(document, lang_of(request))
    return desk_page(request, "desk_planning/plan_preview.html", plan=shown, facts=found)


async def plans_page(request: AnyRequest, year: int | None = None) -> Response[bytes]:
    """The list of plans."""
    authority, today, lang = authority_of(request), local_day(command(request).now), lang_of(request)
    duties = await plan_duties(today, authority)
    versions = await plan_versions(authority, year)
    return desk_page(
        request,
        "desk_planning/plans.html",
        versions=versions,
        year=year,
        today=today,
        duties=[(duty, [one.text(lang) for one in duty.gaps]) for duty in duties],
        next_years=[(one, any(plan.year == one for plan, _ in versions)) for one in (today.year, today.year + 1)],
    )


async def plan_page(request: AnyRequest, plan_id: UUID) -> Response[bytes]:
    """One version of a plan."""
    found = await my_plan(request, plan_id)
    tell = _teller(found, lang_of(request))
    barring = tell(await bars(found)) if found.state is PlanState.DRAFTED else []
    gaps = tell(await plan_gaps(found)) if found.state is not PlanState.SUPERSEDED else []
    versions = await plan_versions(found.authority, found.year)
    return desk_page(
        request,
        "desk_planning/plan.html",
        plan=found,
        rules=rule_set_named(found.rule_set),
        steps=STEPS[found.state],
        findings=barring,
        gaps=gaps,
        names=await names_of(found.authority),
        versions=versions,
        missing=await left_out(found) if found.state is not PlanState.SUPERSEDED else (),
        above=await higher_plans(found.authority, date(found.year, 1, 1), date(found.year, 12, 31)),
        percent=percent,
        window=month_window,
    )


def _teller(found: PlanFacts, lang: Language) -> Callable[[Iterable[Finding]], list[Told]]:
    clauses = chapters(rule_set_named(found.rule_set), lang)
    return lambda findings: told(findings, clauses, lang)


def month_window(starts_on: date, ends_on: date, year: int) -> range:
    """The months of the year (1–12) in which a line's window lies."""
    first = starts_on.month if starts_on.year == year else (1 if starts_on.year < year else 13)
    last = ends_on.month if ends_on.year == year else (12 if ends_on.year > year else 0)
    return range(first, last + 1)


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (read_plans, read_plan, read_check, read_changes, read_preview)
