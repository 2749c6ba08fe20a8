"""What the lot of a change has to respect beside what was frozen: facts of its moment, kept with its outcome."""

from collections.abc import Collection, Mapping
from uuid import UUID

from inspection.draw.changes import store as changes
from inspection.draw.changes.event import Facts
from inspection.draw.changes.lay import Thing
from inspection.draw.frozen.reopen import Reopened
from inspection.draw.store import DrawRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.planning import find as planning
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import need_of
from inspection.registry.inspectors.questions import hindrances_of


async def facts_now(
    cmd: Command, row: DrawRow, opened: Reopened, things: Mapping[bytes, Thing], closed: Collection[bytes]
) -> Facts:
    """Who cannot be sent any more, for none of the draw's items; and interests in objects of the table that were
    declared after the freeze, recusals in other draws among them. `things`: by door, its object; `closed`: doors that
    were visited already.
    """
    people = [UUID(one.inspector) for one in opened.roster.rows]
    tasks = [await planning.task(task) for task in row.tasks]
    today = local_day(cmd.now)
    ends = max(task.ends_on for task in tasks)
    window = (min(max(today, min(task.starts_on for task in tasks)), ends), ends)
    rules = rule_set_named(row.rule_set)
    asked = [await hindrances_of(people, window, rules, need=need_of(await registry.item(task.item))) for task in tasks]
    known = await registry.inspectors(people)
    gone = {one for one in people if one not in known or all(one in against for against in asked)}
    frozen = {(tie.inspector, tie.oid) for tie in opened.roster.relations}
    doors = {thing.oid: value for value, thing in things.items()}
    barred = {
        (str(person.id), doors[oid])
        for person in known.values()
        for oid in person.related(*window)
        if oid in doors and (str(person.id), oid) not in frozen
    }
    of_object = {thing.object: value for value, thing in things.items()}
    for person, thing in await changes.recusals(row.authority):
        if thing in of_object and person in known:
            barred.add((str(person), of_object[thing]))
    return Facts(frozenset(closed) & things.keys(), frozenset(map(str, gone)), frozenset(barred))
