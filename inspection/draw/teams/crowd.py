"""Who may go where: people in lot order, and the seats of a door with those who may fill them (docs/sr-draw-1.md,
Doors; Eligible for a seat).
"""

from collections import defaultdict
from collections.abc import Sequence

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.salts import salt
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.lots import inspector_lot
from inspection.draw.teams.matching import Door, Pool, Wanted, pool
from inspection.draw.teams.roster import Roster, RosterRow
from inspection.draw.teams.rules import MatchRules, Seat, SeatHere, seats_at


def in_lot_order(h: Hash, seed: bytes, secret: bytes, rows: Sequence[RosterRow]) -> list[RosterRow]:
    """People by lot; equal lots by their lines."""
    return sorted(rows, key=lambda row: (inspector_lot(h, seed, salt(h, secret, row.name)), row.line()))


class Crowd:
    """Those who may be sent at all: certified, and listed where people were listed by hand. `rows` gives their numbers
    in lot order.
    """

    def __init__(self, rows: Sequence[RosterRow], roster: Roster, rules: MatchRules) -> None:
        self.rules = rules
        self.rows = tuple(row for row in rows if row.certified and (rules.candidates is None or row.candidate))
        self.number = {row.inspector: number for number, row in enumerate(self.rows)}
        self._able: dict[Seat, tuple[int, ...]] = {}
        self._pools: dict[tuple[Seat, str | None], Pool] = {}
        self._seats: dict[tuple[int, ...], tuple[SeatHere, ...]] = {}
        self._wanted: dict[tuple[tuple[int, ...], str | None], tuple[Wanted, ...]] = {}
        barred: dict[str, set[int]] = defaultdict(set)
        for tie in roster.relations:
            if tie.inspector in self.number:
                barred[tie.oid].add(self.number[tie.inspector])
        self._barred = {oid: tuple(sorted(people)) for oid, people in barred.items()}

    def able(self, seat: Seat) -> tuple[int, ...]:
        """Who may fill the seat, wherever the door is and whoever owns it."""
        if seat not in self._able:
            needed = set(seat.required)
            self._able[seat] = tuple(
                number
                for number, row in enumerate(self.rows)
                if needed <= set(row.qualifications) and seat.unit in {None, row.unit}
            )
        return self._able[seat]

    def expert(self, seat: Seat, number: int) -> bool:
        """Whether the person has the expertise that the seat asks for."""
        return seat.expertise is not None and seat.expertise in self.rows[number].expertise

    def seats(self, tasks: tuple[int, ...]) -> tuple[SeatHere, ...]:
        """The seats of a door of these tasks."""
        if tasks not in self._seats:
            self._seats[tasks] = seats_at(self.rules.seats, tasks)
        return self._seats[tasks]

    def pool(self, seat: Seat, area: str | None) -> Pool:
        """Who may fill the seat at an object of this area."""
        where = (area or None) if self.rules.area else None
        key = seat, where
        if key not in self._pools:
            areas = [self.rows[number].areas for number in self.able(seat)]
            near = where is None
            people = [n for n, own in zip(self.able(seat), areas, strict=True) if near or not own or where in own]
            self._pools[key] = pool(people, [number for number in people if self.expert(seat, number)])
        return self._pools[key]

    def barred(self, oid: str) -> tuple[int, ...]:
        """Who has a relation with the object."""
        return self._barred.get(oid, ())

    def wanted(self, tasks: tuple[int, ...], area: str | None) -> tuple[Wanted, ...]:
        """What a door of these tasks in this area asks for; the same value for all of them."""
        key = tasks, area
        if key not in self._wanted:
            seats = self.seats(tasks)
            self._wanted[key] = tuple(Wanted(self.pool(here.seat, area), here.slots, here.experts) for here in seats)
        return self._wanted[key]

    def door(self, lot: DoorLot) -> Door:
        """What a drawn object needs."""
        return Door(self.wanted(lot.tasks, lot.area), self.barred(lot.oid))
