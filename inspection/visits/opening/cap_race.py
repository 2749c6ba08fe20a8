"""Two ceremonies at once: whoever comes second finds the object's year used up (draw.md §4.9)."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from inspection.draw.frozen.frozen_rows import frozen_attributes
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.policy.load import rule_set_named
from inspection.visits import store
from inspection.visits.ledger.questions import visits_this_year
from inspection.visits.rows import DrawnTask
from inspection.visits.rules import first_day
from inspection.visits.states import MERGEABLE


async def over_cap(
    cmd: Command, draw_id: UUID, tasks: Sequence[DrawnTask], tickets: Mapping[UUID, UUID]
) -> dict[UUID, str]:
    """Of these tickets (id → object) the ones whose object has borne its cap since the freeze: id → ticket value (hex).

    An object that stood in the frame with a ground that lifts the cap is never among them, nor one with a visit that
    takes the task in: that is no further visit.
    """
    drawn, today = tasks[0], local_day(cmd.now)
    rules = rule_set_named(drawn.rule_set)
    cap = rules.visit_cap.maximum
    if cap is None or not tickets:
        return {}
    day = first_day((drawn.starts_on, drawn.ends_on), today)
    counted = await visits_this_year(drawn.authority, rules, day, today)
    full = {ticket: door for ticket, door in tickets.items() if counted.get(door, 0) >= cap}
    if full and (rules.task.merge_same_object_same_period or len(tasks) > 1):
        joined = await store.overlapping(set(full.values()), MERGEABLE, max(drawn.starts_on, today), drawn.ends_on)
        there = {visit.object for visit in joined if (visit.authority, visit.rule_set) == (drawn.authority, rules.name)}
        full = {ticket: door for ticket, door in full.items() if door not in there}
    if not full:
        return {}
    frozen = await frozen_attributes(draw_id, full)
    held = {ticket: value for ticket, (value, attrs) in frozen.items() if json.loads(attrs)["exemption"] is None}
    await append(
        *(
            cmd.under(rules.name).event(EventKind.DRAW_CAP_RACE, f"draw:{draw_id}", lane=None, ticket=value)
            for value in sorted(set(held.values()))
        )
    )
    return held
