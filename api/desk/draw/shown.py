"""What the pages of a draw show of it, read through the draw's own readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from api.commands import AnyRequest, authority_of
from api.desk.answers import lang_of
from api.language import Language
from api.office.draws import my_draw
from api.permits import PERMITS, Action
from api.public.shown_draw import ShownDraw, shown_draw
from inspection.draw.ceremony import DrawState
from inspection.draw.store import DrawRow
from inspection.draw.store_listing import Looked, looked, tickets_told
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.store_supervisors import ChainRow
from inspection.draw.told.desk_view import Contributing, Happened, Step, contributing, desk_view, history, waits_for
from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from inspection.planning.facts import TaskFacts
from inspection.planning.find import tasks_with_plans

TAKES: Final[Mapping[Step, Action]] = {
    Step.CHECK: Action.DRAW_CHECK,
    Step.FREEZE: Action.DRAW_FREEZE,
    Step.CONTRIBUTE: Action.DRAW_CONTRIBUTE,
    Step.EXECUTE: Action.DRAW_EXECUTE,
    Step.MATCH: Action.DRAW_EXECUTE,
    Step.SEAL: Action.DRAW_SEAL,
    Step.VISIT: Action.VISIT_ASSEMBLE,
    Step.VOID: Action.DRAW_VOID,
}
"""Whose step it is: the row of the table of permits."""
PHASES: Final = ("plan", "freeze", "chance", "execute", "match", "seal", "open")
_REACHED: Final[Mapping[DrawState, int]] = {
    DrawState.DRAFT: 0,
    DrawState.FEASIBLE: 0,
    DrawState.FROZEN: 2,
    DrawState.ENTROPY: 3,
    DrawState.DRAWN: 4,
    DrawState.MATCHED: 5,
    DrawState.SEALED: 6,
    DrawState.OPENING: 6,
    DrawState.CLOSED: 7,
}
MOST_CELLS: Final = 60
"""So many cells stand on the working page; the projector shows all of them by pages."""
DRAFTS: Final = frozenset({DrawState.DRAFT, DrawState.FEASIBLE})
OVER: Final = frozenset({DrawState.SEALED, DrawState.OPENING, DrawState.CLOSED})


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a draw waits for, and for whom (roles by name)."""

    step: Step
    who: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the steps of the ceremony: `standing` is past, now or later."""

    name: str
    standing: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A draw as its working page and the projector show it. `tickets`: how many were drawn, how many are public."""

    row: DrawRow
    draw: ShownDraw
    tasks: Sequence[TaskFacts]
    waiting: Waiting | None
    phases: Sequence[Phase]
    contributing: Sequence[Contributing]
    history: Sequence[Happened]
    tickets: tuple[int, int]
    looked: Looked | None

    @property
    def title(self) -> str:
        """The numbers of its tasks."""
        return "、".join(task.number for task in self.tasks)

    @property
    def draft(self) -> bool:
        """Whether nothing is frozen yet."""
        return self.row.state in DRAFTS

    @property
    def over(self) -> bool:
        """Whether it was sealed."""
        return self.row.state in OVER


async def shown_to(request: AnyRequest, draw_id: UUID) -> Shown:
    """A draw of this authority.

    Raises:
        NotFound: there is none.
    """
    row = await my_draw(request, draw_id)
    return Shown(
        row=row,
        draw=shown_draw(await desk_view(draw_id)),
        tasks=await tasks_of(row.tasks),
        waiting=waiting(row.state, void_asked=row.void_asked_by is not None, lang=lang_of(request)),
        phases=phases(row.state),
        contributing=await contributing(draw_id),
        history=await history(row),
        tickets=await tickets_told(draw_id),
        looked=await looked(draw_id) if row.state in DRAFTS else None,
    )


async def tasks_of(ids: Sequence[UUID]) -> list[TaskFacts]:
    """Tasks in this order."""
    found = await tasks_with_plans(ids)
    return [found[one][0] for one in ids if one in found]


async def chains_in_use(request: AnyRequest) -> list[ChainRow]:
    """The chains of this authority's supervisors that give links."""
    return [one for one in await store_supervisors.chains(authority_of(request)) if one.retired_at is None]


def waiting(state: DrawState, *, void_asked: bool, lang: Language) -> Waiting | None:
    """What a draw in this state waits for; None when nothing does."""
    step = waits_for(state, void_asked=void_asked)
    return Waiting(step, roles_told(TAKES[step], lang)) if step is not None else None


def roles_told(action: Action, lang: Language) -> str:
    """The roles that may do this, by name."""
    between = "、" if lang == "zh_CN" else ", "
    return between.join(text(f"desk.role_{role.value}", lang) for role in Role if role in PERMITS[action])


def phases(state: DrawState) -> list[Phase]:
    """The ceremony step by step; of a draw that was given up nothing is to come."""
    reached = _REACHED.get(state, -1)
    return [
        Phase(name, "past" if number < reached else "now" if number == reached else "later")
        for number, name in enumerate(PHASES)
    ]


def lack_shown(facts: Mapping[str, Any] | None, lang: Language) -> Mapping[str, Any] | None:
    """A shortage of inspectors as a table: its bottlenecks in counts, the cap that would help, and the words."""
    if not facts or not facts.get("bottlenecks"):
        return None
    return {
        "rows": facts["bottlenecks"],
        "cap": facts.get("cap_needed"),
        "fits": facts.get("fits"),
        "words": facts["explained"][lang],
    }
