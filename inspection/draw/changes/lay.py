"""Laying the table of a draw from what is kept: the doors as they stand, and who fits where."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from inspection.draw import store_tickets
from inspection.draw.changes import store as changes
from inspection.draw.changes.eligible import Benches
from inspection.draw.changes.event import Facts
from inspection.draw.changes.fold import Standing, standing
from inspection.draw.changes.store import ChangeRow, KnownTicket
from inspection.draw.changes.table import DoorNow, Table
from inspection.draw.frozen.reopen import Reopened
from inspection.draw.lot.frame import salt
from inspection.draw.store import DrawRow


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of a draw as they stand, by ticket value: its stored tickets, the first one standing for the door."""

    now: Standing = field(repr=False)
    tickets: Mapping[bytes, tuple[KnownTicket, ...]] = field(repr=False)

    def first(self, value: bytes) -> KnownTicket:
        """The ticket of a door in its lowest cell."""
        ranks = self.now.cells[value]
        return next(ticket for ticket in self.tickets[value] if ranks.get(ticket.cell) == ticket.rank)


@dataclass(frozen=True, slots=True)
class Thing:
    """The object behind a door: its code in the frame, its row in the register."""

    oid: str = field(repr=False)
    object: UUID = field(repr=False)


@dataclass(frozen=True, slots=True)
class Laid:
    """The table, and the objects behind its doors."""

    table: Table = field(repr=False)
    things: Mapping[bytes, Thing] = field(repr=False)


async def doors_now(row: DrawRow, settled: Collection[ChangeRow]) -> Doors:
    """The doors of a matched draw after these changes (settled ones, in order)."""
    known: dict[bytes, list[KnownTicket]] = defaultdict(list)
    cells: dict[bytes, dict[int, int]] = defaultdict(dict)
    for ticket in await changes.tickets(row.id):
        known[ticket.value].append(ticket)
    for ticket in await changes.tickets(row.id, drawn_only=True):
        cells[ticket.value][ticket.cell] = ticket.rank
    of_ticket = {ticket.id: ticket.value for told in known.values() for ticket in told}
    teams = {
        of_ticket[ticket]: {slot: (str(person), how) for person, slot, how in team}
        for ticket, team in (await store_tickets.teams(row.id)).items()
    }
    return Doors(standing(cells, teams, changes.settled(settled)), {v: tuple(told) for v, told in known.items()})


def lay(row: DrawRow, opened: Reopened, doors: Doors, facts: Facts) -> Laid:
    """The table that a change is drawn on."""
    h, secret, rules, roster = opened.h, opened.secret, row.terms.match, opened.roster
    benches = Benches(roster.rows, rules)
    task_of = {cell.number: cell.task for cell in opened.frame.cells}
    places = {value: doors.first(value).index for value in doors.now.cells}
    rows = opened.frame.at(places.values())
    tied: dict[str, set[str]] = defaultdict(set)
    for tie in roster.relations:
        tied[tie.oid].add(tie.inspector)
    out: dict[bytes, set[str]] = defaultdict(set)
    for person, value in (*doors.now.left, *facts.barred):
        out[value].add(person)
    laid = [
        DoorNow(
            value,
            salt(h, secret, rows[index].oid),
            benches.of(tasks_of(doors.now.cells[value], task_of), json.loads(rows[index].attrs).get("area")),
            {slot: person for slot, (person, _) in doors.now.teams.get(value, {}).items()},
            frozenset(out[value] | tied.get(rows[index].oid, set())),
            value in facts.closed,
        )
        for value, index in sorted(places.items())
    ]
    order = {one.inspector: (salt(h, secret, one.name), one.line()) for one in roster.rows}
    cap = row.match.load_cap if row.match else None
    table = Table(tuple(laid), order, facts.absent, cap, rules.delta)
    return Laid(table, {value: Thing(rows[n].oid, doors.first(value).object) for value, n in places.items()})


def tasks_of(ranks: Mapping[int, int], task_of: Mapping[int, int]) -> tuple[int, ...]:
    """The tasks (indexes) that drew a door, by the cells it was drawn in."""
    return tuple(sorted({task_of[cell] for cell in ranks}))
