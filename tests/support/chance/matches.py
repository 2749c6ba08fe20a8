"""Matches by the thousand: the product's own staffing of drawn doors under fixed counters as seeds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.ticket import doors
from inspection.draw.teams.roster import Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, MatchRules, Seat
from inspection.draw.teams.staffing import staff
from tests.support.chance.ceremonies import H, Setting, held, oid, weighted
from tests.support.chance.people import Sent

# Forty objects, twelve doors: each object is drawn in three of ten ceremonies.
DOORS: Setting = (weighted({1: 40}, 12),)
MANY_DOORS: Setting = (weighted({1: 50}, 40),)


@dataclass(frozen=True, slots=True)
class Office:
    """Who may be sent, in classes of the same eligibility."""

    roster: Roster
    classes: tuple[tuple[int, ...], ...]
    rules: MatchRules


def _person(number: int, expertise: tuple[str, ...] = (), *, leader: bool = False) -> RosterRow:
    return RosterRow(f"{number:03d}", "一科", True, expertise=expertise, leader=leader)


def even_office(people: int = 8, delta: int = 1) -> Office:
    """Everybody may go everywhere, two to a door."""
    roster = build_roster([_person(n) for n in range(people)])
    return Office(roster, (tuple(range(people)),), MatchRules(delta=delta))


def mixed_office() -> Office:
    """Sixteen people, three to a door, one of them an expert: six experts, seven others, three who may not go to every
    fourth object.
    """
    rows = [_person(n, ("成品油",) if n < 6 else ()) for n in range(16)]
    barred = [Relation(f"{n:03d}", oid(place), "declared") for n in (13, 14, 15) for place in range(0, 40, 4)]
    rules = MatchRules(seats=(Seat(slots=3, experts=1, expertise="成品油"),))
    return Office(build_roster(rows, barred), (tuple(range(6)), tuple(range(6, 13)), (13, 14, 15)), rules)


def grouped_office() -> Office:
    """Nine people in teams of three, formed by lot around three of them who may lead."""
    roster = build_roster([_person(n, leader=n < 3) for n in range(9)])
    rules = MatchRules(mode=GROUPED, group_size=3, seats=(Seat(slots=3),))
    return Office(roster, ((0, 1, 2), tuple(range(3, 9))), rules)


def matches(
    office: Office,
    runs: int,
    setting: Setting = DOORS,
    bend: Callable[[int], Hash] | None = None,
) -> Sent:
    """Who is sent where in `runs` ceremonies; with `bend`, matched under a hash that is not one."""
    names = {row.inspector: number for number, row in enumerate(sorted(office.roster.rows, key=lambda r: r.inspector))}
    there = np.zeros((runs, setting[0].drawn[0], len(names)), dtype=np.bool_)
    object_at = np.zeros(there.shape[:2], dtype=np.int64)
    for number, one in enumerate(held(setting, runs)):
        lots = doors(one.result, one.frame.cells)
        done = staff(bend(number) if bend else H, one.seed, one.secret, lots, office.roster, office.rules)
        if done.short:
            raise ValueError("the office is too small for its doors")
        for place, door in enumerate(done.doors):
            object_at[number, place] = door.index
            there[number, place, [names[placed.inspector] for placed in done.team(place)]] = True
    return Sent(there, object_at, office.classes)
