"""`/desk/draws/{id}/stage`: the draw for a projector and witnesses, one step a page, no menu, large type.

It shows what anybody may know and nothing else: counts, digests, exact chances, tickets. What runs is shown while it
runs; lots that were drawn already are shown one by one only under the name of a replay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from api.commands import AnyRequest
from api.desk.answers import desk_page, lang_of, me_of
from api.desk.draw.progress import rows_looked_at
from api.desk.draw.shown import Shown, lack_shown, shown_to
from api.pages.qr import qr
from api.permits import Action
from api.process import process_of
from inspection.authority import store as authorities
from inspection.draw.ceremony import DrawState
from inspection.draw.store_listing import ticket_page
from inspection.draw.told.desk_view import Step
from inspection.kernel.catalogue import text

STEPS: Final = 7
ROWS: Final = 6
"""So many rows of a table can be read from eight metres."""
LOTS: Final = 24
"""So many tickets, in the order of the lot, on one page."""
LIVE: Final = {3: Step.CONTRIBUTE, 4: Step.EXECUTE, 5: Step.MATCH, 6: Step.SEAL}
"""Steps that wait for somebody: their page asks again until it was taken."""
T = TypeVar("T")
StepAsked = Annotated[int | None, QueryParameter(ge=1, le=STEPS)]
PageAsked = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
Place = Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,9}\.[0-9]{1,9}$", description="(cell, rank) gone by")]


@dataclass(frozen=True, slots=True)
class Sheet(Sequence[T]):
    """One page of a long list."""

    rows: Sequence[T]
    page: int
    pages: int

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]


@get("/desk/draws/{draw_id:uuid}/stage", opt={"action": Action.DRAW_READ})
async def read_stage(
    request: AnyRequest,
    draw_id: FromPath[UUID],
    step: FromQuery[StepAsked] = None,
    page: FromQuery[PageAsked] = 1,
    after: FromQuery[Place] = None,
) -> Response[bytes]:
    """One step of the ceremony; without `step` the one where the draw stands."""
    return await stage_page(request, draw_id, step, page=page, after=after)


async def stage_page(
    request: AnyRequest, draw_id: UUID, step: int | None = None, *, page: int = 1, after: str | None = None
) -> Response[bytes]:
    """The projector at a step.

    Raises:
        NotFound: no draw of this authority.
    """
    shown, lang, me = await shown_to(request, draw_id), lang_of(request), me_of(request)
    at = step or standing(shown.row.state)
    owner = await authorities.authority(shown.row.authority)
    address = f"{process_of(request).settings.address}/draws/{draw_id}"
    here = f"/desk/draws/{draw_id}/stage"
    return desk_page(
        request,
        "desk_draw/stage.html",
        shown=shown,
        at=at,
        last=STEPS,
        here=here,
        owner=owner.name if owner else "",
        address=address,
        qr=qr(address, text("desk_draw.stage_qr", lang)),
        groups=fours(shown.draw.fingerprint or ""),
        cells=cut(shown.draw.cells, page),
        live=shown.waiting is not None and LIVE.get(at) is shown.waiting.step,
        looked=await rows_looked_at(draw_id, process_of(request).clock),
        lack=lack_shown(request.scope["state"].get("shortage"), lang),
        my_id=me.actor.id if me else "",
        **await _lots(shown, after),
    )


async def _lots(shown: Shown, after: str | None) -> dict[str, Any]:
    cell, _, rank = (after or "0.0").partition(".")
    found = await ticket_page(shown.row.id, after=(int(cell), int(rank)), limit=LOTS + 1)
    lots = found[:LOTS]
    more = f"{lots[-1].cell}.{lots[-1].rank}" if len(found) > LOTS else None
    return {"lots": lots, "more_lots": more, "first_lots": after is None}


def standing(state: DrawState) -> int:
    """The step of the projector at which a draw in this state stands."""
    return {
        DrawState.DRAFT: 1,
        DrawState.FEASIBLE: 1,
        DrawState.FROZEN: 3,
        DrawState.ENTROPY: 4,
        DrawState.DRAWN: 5,
        DrawState.MATCHED: 6,
        DrawState.SEALED: 6,
        DrawState.VOIDED: 1,
    }.get(state, STEPS)


def fours(digest: str) -> list[str]:
    """Groups of four, as people compare them aloud."""
    return [digest[at : at + 4] for at in range(0, len(digest), 4)]


def cut(rows: Sequence[T], page: int) -> Sheet[T]:
    """A page of rows; behind the last one the last."""
    pages = max(1, -(-len(rows) // ROWS))
    number = min(page, pages)
    return Sheet(rows[(number - 1) * ROWS : number * ROWS], number, pages)


HANDLERS = (read_stage,)
