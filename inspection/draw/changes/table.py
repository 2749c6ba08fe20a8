"""The table as it stands after the match and the changes so far: who sits at which door, and who fits where."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from inspection.draw.changes.event import Seated


@dataclass(frozen=True, slots=True)
class Bench:
    """Slots of a door that one seat of the match fills: who is eligible for them, and the experts it must have."""

    slots: tuple[int, ...]
    allowed: frozenset[str] = field(repr=False)
    experts: frozenset[str] = field(default=frozenset(), repr=False)
    least: int = 0


@dataclass(frozen=True, slots=True)
class DoorNow:
    """A door as it stands. `out`: whom it does not admit, by interest or because they left it; `closed`: visited."""

    value: bytes
    salt: bytes = field(repr=False)
    benches: tuple[Bench, ...] = field(repr=False)
    team: Mapping[int, str] = field(repr=False)
    out: frozenset[str] = field(default=frozenset(), repr=False)
    closed: bool = False

    @property
    def slots(self) -> tuple[int, ...]:
        return tuple(slot for bench in self.benches for slot in bench.slots)

    @property
    def empty(self) -> tuple[int, ...]:
        return tuple(slot for slot in self.slots if slot not in self.team)

    def fits(self, slot: int, person: str) -> bool:
        """Whether `person` may sit at `slot`, instead of whoever sits there now."""
        bench = next((bench for bench in self.benches if slot in bench.slots), None)
        if bench is None or person not in bench.allowed or person in self.out:
            return False
        others = {s: who for s, who in self.team.items() if s != slot}
        if person in others.values():
            return False
        # Nobody takes the last chance of an expert's place away.
        beside = [others.get(s) for s in bench.slots if s != slot]
        may_be = sum(who is None or who in bench.experts for who in beside)
        return may_be + (person in bench.experts) >= bench.least

    def seating(self, slot: int, person: str | None) -> "DoorNow":
        """The door with `person` at `slot`; None leaves it empty."""
        rest = {s: who for s, who in self.team.items() if s != slot}
        return replace(self, team=rest if person is None else {**rest, slot: person})


@dataclass(frozen=True, slots=True)
class Table:
    """All doors in lot order. `order`: a person's salt and line, which give the order of the lot among people."""

    doors: tuple[DoorNow, ...]
    order: Mapping[str, tuple[bytes, bytes]] = field(repr=False)
    absent: frozenset[str] = field(default=frozenset(), repr=False)
    cap: int | None = None
    delta: int = 1

    def door(self, value: bytes) -> DoorNow:
        """The door of a ticket; KeyError when it is not on the table."""
        for door in self.doors:
            if door.value == value:
                return door
        raise KeyError(value.hex())

    def loads(self) -> Counter[str]:
        """How many doors each person has."""
        return Counter(person for door in self.doors for person in door.team.values())

    def places(self) -> Iterator[tuple[DoorNow, int, str]]:
        """Every place that is taken, doors in lot order, slots ascending."""
        for door in self.doors:
            for slot in sorted(door.team):
                yield door, slot, door.team[slot]

    def holding(self, changed: DoorNow) -> "Table":
        """The table with this door as it is now."""
        return replace(self, doors=tuple(changed if door.value == changed.value else door for door in self.doors))

    def after(self, places: Iterable[Seated]) -> "Table":
        """The table with these places as they are told."""
        told: dict[bytes, DoorNow] = {}
        for place in places:
            door = told.get(place.door) or self.door(place.door)
            told[place.door] = door.seating(place.slot, place.inspector)
        return replace(self, doors=tuple(told.get(door.value, door) for door in self.doors))
