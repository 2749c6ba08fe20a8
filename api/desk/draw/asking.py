"""Asking for a change of a drawn visit: recusal (回避), another inspector (递补), another object. Of a sealed visit the
object is not named here either.
"""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import desk_page, see
from api.desk.forms import Did, Form, acted_on, filled
from api.office.draw_changes import Recuse, ReplaceInspector, ReplaceObject
from api.office.visits import my_visit
from api.permits import Action
from inspection.draw.changes.terms import RECUSAL_REASON, ObjectReason
from inspection.policy.load import rule_set_named
from inspection.registry.find import named_people
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits import store
from inspection.visits.changes.ask import ask_other_object, ask_replacement, recuse

PLACE: Final = "/desk/draws/visits/{visit_id:uuid}"


@get(PLACE, opt={"action": Action.CHANGE_ASK})
async def read_asking(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """What may be asked for of this visit, and of whom in its team."""
    return await _page(request, visit_id)


@post(f"{PLACE}/recusals", opt={"action": Action.CHANGE_ASK})
async def declare(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Declare an interest once the object is known."""

    async def do(form: Form) -> None:
        told = filled(form, Recuse)
        who = {"inspector_id": told.inspector, "way": told.way, "ground": told.ground, "note": told.note}
        await recuse(command(request), visit_id=visit_id, **who)  # type: ignore[arg-type]

    return await _asked(request, visit_id, do)


@post(f"{PLACE}/inspector-replacements", opt={"action": Action.CHANGE_ASK})
async def replace_inspector(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Ask for another inspector by lot, for a reason that the rule-set lists."""

    async def do(form: Form) -> None:
        told = filled(form, ReplaceInspector)
        why = {"inspector_id": told.inspector, "reason": told.reason, "note": told.note}
        await ask_replacement(command(request), visit_id=visit_id, **why)  # type: ignore[arg-type]

    return await _asked(request, visit_id, do)


@post(f"{PLACE}/object-replacements", opt={"action": Action.CHANGE_ASK_OBJECT})
async def replace_object(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Ask for the next object of the lot before anybody has gone to this one."""

    async def do(form: Form) -> None:
        told = filled(form, ReplaceObject)
        await ask_other_object(command(request), visit_id=visit_id, reason=told.reason, note=told.note)

    return await _asked(request, visit_id, do)


async def _asked(request: AnyRequest, visit_id: UUID, do: Did) -> Response[bytes]:
    await my_visit(request, visit_id)
    return await acted_on(
        request,
        do,
        see(f"/desk/draws/visits/{visit_id}", "desk_draw.done_change_asked"),
        lambda: _page(request, visit_id),
    )


async def _page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    visit = await my_visit(request, visit_id)
    rules = rule_set_named(visit.rule_set)
    there = [one.inspector for one in await store.members(visit_id) if one.left_at is None]
    names = await named_people(there)
    return desk_page(
        request,
        "desk_draw/asking.html",
        visit=visit,
        here=f"/desk/draws/visits/{visit_id}",
        team=[(str(one), names[one][0]) for one in there if one in names],
        ways=rules.recusal.ways,
        grounds=list(RelationKind),
        reasons=[one for one in rules.replacement.reasons if one.code != RECUSAL_REASON],
        object_reasons=list(ObjectReason),
    )


HANDLERS = (read_asking, declare, replace_inspector, replace_object)
