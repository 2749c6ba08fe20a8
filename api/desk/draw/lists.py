"""`/desk/draws`: every draw of the authority with what waits for whom, a page at a time by key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of
from api.desk.answers import desk_page, lang_of
from api.desk.draw.shown import Waiting, waiting
from api.language import Language
from api.permits import Action
from inspection.draw.ceremony import DrawState
from inspection.draw.store_listing import DrawLine, draw_lines
from inspection.draw.told.desk_view import NEXT
from inspection.planning.facts import TaskFacts
from inspection.planning.find import tasks_with_plans

PAGE: Final = 30
OPEN: Final = "open"
Standing = Annotated[str | None, QueryParameter(max_length=20)]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: the draw, its tasks, and what it waits for."""

    draw: DrawLine
    tasks: Sequence[TaskFacts]
    waiting: Waiting | None


@get("/desk/draws", opt={"action": Action.DRAW_READ})
async def read_draws(
    request: AnyRequest,
    standing: FromQuery[Standing] = None,
    task: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The draws, the newest first. `standing`: a state, or `open` for all that wait for something."""
    own = authority_of(request)
    found = await draw_lines(own, states=_states(standing), task=task, before=after, limit=PAGE + 1)
    lines = await _lines(found[:PAGE], lang_of(request))
    more = str(lines[-1].draw.id) if len(found) > PAGE else None
    query = {"standing": standing, "task": str(task) if task else None}
    facts: dict[str, Any] = {
        "lines": lines,
        "more": more,
        "first": after is None,
        "query": query,
        "states": list(DrawState),
    }
    return desk_page(request, "desk_draw/list.html", **facts)


def _states(standing: str | None) -> Collection[DrawState]:
    if standing == OPEN:
        return frozenset(NEXT)
    return frozenset(state for state in DrawState if state.value == standing)


async def _lines(found: Sequence[DrawLine], lang: Language) -> list[Line]:
    tasks = await tasks_with_plans({task for one in found for task in one.tasks})
    return [
        Line(
            one,
            [tasks[task][0] for task in one.tasks if task in tasks],
            waiting(one.state, void_asked=one.void_asked, lang=lang),
        )
        for one in found
    ]


HANDLERS = (read_draws,)
