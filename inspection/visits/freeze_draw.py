from uuid import UUID

from inspection.draw.ceremony import Ceremony
from inspection.draw.freeze import freeze
from inspection.draw.store import draw_row
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.planning.find import task
from inspection.policy.load import rule_set_named
from inspection.visits.ledger import visits_this_year
from inspection.visits.rules import first_day


async def freeze_draw(cmd: Command, *, draw_id: UUID) -> Ceremony:
    """Freeze a draw's frame with the cap ledger as it stands today (威海 第六条): who has had the visits of the year
    stays in the frame, marked, and cannot be drawn. The year is that of the task's window, not that of the draw.

    Raises:
        NotFound: no such draw.
        Refused, Conflict: as `inspection.draw.freeze.freeze`.
    """
    row = await draw_row(draw_id)
    rules = rule_set_named(row.rule_set)
    drawn_for, today = await task(row.task), local_day(cmd.now)
    day = first_day((drawn_for.starts_on, drawn_for.ends_on), today)
    counted = await visits_this_year(row.authority, rules, day, today)
    return await freeze(cmd, draw_id=draw_id, visits_this_year=counted)
