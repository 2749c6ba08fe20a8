"""执法检查人员名录 at the desk: who stands in it and may be sent, whose certificates end, which items lack people."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.registry.asking import asked_of, page_of, stated
from api.desk.registry.wording import told_fields
from api.office.coverage_views import cover_view
from api.office.inspector_photos import photo_of
from api.office.inspector_views import (
    InspectorView,
    batch_view,
    detail_view,
    ending_view,
    standing_view,
)
from api.office.inspectors import register_file
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.registry.find import object_ids, objects
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.questions import (
    coverage,
    ending,
    hindrances_of,
    history,
    one_inspector,
    standing,
    uncertified,
)
from inspection.registry.inspectors.terms import AbsenceKind, InspectorRole, RelationKind
from inspection.registry.rules_in_force import rules_today

LIST: Final = {"action": Action.REGISTRY_READ}
READ: Final = {"action": Action.INSPECTOR_READ}
FILTERS: Final = ("q", "unit", "qualification", "role", "fit", "first_day", "last_day")
WITHIN: Final = 90


@get("/desk/inspectors", opt=LIST)
async def read_inspectors(request: AnyRequest, after: FromQuery[str] = "") -> Response[bytes]:
    """The register: who may be sent on the days asked for, and what speaks against it."""
    asked, cmd = asked_of(request, *FILTERS), command(request)
    found = await standing(cmd, authority_of(request), _window(asked, local_day(cmd.now)))
    people = [standing_view(one, lang_of(request)) for one in found]
    chosen = [one for one in people if _fits(one, asked)]
    rows, more = page_of(chosen, lambda one: one.staff_no, after)
    facts: dict[str, Any] = {
        "rows": rows,
        "more": more,
        "first": not after,
        "asked": asked,
        "query": stated(asked),
        "roles": InspectorRole,
        "total": len(chosen),
        "units": sorted({one.unit for one in people if one.unit}),
        "qualifications": sorted({held for one in people for held in one.qualifications}),
    }
    return desk_page(request, "desk_registry/inspectors.html", **facts)


@get("/desk/inspectors/export", opt={"action": Action.INSPECTOR_KEEP})
async def read_inspector_file(request: AnyRequest) -> Stream:
    """The register as a CSV file that an import takes back unchanged."""
    return await register_file(request)


@get("/desk/inspectors/certificates", opt=READ)
async def read_certificate_watch(request: AnyRequest) -> Response[bytes]:
    """Certificates that end soon or have ended, and inspectors who hold none."""
    cmd, authority = command(request), authority_of(request)
    due = [ending_view(one) for one in await ending(cmd, authority, WITHIN)]
    bare = await uncertified(cmd, authority)
    return desk_page(request, "desk_registry/certificates.html", due=due, bare=bare, within=WITHIN)


@get("/desk/inspectors/coverage", opt=READ)
async def read_item_cover(request: AnyRequest) -> Response[bytes]:
    """Of every published item, how many inspectors could be sent today."""
    covers = await coverage(command(request), authority_of(request))
    rows = [cover_view(one, lang_of(request)) for one in covers]
    return desk_page(request, "desk_registry/cover.html", rows=sorted(rows, key=lambda one: (not one.short, one.code)))


@get("/desk/inspectors/{inspector:uuid}", opt=READ)
async def read_inspector(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """One person: certificates, absences, interests, and what was changed."""
    return await inspector_page(request, inspector)


@get("/desk/inspectors/{inspector:uuid}/photo", opt={**READ, "uncompressed": True})
async def read_face(request: AnyRequest, inspector: FromPath[UUID]) -> Response[Any]:
    """The small copy of the photo."""
    return await photo_of(request, inspector)


async def inspector_page(request: AnyRequest, inspector: UUID) -> Response[bytes]:
    """The page of one person of the register."""
    cmd, authority, lang = command(request), authority_of(request), lang_of(request)
    today, person = local_day(cmd.now), await one_inspector(authority, inspector)
    against = await hindrances_of([inspector], (today, today), await rules_today(cmd, authority))
    facts: dict[str, Any] = {
        "one": detail_view(person, against.get(inspector, ()), lang),
        "today": today,
        "unreviewed": person.unreviewed,
        "history": [batch_view(batch) for batch in await history(authority, inspector)],
        "named": await _objects(authority, person),
        "absence_kinds": AbsenceKind,
        "relation_kinds": RelationKind,
        **told_fields(lang),
    }
    return desk_page(request, "desk_registry/inspector.html", **facts)


async def _objects(authority: UUID, person: InspectorFacts) -> dict[str, tuple[UUID, str]]:
    """By code, (id, name) of those objects in whom the person has an interest that the register holds."""
    ids = await object_ids(authority, sorted({tie.object_code for tie in person.relations}))
    found = await objects(ids.values())
    return {code: (one, found[one].name) for code, one in ids.items()}


def _fits(one: InspectorView, asked: dict[str, str]) -> bool:
    sought = asked["q"].casefold()
    numbers = [held.number for held in one.certificates]
    return (
        (not sought or any(sought in told.casefold() for told in (one.name, one.staff_no, *numbers)))
        and asked["unit"] in {"", one.unit}
        and (not asked["qualification"] or asked["qualification"] in one.qualifications)
        and asked["role"] in {"", one.role.value}
        and (asked["fit"] != "yes" or one.dispatchable)
        and (asked["fit"] != "no" or not one.dispatchable)
    )


def _window(asked: dict[str, str], today: date) -> tuple[date, date]:
    """The days that were asked for, in whichever order; today for what is no day."""
    days = [_day(asked[name]) for name in ("first_day", "last_day")]
    told = sorted(one for one in days if one is not None) or [today]
    return told[0], told[-1]


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


HANDLERS: Final = [
    read_inspectors,
    read_inspector_file,
    read_certificate_watch,
    read_item_cover,
    read_inspector,
    read_face,
]
