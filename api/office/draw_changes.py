"""After the draw: recusal (回避), other inspectors (递补) and other objects, asked for, decided, and drawn by lot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field, model_validator

from api.commands import AnyRequest, authority_of, command
from api.office.visits import my_visit
from api.permits import Action
from inspection.draw import store as draws
from inspection.draw.changes import store as changes
from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.settle import Chance
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import Fresh
from inspection.draw.changes.watch import recusals_of
from inspection.kernel.errors import NotFound
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits.changes.ask import ask_instead_of_held, ask_other_object, ask_replacement, recuse
from inspection.visits.changes.settle import settle_change
from inspection.visits.changes.view import ChangeLine, change_line, changes_of
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

OK: Final = 200
Note = Annotated[str, Field(max_length=2000)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Link = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Dice = Annotated[str, Field(pattern=r"^[0-9]{1,100}$")]


class Recuse(Wire):
    """Who has an interest in the object, which, and by which of the rule-set's ways it is resolved."""

    inspector: UUID
    way: RecusalWay
    ground: RelationKind
    note: Note = ""


class ReplaceInspector(Wire):
    """Who is to be replaced, and the rule-set's code of the reason."""

    inspector: UUID
    reason: Code
    note: Words


class ReplaceObject(Wire):
    """Why the object cannot be inspected, and what that is evidenced by. What is found at the door is no reason."""

    reason: Code
    note: Words


class ReplaceHeld(Wire):
    """A ticket (its value, hex) that was held back when the visits were made, and what it is evidenced by."""

    ticket: Link
    note: Words


class Decide(Wire):
    """Whether the change is approved."""

    approved: bool


class GiveChance(Wire):
    """A `link` (hex) of the supervisor's `chain`, or `dice`; neither of them: from the draw's key, marked L0."""

    link: Link | None = None
    chain: UUID | None = None
    dice: Dice | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "GiveChance":
        if (self.link is None) != (self.chain is None) or (self.link is not None and self.dice is not None):
            raise ValueError("a link with its chain, or dice, or neither")
        return self

    def chance(self) -> Chance:
        """As the room of the draw takes it."""
        if self.link is not None:
            return Chance(Fresh.LINK, bytes.fromhex(self.link), self.chain)
        return Chance(Fresh.DICE, self.dice.encode()) if self.dice is not None else Chance(Fresh.KEY)


@dataclass(frozen=True, slots=True)
class Favoured:
    """Recusals that led to the same end more than once: `first` and `second` are who left and who followed, or an
    inspector and the object that recusals led to.
    """

    first: UUID
    second: UUID
    count: int


@dataclass(frozen=True, slots=True)
class RecusalWatch:
    """Recusals of the authority: how many by inspector and by object, and whom they keep favouring."""

    by_inspector: Mapping[str, int]
    by_object: Mapping[str, int]
    pairs: Sequence[Favoured]
    returns: Sequence[Favoured]
    alert: bool


@post("/visits/{visit_id:uuid}/recusals", opt={"action": Action.CHANGE_ASK})
async def declare(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Recuse]) -> Sequence[ChangeLine]:
    """Declare an interest once the object is known; one change for each draw that sent the inspector there."""
    await my_visit(request, visit_id)
    asked = await recuse(
        command(request),
        visit_id=visit_id,
        inspector_id=data.inspector,
        way=data.way,
        ground=data.ground,
        note=data.note,
    )
    return [await change_line(one) for one in asked]


@post("/visits/{visit_id:uuid}/inspector-replacements", opt={"action": Action.CHANGE_ASK})
async def replace_inspector(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[ReplaceInspector]
) -> Sequence[ChangeLine]:
    """Ask for another inspector by lot, for a reason that the rule-set lists."""
    await my_visit(request, visit_id)
    asked = await ask_replacement(
        command(request), visit_id=visit_id, inspector_id=data.inspector, reason=data.reason, note=data.note
    )
    return [await change_line(one) for one in asked]


@post("/visits/{visit_id:uuid}/object-replacements", opt={"action": Action.CHANGE_ASK_OBJECT})
async def replace_object(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[ReplaceObject]
) -> Sequence[ChangeLine]:
    """Ask for the next object of the lot before anybody has gone to this one."""
    await my_visit(request, visit_id)
    asked = await ask_other_object(command(request), visit_id=visit_id, reason=data.reason, note=data.note)
    return [await change_line(one) for one in asked]


@post("/draws/{draw_id:uuid}/held-tickets", opt={"action": Action.CHANGE_ASK_OBJECT})
async def replace_held(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[ReplaceHeld]) -> ChangeLine:
    """Ask for the next object of the lot for a ticket whose object has had its visits of the year meanwhile."""
    ticket = bytes.fromhex(data.ticket)
    asked = await ask_instead_of_held(command(request), draw_id=draw_id, ticket=ticket, note=data.note)
    return await change_line(asked)


@post("/draw-changes/{change_id:uuid}/decision", opt={"action": Action.CHANGE_DECIDE}, status_code=OK)
async def decide(request: AnyRequest, change_id: FromPath[UUID], data: JSONBody[Decide]) -> ChangeLine:
    """Approve or refuse, by whom the rule-set names and nobody who is concerned."""
    await _mine(request, change_id)
    return await change_line(await decide_change(command(request), change_id=change_id, approved=data.approved))


@post("/draw-changes/{change_id:uuid}/chance", opt={"action": Action.CHANGE_SETTLE}, status_code=OK)
async def give(request: AnyRequest, change_id: FromPath[UUID], data: JSONBody[GiveChance]) -> ChangeLine:
    """Bring chance for an approved change: the lot is drawn at once. A second call returns the first result."""
    await _mine(request, change_id)
    return await change_line(await settle_change(command(request), change_id=change_id, chance=data.chance()))


@get("/draws/{draw_id:uuid}/changes", opt={"action": Action.CHANGE_READ})
async def read_changes(request: AnyRequest, draw_id: FromPath[UUID]) -> Sequence[ChangeLine]:
    """All changes of a draw, settled ones first."""
    if (await draws.draw_row(draw_id)).authority != authority_of(request):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw_id))
    return await changes_of(draw_id)


@get("/draw-changes/recusals", opt={"action": Action.CHANGE_READ})
async def read_recusals(request: AnyRequest) -> RecusalWatch:
    """How often who was recused from what; `alert` when recusals keep favouring the same two."""
    found = await recusals_of(authority_of(request))
    return RecusalWatch(
        found.by_inspector, found.by_object, _favoured(found.pairs), _favoured(found.returns), found.alert
    )


def _favoured(counts: Mapping[tuple[str, str], int]) -> list[Favoured]:
    return [Favoured(UUID(first), UUID(second), count) for (first, second), count in sorted(counts.items())]


async def _mine(request: AnyRequest, change_id: UUID) -> ChangeRow:
    row = await changes.row(change_id)
    if (await draws.draw_row(row.draw)).authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "draw.change_unknown", change=str(change_id))
    return row


router = Router(
    "/office",
    route_handlers=[
        declare,
        replace_inspector,
        replace_object,
        replace_held,
        decide,
        give,
        read_changes,
        read_recusals,
    ],
    tags=["office: draws"],
)
