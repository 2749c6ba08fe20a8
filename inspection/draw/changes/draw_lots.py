"""The lot of one change: a function of what is kept, of the facts of the moment, and of E_k."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import replace

from inspection.draw import store, store_tickets
from inspection.draw.changes import store as changes
from inspection.draw.changes.choose import reseat, succeed, swap
from inspection.draw.changes.event import Facts, Happened, Outcome
from inspection.draw.changes.lay import Doors, lay
from inspection.draw.changes.moment import facts_now
from inspection.draw.changes.succession import Coming, successors_of
from inspection.draw.changes.terms import ChangeKind
from inspection.draw.frozen.reopen import Reopened
from inspection.draw.store import DrawRow
from inspection.kernel.command import Command


async def draw_lots(
    cmd: Command,
    row: DrawRow,
    opened: Reopened,
    doors: Doors,
    happened: Happened,
    seed: bytes,
    closed: Collection[bytes],
) -> Outcome:
    """What comes of a change. Tickets that come in are marked in the store."""
    coming: tuple[Coming, ...] = ()
    if happened.kind is ChangeKind.REPLACE_OBJECT:
        coming = successors_of(cmd, row, opened, await store.cells(row.id), doors, happened.door)
        for one in coming:
            if one.fresh is not None:
                await store_tickets.add_tickets([one.fresh])
            await changes.bring_in(row.id, one.known)
    team = [person for _, (person, _) in sorted(doors.now.teams.get(happened.door, {}).items())]
    if happened.kind is ChangeKind.REPLACE_OBJECT:
        doors = _with(doors, happened.door, coming)
    facts = await facts_now(cmd, row, opened, lay(row, opened, doors, Facts()).things, closed)
    table = lay(row, opened, doors, facts).table
    if happened.kind is ChangeKind.REPLACE_OBJECT:
        values = sorted({one.told.value for one in coming})
        return Outcome(facts, reseat(opened.h, seed, table, team, values), tuple(one.told for one in coming))
    slot = happened.slot
    if slot is None or table.door(happened.door).team.get(slot) != happened.inspector:
        return Outcome(facts)
    if happened.kind is ChangeKind.SWAP:
        return Outcome(facts, swap(opened.h, seed, table, happened.door, slot))
    return Outcome(facts, (succeed(opened.h, seed, table, happened.door, slot),))


def _with(doors: Doors, gone: bytes, coming: Sequence[Coming]) -> Doors:
    """The doors once one is gone and its successors are in; nobody sits at those that are new yet."""
    now, tickets = deepcopy(doors.now), {value: list(told) for value, told in doors.tickets.items()}
    del now.cells[gone]
    now.teams.pop(gone, None)
    for one in coming:
        now.cells.setdefault(one.told.value, {})[one.told.cell] = one.told.rank
        known = tickets.setdefault(one.told.value, [])
        if all((told.cell, told.rank) != (one.told.cell, one.told.rank) for told in known):
            known.append(one.known)
    return replace(doors, now=now, tickets={value: tuple(told) for value, told in tickets.items()})
