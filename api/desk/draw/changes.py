"""Changes after the draw (回避、递补): asked for, decided by whom the rule-set names, drawn by lot with new chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.draw.shown import chains_in_use, tasks_of
from api.desk.forms import Form, acted, filled
from api.office.draw_changes import Decide, GiveChance, ReplaceHeld
from api.office.draws import my_draw
from api.permits import Action
from inspection.draw.changes import store as store_changes
from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.settle import Chance
from inspection.draw.changes.terms import ChangeState
from inspection.kernel.canonical import JSON
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, read_all
from inspection.policy.load import rule_set_named
from inspection.registry.find import named_people
from inspection.visits.changes.ask import ask_instead_of_held
from inspection.visits.changes.settle import settle_change
from inspection.visits.changes.view import ChangeLine, changes_of
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Changed:
    """A change with names: who asked, who leaves and who followed; `reason` in words."""

    line: ChangeLine
    asked_by: str
    leaves: str
    follows: str
    reason: str


@get("/desk/draws/{draw_id:uuid}/changes", opt={"action": Action.CHANGE_READ})
async def read_changes(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """All changes of a draw, settled ones first."""
    return await changes_page(request, draw_id)


@post("/desk/draws/{draw_id:uuid}/changes/held", opt={"action": Action.CHANGE_ASK_OBJECT})
async def replace_held(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Ask for the next object of the lot for a ticket whose object has had its visits of the year meanwhile."""
    await my_draw(request, draw_id)

    async def do(form: Form) -> str:
        told = filled(form, ReplaceHeld)
        ticket = bytes.fromhex(told.ticket)
        await ask_instead_of_held(command(request), draw_id=draw_id, ticket=ticket, note=told.note)
        return see(f"/desk/draws/{draw_id}/changes", "desk_draw.done_change_asked")

    return await acted(request, do, lambda: changes_page(request, draw_id))


@post("/desk/draws/changes/{change_id:uuid}/decision", opt={"action": Action.CHANGE_DECIDE})
async def decide(request: AnyRequest, change_id: FromPath[UUID]) -> Response[bytes]:
    """Approve or refuse, by whom the rule-set names and nobody who is concerned."""
    draw_id = await _draw_of(request, change_id)

    async def do(form: Form) -> str:
        approved = filled(form, Decide).approved
        await decide_change(command(request), change_id=change_id, approved=approved)
        done = "desk_draw.done_change_approved" if approved else "desk_draw.done_change_refused"
        return see(f"/desk/draws/{draw_id}/changes", done)

    return await acted(request, do, lambda: changes_page(request, draw_id))


@post("/desk/draws/changes/{change_id:uuid}/chance", opt={"action": Action.CHANGE_SETTLE})
async def give(request: AnyRequest, change_id: FromPath[UUID]) -> Response[bytes]:
    """Bring chance for an approved change: the lot is drawn at once; dice wait for the second person."""
    draw_id = await _draw_of(request, change_id)

    async def do(form: Form) -> str:
        chance = _chance(form)
        after = await settle_change(command(request), change_id=change_id, chance=chance)
        done = "change_settled" if after.state is ChangeState.SETTLED else "change_typed"
        return see(f"/desk/draws/{draw_id}/changes", f"desk_draw.done_{done}")

    return await acted(request, do, lambda: changes_page(request, draw_id))


async def changes_page(request: AnyRequest, draw_id: UUID) -> Response[bytes]:
    """The changes of a draw of this authority.

    Raises:
        NotFound: there is none.
    """
    row = await my_draw(request, draw_id)
    lines = await _named(request, await changes_of(draw_id), row.rule_set)
    facts: dict[str, Any] = {
        "row": row,
        "tasks": await tasks_of(row.tasks),
        "lines": lines,
        "here": f"/desk/draws/{draw_id}",
    }
    return desk_page(request, "desk_draw/changes.html", chains=await chains_in_use(request), **facts)


async def _named(request: AnyRequest, lines: Sequence[ChangeLine], rule_set: str) -> list[Changed]:
    people = await named_people({one for line in lines for one in (line.inspector, line.follower) if one})
    told = await read_all([f"draw_change:{line.id}" for line in lines])
    words = _reasons(rule_set, lang_of(request))
    return [
        Changed(
            line,
            asked_by=next(
                (one.actor_name for one in told.get(f"draw_change:{line.id}", ()) if one.kind is _ASKED), line.asked_by
            ),
            leaves=_name(people, line.inspector),
            follows=_name(people, line.follower),
            reason=words.get(line.reason, ""),
        )
        for line in lines
    ]


_ASKED = EventKind.DRAW_CHANGE_ASKED
_WAYS: Final[Mapping[str, Sequence[str]]] = {"link": ("link", "chain"), "dice": ("dice",), "key": ()}
"""What a form must bring by the way of chance that was chosen."""


def _name(people: Mapping[UUID, tuple[str, str | None]], one: UUID | None) -> str:
    return people[one][0] if one is not None and one in people else ""


def _reasons(rule_set: str, lang: str) -> dict[str, str]:
    """The rule-set's own words for its reasons of a replacement."""
    try:
        listed = rule_set_named(rule_set).replacement.reasons
    except NotFound:
        return {}
    return {one.code: one.text.en if lang == "en" else one.text.zh for one in listed}


def _chance(form: Form) -> Chance:
    """The chance of the way that was chosen. A way without its value is no other way: nothing is left to the key.

    Raises:
        Invalid: a way that there is not, or what it needs is missing.
    """
    needed = _WAYS.get(form.get("way"), ("way",))
    told = {name: ["".join(form.get(name).split())] for name in needed}
    if missing := [name for name, (value,) in told.items() if not value or name == "way"]:
        errors: JSON = [{"at": name, "message": "missing", "kind": "missing"} for name in missing]
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=errors)
    return filled(Form(told), GiveChance).chance()


async def _draw_of(request: AnyRequest, change_id: UUID) -> UUID:
    """The draw of a change of this authority."""
    row = await store_changes.row(change_id)
    if (await my_draw(request, row.draw)).authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "draw.change_unknown", change=str(change_id))
    return row.draw


HANDLERS = (read_changes, replace_held, decide, give)
