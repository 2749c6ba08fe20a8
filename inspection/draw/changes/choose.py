"""Whom the lot of a change chooses (draw.md §4.12). Every choice is a function of the table and of E_k."""

from collections.abc import Sequence
from dataclasses import replace

from inspection.draw.changes.event import Seated
from inspection.draw.changes.table import DoorNow, Table
from inspection.draw.lot.digest import Hash, u16, u32, uniform


def partners(table: Table, value: bytes, slot: int) -> tuple[tuple[DoorNow, int], ...]:
    """The places whose person may change with the one who sits at (`value`, `slot`): each fits the other's place, so
    nobody comes to an object he must not inspect and everybody keeps as many doors as he had.
    """
    here = table.door(value)
    leaver = here.team.get(slot)
    if leaver is None or here.closed or leaver in table.absent:
        return ()
    return tuple(
        (there, other)
        for there, other, person in table.places()
        if there.value != value
        and not there.closed
        and person != leaver
        and person not in table.absent
        and here.fits(slot, person)
        and there.fits(other, leaver)
    )


def swap(h: Hash, seed: bytes, table: Table, value: bytes, slot: int) -> tuple[Seated, ...]:
    """The two places after the swap, the one asked for first. Tag 24. Without a partner the place is drawn anew."""
    found, here = partners(table, value, slot), table.door(value)
    if not found:
        return (succeed(h, seed, table, value, slot),)
    key = b"\x24" + seed + here.salt
    there, other = found[uniform(lambda counter: h(key + u32(counter)), len(found))]
    return (Seated(value, slot, there.team[other]), Seated(there.value, other, here.team[slot]))


def successors(h: Hash, seed: bytes, table: Table, value: bytes, slot: int) -> tuple[str, ...]:
    """Who may follow at (`value`, `slot`): those who fit and have room, within the leeway of the least load, in the
    order of the lot under E_k. Whoever sits there now is not among them. Tag 22.
    """
    here, loads = table.door(value), table.loads()
    leaver = here.team.get(slot)
    free = [
        person
        for person in table.order
        if person != leaver
        and person not in table.absent
        and (table.cap is None or loads[person] < table.cap)
        and here.fits(slot, person)
    ]
    if not free:
        return ()
    most = min(loads[person] for person in free) + table.delta
    near = [person for person in free if loads[person] <= most]

    def lot(person: str) -> tuple[bytes, bytes]:
        salt, line = table.order[person]
        return h(b"\x22" + seed + salt), line

    return tuple(sorted(near, key=lot))


def succeed(h: Hash, seed: bytes, table: Table, value: bytes, slot: int) -> Seated:
    """Who follows at (`value`, `slot`); nobody when nobody may. Tag 23."""
    found = successors(h, seed, table, value, slot)
    if not found:
        return Seated(value, slot, None)
    key = b"\x23" + seed + table.door(value).salt + u16(slot)
    return Seated(value, slot, found[uniform(lambda counter: h(key + u32(counter)), len(found))])


def reseat(h: Hash, seed: bytes, table: Table, team: Sequence[str], coming: Sequence[bytes]) -> tuple[Seated, ...]:
    """The teams of the doors that come in, which are on the table, for one that is no longer: first who sits there
    already, then `team`, whom the door lost, each in the first empty slot that he fits; what is left goes by lot.
    """
    places: list[Seated] = []
    for value in sorted(coming):
        bare = table.door(value)
        door = _first_fitting(replace(bare, team={}), [*_seated(bare), *team], table.absent)
        table = table.holding(door)
        for slot in sorted(door.empty):
            table = table.after([succeed(h, seed, table, value, slot)])
        settled = table.door(value).team
        places += [Seated(value, slot, settled.get(slot)) for slot in sorted(door.slots)]
    return tuple(places)


def _seated(door: DoorNow) -> list[str]:
    return [door.team[slot] for slot in sorted(door.team)]


def _first_fitting(door: DoorNow, people: Sequence[str], absent: frozenset[str]) -> DoorNow:
    for person in people:
        slot = next((s for s in sorted(door.empty) if person not in absent and door.fits(s, person)), None)
        if slot is not None:
            door = door.seating(slot, person)
    return door
