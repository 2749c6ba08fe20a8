"""补录: visits that began without a code; what is to be filed, by when, and what came of it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.office.late_filings import DismissFiling, FileLate, filing_of
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.policy.terms import TaskKind
from inspection.registry import find as registry
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.rules_in_force import rules_today
from inspection.visits.late_filing.dismiss import dismiss_filing
from inspection.visits.late_filing.file import file_late
from inspection.visits.late_filing.listing import LateFilingShown, late_filings

PLACE: Final = "/desk/late-filings"
MOST: Final = 100
KINDS: Final = tuple(one.value for one in TaskKind if one not in {TaskKind.RANDOM, TaskKind.RECHECK})


@dataclass(frozen=True, slots=True)
class FilingShown:
    """One of them with the names of who wrote it and of what it may be about."""

    told: LateFilingShown
    people: tuple[str, ...]
    objects: tuple[ObjectFacts, ...]


@get(PLACE, opt={"action": Action.LATE_FILING_READ})
async def read_filings(request: AnyRequest) -> Response[bytes]:
    """What is to be filed by the day it is due; or all that ended, the newest first."""
    return await filings_page(request)


@post("/desk/late-filings/{visit_id:uuid}", opt={"action": Action.LATE_FILING_FILE})
async def file(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """File such a visit with its tasks."""

    async def do(form: Form) -> str:
        filing = await filing_of(authority_of(request), filled(form, FileLate))
        done = await file_late(command(request), filing, visit_id=visit_id, unit=bearer_of(request).unit)
        return see(PLACE, f"desk_oversight.done_{'filed' if done.opened else 'filed_to_approve'}")

    return await acted(request, do, lambda: filings_page(request))


@post("/desk/late-filings/{visit_id:uuid}/dismissal", opt={"action": Action.LATE_FILING_FILE})
async def dismiss(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Say that there is none."""

    async def do(form: Form) -> str:
        await dismiss_filing(command(request), visit_id=visit_id, reason=filled(form, DismissFiling).reason)
        return see(PLACE, "desk_oversight.done_dismissed")

    return await acted(request, do, lambda: filings_page(request))


async def filings_page(request: AnyRequest) -> Response[bytes]:
    """The filings."""
    authority, ended = authority_of(request), request.query_params.get("show") == "all"
    rules = await rules_today(command(request), authority)
    found = await late_filings(authority, local_day(command(request).now), ended=ended, limit=MOST)
    items = [(one.code, f"{one.code} {one.name}") for one in await registry.published_items(authority)]
    return desk_page(
        request,
        "desk_oversight/late_filings.html",
        filings=await _named(found),
        ended=ended,
        scheme_required=rules.task.scheme_required,
        items=items,
        filing_kinds=[(one, text(f"policy.word.task_kind_{one}", lang_of(request))) for one in KINDS],
    )


async def _named(found: list[LateFilingShown]) -> list[FilingShown]:
    people = await registry.named_people({one for told in found for one in told.inspectors}) if found else {}
    objects = await registry.objects({one for told in found for one in told.objects}) if found else {}
    return [
        FilingShown(
            told,
            tuple(people[one][0] for one in told.inspectors if one in people),
            tuple(objects[one] for one in told.objects if one in objects),
        )
        for told in found
    ]


HANDLERS: Final = (read_filings, file, dismiss)
