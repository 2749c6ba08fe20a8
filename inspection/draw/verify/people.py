"""The frozen lists of people as sets in lot order: who may fill which seat, who is barred from which object."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from inspection.draw.verify.formulas import Hash
from inspection.draw.verify.seating import Seat

MOST_SLOTS = 1000


class Row(NamedTuple):
    """A line of `roster.tsv`."""

    name: str
    unit: str
    certified: bool
    held: frozenset[str]
    expertise: frozenset[str]
    areas: frozenset[str]
    leader: bool
    candidate: bool
    line: bytes


def read_row(fields: list[str]) -> Row:
    """A line of the roster, field by field."""
    name, unit, certified, held, expertise, areas, leader, candidate = fields
    if not {certified, leader, candidate} <= {"0", "1"} or not name.startswith("I:"):
        raise ValueError(name)
    line = "\t".join(fields).encode()
    lists = [frozenset(text.split(",")) if text else frozenset[str]() for text in (held, expertise, areas)]
    return Row(name, unit, certified == "1", lists[0], lists[1], lists[2], leader == "1", candidate == "1", line)


class People:
    """Everybody of the roster in lot order, as bits; `params` are the draw's parameters."""

    def __init__(
        self, h: Hash, seed: bytes, params: Any, roster: list[list[str]], salts: dict[str, bytes], ties: list[list[str]]
    ) -> None:
        order = sorted(roster, key=lambda row: (h(b"\x22" + seed + salts[row[0]]), "\t".join(row).encode()))
        self.params, self._salts = params, salts
        self.rows = [read_row(row) for row in order]
        self.number = {row.name: n for n, row in enumerate(self.rows)}
        self.everybody = (1 << len(self.rows)) - 1
        self._bars: dict[str, int] = {}
        for name, oid, _ in ties:
            if name in self.number:
                self._bars[oid] = self._bars.get(oid, 0) | 1 << self.number[name]
        self._seats = lru_cache(maxsize=None)(self._free_seats)

    def lot(self, h: Hash, seed: bytes, person: int) -> tuple[bytes, bytes]:
        """Where a person stands in the order of the lot under a seed."""
        return h(b"\x22" + seed + self._salts[self.rows[person].name]), self.rows[person].line

    def barred(self, oid: str) -> int:
        """Those who have a declared relation with an object."""
        return self._bars.get(oid, 0)

    def that(self, rule: Any) -> int:
        """Everybody for whom `rule(row)` holds."""
        return sum(1 << n for n, row in enumerate(self.rows) if rule(row))

    def may_fill(self, seat: Any) -> int:
        """Certificate, candidate, unit and qualifications; not area, not relations."""
        match, needed = self.params["match"], frozenset(seat["required"])
        return self.that(
            lambda row: (
                row.certified
                and (match["candidates"] is None or row.candidate)
                and seat["unit"] in {None, row.unit}
                and needed <= row.held
            )
        )

    def experts_of(self, seat: Any) -> int:
        """Those who have the seat's expertise, eligible or not."""
        return self.that(lambda row: seat["expertise"] in row.expertise)

    def seats_at(self, door: Any) -> list[Seat]:
        """The seats of a door with those eligible for each."""
        area = door.area if self.params["match"]["area"] else None
        bars = self.barred(door.oid)
        seats = self._seats(door.tasks, area)
        return [Seat(s.eligible & ~bars, s.expert & ~bars, s.slots, s.experts) for s in seats] if bars else seats

    def _free_seats(self, tasks: frozenset[int], area: str | None) -> list[Seat]:
        here = self.that(lambda row: not area or not row.areas or area in row.areas)
        told = []
        for seat, slots in seats_of(self.params, tasks):
            eligible = self.may_fill(seat) & here
            told.append(Seat(eligible, eligible & self.experts_of(seat), slots, min(seat["experts"], slots)))
        return told


def seats_of(params: Any, tasks: frozenset[int]) -> Sequence[tuple[Any, int]]:
    """The seats of a door that is opened for these tasks, each with its number of slots."""
    seats = [seat for seat in params["match"]["seats"] if not tasks.isdisjoint(seat["tasks"])]
    total = max(len(seats), *(seat["slots"] for seat in seats))
    if total > MOST_SLOTS:
        raise ValueError("no team is that large")
    return [(seat, total - len(seats) + 1 if not n else 1) for n, seat in enumerate(seats)]
