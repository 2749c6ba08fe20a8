"""`/desk/draws/{id}`: where a draw stands, who did what when, and the next step for whoever may take it."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest
from api.desk.answers import desk_page, lang_of, me_of
from api.desk.draw.shown import MOST_CELLS, chains_in_use, lack_shown, shown_to
from api.permits import Action
from inspection.draw.ceremony import VoidReason

SHORTAGE: Final = "shortage"
"""What a refused step told of lacking inspectors, kept with the request until its page is rendered."""


@get("/desk/draws/{draw_id:uuid}", opt={"action": Action.DRAW_READ})
async def read_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The working page."""
    return await draw_page(request, draw_id)


async def draw_page(request: AnyRequest, draw_id: UUID, **facts: object) -> Response[bytes]:
    """The working page, with what a step told besides.

    Raises:
        NotFound: no draw of this authority.
    """
    extra: dict[str, Any] = {"code": None, "made": None} | facts
    shown, lang, me = await shown_to(request, draw_id), lang_of(request), me_of(request)
    told = shown.looked.told if shown.looked else None
    return desk_page(
        request,
        "desk_draw/draw.html",
        shown=shown,
        here=f"/desk/draws/{draw_id}",
        chains=await chains_in_use(request),
        reasons=list(VoidReason),
        outlook_lack=lack_shown(told, lang),
        lack=lack_shown(request.scope["state"].get(SHORTAGE), lang),
        most_cells=MOST_CELLS,
        my_id=me.actor.id if me else "",
        **extra,
    )


HANDLERS = (read_draw,)
