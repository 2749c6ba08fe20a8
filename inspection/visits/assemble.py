"""From a sealed draw to visits."""

from uuid import UUID

from inspection.draw.disclose import sealed_matches
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.visits import store
from inspection.visits.open_visits import Assembled, open_visits
from inspection.visits.rows import Door
from inspection.visits.states import MERGEABLE
from inspection.visits.warn import warn_of
from mobile_contract.problems import ProblemCode


async def assemble_visits(cmd: Command, *, draw_id: UUID) -> Assembled:
    """Make the visits of a sealed draw; they stay secret until they are unsealed. Repeating it makes none twice.

    Raises:
        NotFound: `visits.no_draw`, `registry.checklist_missing`.
        Conflict: `visits.object_drawn_twice`; the draw is not sealed (raised by the draw).
    """
    return await in_unit(_assemble, cmd, draw_id)


async def _assemble(cmd: Command, draw_id: UUID) -> Assembled:
    drawn = await store.drawn_task(draw_id)
    if drawn is None or (cmd.authority is not None and drawn.authority != cmd.authority):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "visits.no_draw", draw=str(draw_id))
    matches = await sealed_matches(draw_id)
    served = await store.tickets_served(draw_id)
    fresh = sorted((match for match in matches if match.ticket_id not in served), key=lambda m: m.ticket_id)
    if not fresh:
        return Assembled((), ())
    if len({match.object_id for match in fresh}) != len(fresh):
        raise Conflict(ProblemCode.CONFLICT, "visits.object_drawn_twice", draw=str(draw_id))
    doors = [Door(match.object_id, match.ticket_id, match.team) for match in fresh]
    opened = await open_visits(cmd, drawn, doors, MERGEABLE)
    await warn_of(
        cmd,
        drawn.task,
        [door.object for door in doors],
        rule_set_named(drawn.rule_set),
        (drawn.starts_on, drawn.ends_on),
        sealed=True,
    )
    return opened
