"""From drawn tickets and the roster to teams: eligibility, lots, and the match that is published by its root."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.frame import Exclusion, Frame, salt
from inspection.draw.lot.ticket import Ticket
from inspection.draw.teams.matching import Door, Instance, Seating, assignment_leaf, inspector_lot, lot_pick, match
from inspection.draw.teams.roster import Roster, RosterRow


@dataclass(frozen=True, slots=True)
class MatchRules:
    """What every team must be. `delta` is the leeway above the least load, `max_load` the most doors a person takes.

    `required`: qualifications everybody needs (the item's); `experts` of the `slots` hold `expertise`.
    """

    slots: int = 2
    required: tuple[str, ...] = ()
    experts: int = 0
    expertise: str | None = None
    delta: int = 1
    max_load: int | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """The match in lot order: `doors` by ticket value, `people` by lot; `seating.teams[d]` holds places in `people`."""

    doors: tuple[Ticket, ...]
    people: tuple[str, ...] = field(repr=False)
    seating: Seating = field(repr=False)

    def team(self, door: int) -> tuple[str, ...]:
        """The inspectors of a door, by slot."""
        return tuple(self.people[person] for person in self.seating.teams[door])


def staff(
    h: Hash,
    seed: bytes,
    secret: bytes,
    drawn: Sequence[Ticket],
    roster: Roster,
    rules: MatchRules,
) -> Staffing:
    """Match every drawn object with `slots` inspectors; `seating.short` names the doors that lack somebody."""
    doors = tuple(sorted(drawn, key=lambda ticket: (ticket.value, ticket.oid.encode())))
    allowed = roster.may_inspect(rules.required)
    people = sorted(allowed, key=lambda row: (inspector_lot(h, seed, salt(h, secret, row.name)), row.line()))
    instance = Instance(
        _doors(doors, people, roster, rules),
        (len(doors) if rules.max_load is None else rules.max_load,) * len(people),
    )
    salts = [salt(h, secret, door.oid) for door in doors]
    seating = match(instance, lot_pick(h, seed, salts), rules.delta)
    return Staffing(doors, tuple(row.inspector for row in people), seating)


def _doors(
    tickets: Sequence[Ticket], people: Sequence[RosterRow], roster: Roster, rules: MatchRules
) -> tuple[Door, ...]:
    place = {row.inspector: number for number, row in enumerate(people)}
    everybody = tuple(range(len(people)))
    experts = frozenset(n for n, row in enumerate(people) if rules.expertise in row.expertise)
    barred: dict[str, set[int]] = defaultdict(set)
    for tie in roster.relations:
        if tie.inspector in place:
            barred[tie.oid].add(place[tie.inspector])
    whole = Door(rules.slots, everybody, rules.experts, experts)
    return tuple(_without(whole, barred[ticket.oid]) for ticket in tickets)


def _without(door: Door, barred: set[int]) -> Door:
    if not barred:
        return door
    left = tuple(person for person in door.eligible if person not in barred)
    return replace(door, eligible=left, expert=door.expert - barred)


def match_root(h: Hash, secret: bytes, staffing: Staffing) -> bytes:
    """Fixes every (ticket, slot, inspector) on the day of the match and names nobody."""
    leaves = [
        assignment_leaf(h, salt(h, secret, ticket.oid), ticket.value, slot, inspector)
        for number, ticket in enumerate(staffing.doors)
        for slot, inspector in enumerate(staffing.team(number))
    ]
    return merkle.root(h, leaves)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Step A before the ceremony: whether any sample of this size can be staffed, whoever is drawn.

    `people`: inspectors who may go at all; `unstaffable`: eligible objects that too few of them may visit;
    `places` asked for against `capacity`.
    """

    people: int
    unstaffable: int
    places: int
    capacity: int | None

    @property
    def good(self) -> bool:
        return not self.unstaffable and (self.capacity is None or self.capacity >= self.places)


def outlook(frame: Frame, roster: Roster, rules: MatchRules, sample: int) -> Outlook:
    """Count what every eligible object of the frame could have for a team."""
    allowed = roster.may_inspect(rules.required)
    experts = {row.inspector for row in allowed if rules.expertise in row.expertise}
    everybody = {row.inspector for row in allowed}
    barred: dict[str, set[str]] = defaultdict(set)
    for tie in roster.relations:
        barred[tie.oid].add(tie.inspector)

    def lacks(oid: str) -> bool:
        out = barred.get(oid, set())
        return len(everybody - out) < rules.slots or len(experts - out) < rules.experts

    nobody_barred = lacks("")
    short = sum(
        lacks(row.oid) if row.oid in barred else nobody_barred for row in frame.rows if row.exclusion is Exclusion.NONE
    )
    capacity = None if rules.max_load is None else rules.max_load * len(everybody)
    return Outlook(len(everybody), short, rules.slots * sample, capacity)
