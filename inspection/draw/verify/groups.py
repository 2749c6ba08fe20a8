"""Standing teams: how people are dealt into them, and which door a team may take."""

from collections.abc import Iterator
from typing import Any

from inspection.draw.verify.people import People
from inspection.draw.verify.seating import Seat, alone, bits


class Groups:
    """The teams of a grouped match, in order; `members` in lot order, `masks` the same as sets."""

    def __init__(self, people: People, rules: Any) -> None:
        seats = rules["seats"]
        self.fill = [people.may_fill(seat) for seat in seats]
        self.pool = 0
        for may in self.fill:
            self.pool |= may
        self.size = rules["group_size"]
        self.masks = [0] * (self.pool.bit_count() // self.size)
        if self.masks:
            for holders, most in self._marks(people, seats):
                self._deal(holders & self.pool, most)
            for person in bits(self.pool & ~sum(self.masks)):
                least = min(range(len(self.masks)), key=lambda team: (self.masks[team].bit_count(), team))
                self.masks[least] |= 1 << person
        self.members = [list(bits(mask)) for mask in self.masks]
        self._known: dict[tuple[Seat, ...], int] = {}

    def _marks(self, people: People, seats: list[Any]) -> Iterator[tuple[int, int]]:
        """(holders, how many a team should have), in the order in which they are dealt."""
        yield people.that(lambda row: row.leader), 1
        first, then = [], []
        for number, (seat, may) in enumerate(zip(seats, self.fill, strict=True)):
            if seat["experts"]:
                holders = may & people.experts_of(seat)
                first.append((holders.bit_count(), number, 0, holders, seat["experts"]))
            first.append((may.bit_count(), number, 1, may, 1))
            then.append((may.bit_count(), number, 1, may, seat["slots"]))
        yield from ((holders, most) for *_, holders, most in [*sorted(first), *sorted(then)])

    def _deal(self, holders: int, most: int) -> None:
        free, gave = holders & ~sum(self.masks), True
        while gave and free:
            gave = False
            for team, mask in enumerate(self.masks):
                if free and (mask & holders).bit_count() < most and mask.bit_count() < self.size:
                    self.masks[team] |= free & -free
                    free &= free - 1
                    gave = True

    def that_may_take(self, seats: list[Seat], barred: int) -> int:
        """The teams (as a set of their numbers) that fill these seats alone and have nobody barred."""
        if (kind := tuple(seats)) not in self._known:
            fit = (alone(seats, mask, {}) is not None for mask in self.masks)
            self._known[kind] = sum(1 << n for n, fits in enumerate(fit) if fits)
        return sum(1 << n for n in bits(self._known[kind]) if not self.masks[n] & barred)
