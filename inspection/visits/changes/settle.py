"""A settled change reaches the visits in the same transaction: teams, leaders, and the visit of a new object."""

from collections.abc import Collection
from uuid import UUID

from inspection.draw.changes import settle
from inspection.draw.changes import store as changes
from inspection.draw.changes.current import current_team, tickets_of_door
from inspection.draw.changes.settle import Chance
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import RECUSALS, ChangeKind, ChangeState
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits import store
from inspection.visits.changes import store as store_changes
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.assign_outside import DESIGNATED
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from inspection.visits.team import RECUSAL

SWAPPED, OTHER_OBJECT = "swap", "object-replaced"
"""Why somebody left who asked for nothing."""


async def settle_change(cmd: Command, *, change_id: UUID, chance: Chance) -> ChangeRow:
    """Bring the chance of an approved change; when it settles, its visits change with it. Again: the first result.

    Raises:
        As `inspection.draw.changes.settle.give_chance`; `registry.checklist_missing` where a new visit is opened.
    """
    return await in_unit(_settle, cmd, change_id, chance)


async def _settle(cmd: Command, change_id: UUID, chance: Chance) -> ChangeRow:
    before = await changes.row(change_id)
    closed = await store_changes.closed_tickets(before.draw)
    after = await settle.give_chance(cmd, change_id=change_id, chance=chance, closed=closed)
    if after.state is ChangeState.SETTLED and before.state is not ChangeState.SETTLED:
        await _apply(cmd, after)
    return after


async def _apply(cmd: Command, settled: ChangeRow) -> None:
    happened, outcome = settled.happened, settled.result
    doors = frozenset({happened.door, *(place.door for place in outcome.places)})
    tickets = await tickets_of_door(settled.draw, doors)
    if settled.kind is ChangeKind.REPLACE_OBJECT:
        await _end(cmd, settled, tickets[happened.door])
        if await store.tickets_served(settled.draw):
            await assemble_visits(cmd, draw_id=settled.draw)
        del tickets[happened.door]
    for visit_id in await store_changes.visits_by_tickets([one for told in tickets.values() for one in told]):
        await _follow(cmd, settled, visit_id)


async def _end(cmd: Command, settled: ChangeRow, tickets: Collection[UUID]) -> None:
    """The visits of an object that was replaced: they end, or serve only what other draws and tasks sent them for."""
    for visit_id in await store_changes.visits_by_tickets(tickets):
        visit = await store.lock_visit(visit_id)
        if visit is None or visit.executed_at is not None:
            continue
        drawn = {ticket for _, ticket in await store_changes.draws_served(visit_id)}
        if drawn - set(tickets) or await store_changes.serves_undrawn(visit_id):
            await store_changes.remove_tasks(visit_id, tickets)
            await _follow(cmd, settled, visit_id)
            continue
        for member in await store.members(visit_id):
            if member.left_at is None:
                await store_changes.leave(visit_id, member.inspector, cmd.now, OTHER_OBJECT)
        await store.change_visit(visit_id, state=VisitState.CANCELLED.value, leader=None)
        await append(_event(cmd, EventKind.VISIT_CANCELLED, visit, settled))


async def _follow(cmd: Command, settled: ChangeRow, visit_id: UUID) -> None:
    """Make the team of a visit what its draws say now; a leader who left has to be named anew."""
    visit = await store.lock_visit(visit_id)
    if visit is None or visit.state in {VisitState.APPROVED, VisitState.CANCELLED}:
        return
    wanted = await _wanted(visit_id)
    there = {member.inspector: member for member in await store.members(visit_id) if member.left_at is None}
    leaving = [member for person, member in there.items() if person not in wanted]
    joining = [(person, how) for person, how in wanted.items() if person not in there]
    if not leaving and not joining:
        return
    for member in leaving:
        await store_changes.leave(visit_id, member.inspector, cmd.now, _why(settled, member.inspector))
    free = [member.slot for member in leaving]
    last = max((member.slot for member in await store.members(visit_id)), default=0)
    slots = [*free, *range(last + 1, last + 1 + len(joining))]
    for (person, how), slot in zip(joining, slots, strict=False):
        await store_changes.join(visit_id, cmd.new_id(), (person, slot, how), cmd.now)
    if visit.leader is not None and visit.leader not in wanted:
        await store.change_visit(visit_id, leader=None)
    await append(_event(cmd, EventKind.VISIT_TEAM_CHANGED, visit, settled, left=len(leaving), joined=len(joining)))


async def _wanted(visit_id: UUID) -> dict[UUID, str]:
    """Everybody whom a draw sends there now, and whoever was named by hand for a task outside the draw, with how."""
    found: dict[UUID, str] = {}
    if await store_changes.serves_undrawn(visit_id):
        members = await store.members(visit_id)
        found = {one.inspector: one.how for one in members if one.left_at is None and one.how == DESIGNATED}
    for draw, ticket in await store_changes.draws_served(visit_id):
        for person, _, how in await current_team(draw, ticket):
            found.setdefault(person, how)
    return found


def _why(settled: ChangeRow, person: UUID) -> str:
    """The word for it that late entries are judged by (`Setting.former`)."""
    if person != settled.inspector:
        return OTHER_OBJECT if settled.kind is ChangeKind.REPLACE_OBJECT else SWAPPED
    return RECUSAL if settled.kind in RECUSALS else settled.reason


def _event(cmd: Command, kind: EventKind, visit: VisitRow, settled: ChangeRow, **counts: int) -> Event:
    """No object and no inspector: the journal is read by people who must not know them yet."""
    told: dict[str, JSON] = {"draw": str(settled.draw), "change": settled.seq, **counts}
    return cmd.under(visit.rule_set).event(kind, f"visit:{visit.id}", lane=None, **told)
