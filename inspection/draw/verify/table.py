"""The doors as they stand after the match and the changes so far, and who fits where (docs/sr-draw-1.md, Changes)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from inspection.draw.verify.formulas import Hash, u16, uniform
from inspection.draw.verify.people import People
from inspection.draw.verify.seating import Seat, bits
from inspection.draw.verify.staff import Door


class Standing:
    """Who sits where, by ticket and slot; `left`: who left which door by a change and does not come back."""

    def __init__(self, h: Hash, people: People, cap: int | None, delta: int) -> None:
        self.h, self.people, self.cap, self.delta = h, people, cap, delta
        self.doors: dict[bytes, Door] = {}
        self.seats: dict[bytes, list[Seat]] = {}
        self.teams: dict[bytes, dict[int, int]] = {}
        self.left: set[tuple[int, bytes]] = set()
        # Facts of the moment, set for every change.
        self.closed: set[bytes] = set()
        self.absent: set[int] = set()
        self.barred: set[tuple[int, bytes]] = set()

    def put(self, door: Door) -> None:
        """A door comes in, or is opened for more tasks than before."""
        self.doors[door.ticket], self.seats[door.ticket] = door, self.people.seats_at(door)
        self.teams.setdefault(door.ticket, {})

    def take(self, ticket: bytes) -> list[int]:
        """A door goes; its team by slot."""
        del self.doors[ticket], self.seats[ticket]
        team = self.teams.pop(ticket)
        return [team[slot] for slot in sorted(team)]

    def seat(self, ticket: bytes, slot: int, person: int | None) -> None:
        """Somebody sits down, or nobody."""
        self.teams[ticket].pop(slot, None)
        if person is not None:
            self.teams[ticket][slot] = person

    def slots(self, ticket: bytes) -> range:
        return range(sum(seat.slots for seat in self.seats[ticket]))

    def fits(self, ticket: bytes, slot: int, person: int) -> bool:
        """Whether a person may sit in a slot instead of whoever is there now."""
        base = 0
        for seat in self.seats[ticket]:
            if slot < base + seat.slots:
                break
            base += seat.slots
        else:
            return False
        others = {s: who for s, who in self.teams[ticket].items() if s != slot}
        out = person in self.absent or (person, ticket) in self.barred | self.left
        if out or not seat.eligible >> person & 1 or person in others.values():
            return False
        beside = [others.get(s) for s in range(base, base + seat.slots) if s != slot]
        may_be = sum(who is None or bool(seat.expert >> who & 1) for who in beside)
        return may_be + (seat.expert >> person & 1) >= seat.experts

    def partners(self, ticket: bytes, slot: int) -> list[tuple[bytes, int]]:
        """Whose place the one who sits here may take, and he theirs."""
        if ticket in self.closed:
            return []
        leaver = self.teams[ticket][slot]
        return [
            (other, number)
            for other in sorted(self.teams)
            if other != ticket and other not in self.closed
            for number, person in sorted(self.teams[other].items())
            if person != leaver and self.fits(ticket, slot, person) and self.fits(other, number, leaver)
        ]

    def swap(self, seed: bytes, ticket: bytes, slot: int) -> list[Any]:
        """Both places after a swap; without a partner the place is drawn anew."""
        if not (found := self.partners(ticket, slot)):
            return [(ticket, slot, self.succeed(seed, ticket, slot))]
        key = b"\x24" + seed + self.doors[ticket].salt
        other, number = found[uniform(self.h, key, len(found))]
        return [(ticket, slot, self.teams[other][number]), (other, number, self.teams[ticket][slot])]

    def succeed(self, seed: bytes, ticket: bytes, slot: int) -> int | None:
        """Who follows in a slot; None: nobody fits."""
        loads = Counter(person for team in self.teams.values() for person in team.values())
        leaver = self.teams[ticket].get(slot)
        free = [
            person
            for person in bits(self.people.everybody)
            if person != leaver and (self.cap is None or loads[person] < self.cap) and self.fits(ticket, slot, person)
        ]
        if not free:
            return None
        most = min(loads[person] for person in free) + self.delta
        near = sorted((p for p in free if loads[p] <= most), key=lambda p: self.people.lot(self.h, seed, p))
        key = b"\x23" + seed + self.doors[ticket].salt + u16(slot)
        return near[uniform(self.h, key, len(near))]

    def reseat(self, seed: bytes, team: Sequence[int], coming: Sequence[bytes]) -> Iterator[Any]:
        """The teams of doors that come in for one that went: who is there, then its team, then by lot."""
        for ticket in sorted(coming):
            there = [person for _, person in sorted(self.teams[ticket].items())]
            self.teams[ticket] = {}
            for person in [*there, *team]:
                empty = (slot for slot in self.slots(ticket) if slot not in self.teams[ticket])
                slot = next((slot for slot in empty if self.fits(ticket, slot, person)), None)
                if slot is not None:
                    self.teams[ticket][slot] = person
            for slot in self.slots(ticket):
                if slot not in self.teams[ticket]:
                    self.seat(ticket, slot, self.succeed(seed, ticket, slot))
            yield from ((ticket, slot, self.teams[ticket].get(slot)) for slot in self.slots(ticket))
