"""检查对象名录 at the desk: found as one types, and read one by one."""

import re
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.registry.asking import PAGE, asked_of, picked, stated
from api.desk.registry.wording import told_fields
from api.office.objects import exported
from api.permits import Action, may
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.kernel.errors import NotFound
from inspection.policy.terms import Mark
from inspection.registry.find import list_objects, marks_of, object_by_code, object_facts
from inspection.registry.objects import store_registers
from inspection.registry.objects.covering import covering_items
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.history import object_history
from inspection.registry.objects.rows import GRADES, ObjectKind, ObjectStatus, RiskLevel
from inspection.registry.objects.rules import in_force, object_grounds
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.rules_in_force import rules_today
from inspection.visits.listing import visits_at
from inspection.visits.store_cards import visits_by_id
from mobile_contract.problems import ProblemCode

FILTERS: Final = ("q", "area", "tag", "kind", "grade", "status", "risk", "complaints_from", "owner")
_OPT: Final = {"action": Action.REGISTRY_READ}


@get("/desk/objects", opt=_OPT)
async def read_objects(request: AnyRequest, after: FromQuery[str] = "") -> Response[bytes]:
    """The register: searched by name or code, filtered, a page at a time by code."""
    asked = asked_of(request, *FILTERS)
    rows = await list_objects(authority_of(request), replace(query_of(asked), after=after or None, limit=PAGE + 1))
    more = rows[PAGE - 1].code if len(rows) > PAGE else None
    registers = await store_registers.every_register(authority_of(request))
    lists: dict[str, Any] = {"kinds": ObjectKind, "statuses": ObjectStatus, "risks": RiskLevel, "grades": GRADES}
    facts: dict[str, Any] = {"asked": asked, "query": stated(asked), "registers": registers, **lists}
    return desk_page(request, "desk_registry/objects.html", rows=rows[:PAGE], more=more, first=not after, **facts)


@get("/desk/objects/export/{kind_of_file:str}", opt={"action": Action.REGISTRY_EXPORT, "uncompressed": True})
async def read_export(request: AnyRequest, kind_of_file: FromPath[str]) -> Stream:
    """What the same filters find, as a file that an import takes back."""
    if kind_of_file not in {"csv", "xlsx"}:
        raise NotFound(ProblemCode.NOT_FOUND, "api.not_found")
    return await exported(request, kind_of_file, query_of(asked_of(request, *FILTERS)))


@get("/desk/objects/{object_id:uuid}", opt=_OPT)
async def read_object(request: AnyRequest, object_id: FromPath[UUID]) -> Response[bytes]:
    """One object: what it is, its marks, registers, grounds, items, history."""
    return await object_page(request, object_id)


async def object_page(request: AnyRequest, object_id: UUID) -> Response[bytes]:
    """The page of one object."""
    facts, cmd = await my_object(request, object_id), command(request)
    today, rules = local_day(cmd.now), await rules_today(cmd, facts.authority)
    marks = await marks_of(object_id)
    found = object_grounds([one.marked for one in marks], facts.flags, rules, today)
    words = {one.code: one.text for one in (*rules.visit_cap.exemptions, *rules.risk.targeted)}
    return desk_page(
        request,
        "desk_registry/object.html",
        one=facts,
        mark_choices=[(one.value, text(f"policy.word.mark_{one.value}", lang_of(request))) for one in Mark],
        **told_fields(lang_of(request)),
        today=today,
        marks=[(one, in_force(one.marked, today)) for one in marks],
        exempt=[words[code] for code in found.exempt],
        targeted=[words[code] for code in found.targeted],
        items=await covering_items(facts, today),
        owner=await _owner(facts),
        history=await object_history(object_id),
        **await _places(request, object_id),
    )


async def my_object(request: AnyRequest, object_id: UUID) -> ObjectFacts:
    """An object of this office.

    Raises:
        NotFound: `registry.object_unknown`, also for another office's.
    """
    found = await object_facts(object_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(object_id))
    return found


async def _places(request: AnyRequest, object_id: UUID) -> dict[str, Any]:
    """Special registers, and the visits that may be told of: nothing that is sealed, nor that ended sealed."""
    names = {one.id: one for one in await store_registers.every_register(authority_of(request))}
    entries = [(names[entry.register], entry) for entry in await store_registers.entries_of(object_id)]
    told = may(bearer_of(request).actor.role, Action.VISIT_READ)
    visits = await visits_by_id(await visits_at([object_id])) if told else {}
    newest = sorted(visits.values(), key=lambda one: one.starts_on, reverse=True)
    return {"entries": entries, "visits": newest, "visits_told": told}


async def _owner(facts: ObjectFacts) -> ObjectFacts | None:
    if facts.owner is None:
        return None
    try:
        return await object_by_code(facts.authority, facts.owner)
    except NotFound:
        return None


def query_of(asked: dict[str, str]) -> ObjectQuery:
    """The search that the filters ask for. What looks like a code is sought as the beginning of one."""
    sought = asked["q"]
    coded = sought.isascii() and any(char.isdigit() for char in sought) and " " not in sought
    complaints = asked["complaints_from"]
    return ObjectQuery(
        name=sought if sought and not coded else None,
        code=sought if coded else None,
        area=asked["area"] or None,
        tag=asked["tag"] or None,
        kind=picked(ObjectKind, asked["kind"]),
        credit_grade=asked["grade"] if asked["grade"] in GRADES else None,
        status=picked(ObjectStatus, asked["status"]),
        risk=picked(RiskLevel, asked["risk"]),
        complaints_from=int(complaints) if re.fullmatch(r"[0-9]{1,7}", complaints) else None,
        owner=asked["owner"] or None,
    )


HANDLERS: Final = [read_objects, read_export, read_object]
