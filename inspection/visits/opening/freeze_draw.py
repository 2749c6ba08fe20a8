from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from inspection.draw.ceremony import Ceremony
from inspection.draw.check_feasibility import check_feasibility
from inspection.draw.freeze import freeze
from inspection.draw.frozen.snapshot import LastTeams
from inspection.draw.store import draw_row
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.planning.find import task
from inspection.policy.load import rule_set_named
from inspection.registry.find import item
from inspection.visits import store
from inspection.visits.ledger.questions import visits_this_year
from inspection.visits.opening import store_before
from inspection.visits.opening.before import last_teams
from inspection.visits.rules import first_day


@dataclass(frozen=True, slots=True)
class Before:
    """What the visits before a draw say of its objects."""

    visits_this_year: Mapping[UUID, int]
    awaited: Mapping[UUID, Collection[UUID]]
    last_teams: LastTeams


async def check_draw(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """Whether whatever is drawn can be staffed, with what the visits before it say as it stands today.

    Raises:
        NotFound: no such draw.
        Invalid, Conflict: as `inspection.draw.check_feasibility.check_feasibility`.
    """
    known = await _before(cmd, draw_id)
    return await check_feasibility(
        cmd,
        draw_id=draw_id,
        visits_this_year=known.visits_this_year,
        awaited=known.awaited,
        last_teams=known.last_teams,
    )


async def freeze_draw(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """Freeze a draw's frame with what the visits before it say, as it stands today: who has had the visits of the year
    (威海 第六条) or still waits for one of the same item stays in the frame, marked, and cannot be drawn; who was sent
    last may be sent again (泉州 二(三)2). The year is that of the first task's window, not that of the draw.

    Raises:
        NotFound: no such draw.
        Refused, Conflict: as `inspection.draw.freeze.freeze`.
    """
    known = await _before(cmd, draw_id)
    return await freeze(
        cmd,
        draw_id=draw_id,
        visits_this_year=known.visits_this_year,
        awaited=known.awaited,
        last_teams=known.last_teams,
    )


async def _before(cmd: Command, draw_id: UUID) -> Before:
    row = await draw_row(draw_id)
    rules, today = rule_set_named(row.rule_set), local_day(cmd.now)
    drawn_for, waiting = await task(row.task), {}
    for one in await store.drawn_tasks(draw_id):
        code = (await item(one.item)).code
        waiting[one.task] = await store_before.awaited(row.authority, code, one.starts_on, one.ends_on)
    day = first_day((drawn_for.starts_on, drawn_for.ends_on), today)
    return Before(
        await visits_this_year(row.authority, rules, day, today),
        waiting,
        await last_teams(row.authority, rules, day),
    )
