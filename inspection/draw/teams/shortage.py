"""Why a complete match does not exist, as numbers a person can act on: Hall's violating sets (draw.md
§4.11, step A).

Only counts leave this file: which objects were drawn is secret when a shortage shows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from inspection.draw.teams.matching import Instance, Opening, Seating, feasible


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One independent set of objects that cannot be staffed.

    `places` = people-places they need, `people` = inspectors who may go to any of them, `capacity` = places
    these can fill, `short` = the rest. `more_people` = different persons missing at the worst object,
    whatever the load: no higher cap helps there.
    """

    objects: int
    places: int
    people: int
    capacity: int
    short: int
    more_people: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """All bottlenecks, the largest first, and the least load cap under which the match is complete (`None`:
    no cap is enough).
    """

    bottlenecks: tuple[Bottleneck, ...]
    cap_needed: int | None


def explain(seating: Seating) -> Shortage:
    """Read the minimum cut off a maximum match that stays short."""
    starts = [(number, Opening.QUOTA) for number in seating.short]
    seen = seating.reach(starts)
    doors = {number for number, _ in seen.left}
    groups = _components(seating.instance, doors, set(seen.came))
    found = sorted((_bottleneck(seating, group) for group in groups), key=lambda b: (-b.short, b.objects))
    return Shortage(tuple(b for b in found if b.short), cap_needed(seating.instance))


def cap_needed(instance: Instance) -> int | None:
    """The least k such that a complete match exists when everybody may take k doors, or what they may
    already.
    """
    low, high = 0, len(instance.doors)
    if not feasible(_capped(instance, high)):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if feasible(_capped(instance, middle)) else (middle + 1, high)
    return low


def _capped(instance: Instance, cap: int) -> Instance:
    return replace(instance, caps=tuple(max(cap, own) for own in instance.caps))


def _components(instance: Instance, doors: set[int], people: set[int]) -> Iterable[set[int]]:
    """Doors that share a full inspector belong to one bottleneck."""
    by_person: dict[int, list[int]] = defaultdict(list)
    for number in sorted(doors):
        for person in instance.doors[number].eligible:
            if person in people:
                by_person[person].append(number)
    while doors:
        group, edge = set(), [min(doors)]
        while edge:
            number = edge.pop()
            if number in group:
                continue
            group.add(number)
            for person in instance.doors[number].eligible:
                edge += by_person.get(person, [])
        doors = doors - group
        yield group


def _bottleneck(seating: Seating, group: set[int]) -> Bottleneck:
    members = [seating.instance.doors[number] for number in sorted(group)]
    places = sum(door.slots for door in members)
    short = sum(seating.instance.doors[n].slots - len(seating.teams[n]) for n in group)
    missing = (max(door.slots - len(door.eligible), door.experts - len(door.expert), 0) for door in members)
    people = {person for door in members for person in door.eligible}
    return Bottleneck(len(group), places, len(people), places - short, short, max(missing))
