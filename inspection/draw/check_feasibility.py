"""Before the ceremony: whether whatever is drawn can be staffed, told while everything can still be changed (draw.md
§4.11, step A).
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from inspection.draw import store
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.frozen.shortfall import lack_of
from inspection.draw.frozen.snapshot import LastTeams, Visits
from inspection.draw.frozen.take import check, take
from inspection.draw.standing import event, past, wrong_step
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from inspection.draw.frozen.outlook import Outlook


async def check_feasibility(
    cmd: Command,
    *,
    draw_id: UUID,
    visits_this_year: Mapping[UUID, int] | None = None,
    awaited: Mapping[UUID, Collection[UUID]] | None = None,
    last_teams: LastTeams | None = None,
) -> Ceremony:
    """Look at directory and roster as they are now, and keep what was found with the draft. Nothing is committed to:
    registers may change, the freeze looks again. It may be asked as often as one likes, until the freeze; the other
    arguments as for `freeze`.

    Raises:
        Conflict: `DRAW_TOO_FEW_INSPECTORS` with the bottlenecks in counts and what would help; nothing to draw from;
            the frame is frozen already.
        Invalid: the registers do not fit a draw.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if past(row, DrawState.DRAFT):
            raise wrong_step(row)
        taken = await take(cmd, row, Visits(visits_this_year or {}, awaited or {}, last_teams or {}))
        check(taken, row)
        told = outlook_told(taken.ahead)
        await store.change_draw(
            draw_id,
            {
                "state": DrawState.FEASIBLE.value,
                "outlook": canonical_json(told).decode(),
                "feasible_at": cmd.now,
            },
        )
        await append(event(cmd, row, EventKind.DRAW_FEASIBLE, **told))
    return await store.ceremony(draw_id)


def outlook_told(ahead: "Outlook") -> dict[str, JSON]:
    """What is kept of an outlook: counts only."""
    return {
        "people": ahead.people,
        "unstaffable": ahead.unstaffable,
        "doors": ahead.doors,
        "places": ahead.places,
        "capacity": ahead.capacity,
        **lack_of(ahead.shortage),
    }
