from uuid import UUID

from inspection.draw import void_draw
from inspection.draw.ceremony import Ceremony
from inspection.draw.store import draw_row
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits import store
from mobile_contract.problems import ProblemCode


async def confirm_void(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """A second person gives an attempt up, as long as no visit has come of it.

    Raises:
        Conflict: visits were assembled from this draw: teams may know of them already.
        NotFound, Refused, Conflict: as `inspection.draw.void_draw.confirm_void`.
    """
    async with unit_of_work():
        await draw_row(draw_id, lock=True)
        served = await store.tickets_served(draw_id)
        if served:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "visits.draw_has_visits", draw=str(draw_id), visits=len(served))
        return await void_draw.confirm_void(cmd, draw_id=draw_id)
