"""Matching 10,000 doors with 2,000 inspectors, as draw.md §6 measures it: the match at 80 % and at 100 % of what people
can take, feasibility by maximum flow, the explanation of a shortage.
"""

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bench.figure import Figure
from bench.words import parser_of
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.feasibility import flow_of
from inspection.draw.teams.problem import Problem, pose
from inspection.draw.teams.roster import Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import MatchRules, Seat
from inspection.draw.teams.staffing import Staffing, staff
from inspection.draw.teams.why import explained

DOORS, PEOPLE, RELATIONS, SLOTS = 10_000, 2_000, 10_000, 2
AREAS = [f"area {number}" for number in range(12)]
QUALIFICATIONS = [f"qualification {number}" for number in range(12)]
SEATS = tuple(Seat((number,), None, (name,), SLOTS) for number, name in enumerate(QUALIFICATIONS))
H, SEED, KEY = hash_named("sha256"), b"e" * 32, b"k" * 32
TIMES = 5
FULL = DOORS * SLOTS // PEOPLE
LOADS = {80: (-(-FULL * 100 // 80), 1.5), 100: (FULL, 15.0)}


def main() -> None:
    parser_of(__doc__).parse_args()
    rng = random.Random(7)
    doors, roster = drawn(rng), crowd(rng)
    rules = MatchRules(area=True, seats=SEATS)
    problem = posed(doors, roster, rules)
    pairs = sum(len(seat.pool.people) - len(door.barred) for door in problem.doors for seat in door.seats)
    told = f"{DOORS:,} doors × {PEOPLE:,} inspectors, {DOORS * SLOTS:,} places, {pairs / 1e6:.1f} M eligible pairs"
    raw = middle(lambda: least_work(problem))
    limit = raw, "one hash for each place, every eligible pair read once"
    for share, (cap, target) in LOADS.items():
        capped = replace(rules, max_load=cap)
        value = middle(lambda capped=capped: complete(staff(H, SEED, KEY, doors, roster, capped)))
        Figure(f"match at {share} % of all loads, {told}", value, "s", *limit, f"≤ {target:g} s").emit()
    tight = posed(doors, roster, replace(rules, max_load=FULL))
    flow_of(tight.instance())  # scipy is imported
    value = middle(lambda: whole(tight))
    Figure(f"feasibility by maximum flow at 100 %, {told}", value, "s", *limit, "≤ 1 s").emit()
    short = posed(doors, planted(roster), replace(rules, max_load=LOADS[80][0]))
    value = middle(lambda: why(short))
    Figure(f"explanation of a planted shortage, {told}", value, "s", *limit, "about 0.2 s for the cut").emit()


def drawn(rng: random.Random) -> list[DoorLot]:
    """Doors of twelve tasks in twelve areas."""
    return [
        DoorLot(
            hashlib.sha256(b"%d" % number).digest(), f"o{number:05d}", number, (rng.randrange(12),), rng.choice(AREAS)
        )
        for number in range(DOORS)
    ]


def crowd(rng: random.Random) -> Roster:
    """People with five to seven areas and qualifications each, and relations with objects at random."""
    rows = [
        RosterRow(
            f"p{number:04d}",
            "unit",
            True,
            tuple(rng.sample(QUALIFICATIONS, rng.randint(4, 7))),
            (),
            tuple(rng.sample(AREAS, rng.randint(4, 8))),
        )
        for number in range(PEOPLE)
    ]
    pairs = {(rng.randrange(PEOPLE), rng.randrange(DOORS)) for _ in range(RELATIONS)}
    return build_roster(rows, [Relation(f"p{one:04d}", f"o{oid:05d}", "declared") for one, oid in pairs])


def planted(roster: Roster) -> Roster:
    """All but a few leave one area: its doors cannot be staffed any more."""
    gone, other = AREAS[7], AREAS[0]
    rows = [
        replace(row, areas=tuple(area for area in row.areas if area != gone) or (other,)) if place >= 60 else row
        for place, row in enumerate(roster.rows)
    ]
    return build_roster(rows, roster.relations)


def posed(doors: Sequence[DoorLot], roster: Roster, rules: MatchRules) -> Problem:
    return pose(H, SEED, KEY, doors, roster, rules)


def complete(done: Staffing) -> None:
    if done.short:
        raise RuntimeError(f"{len(done.short)} doors lack somebody")


def whole(problem: Problem) -> None:
    if flow_of(problem.instance()).lacking:
        raise RuntimeError("the flow is short")


def why(problem: Problem) -> None:
    if explained(problem.crowd, problem.lots, problem.instance(), grouped=False) is None:
        raise RuntimeError("nothing is short")


def least_work(problem: Problem) -> int:
    """What no match can do without: a hash for each place, a look at each pair."""
    for number in range(DOORS * SLOTS):
        hashlib.sha256(b"x" * 51 + number.to_bytes(4, "big")).digest()
    loads = np.zeros(PEOPLE, np.int64)
    return sum(int(loads.take(seat.pool.people).min()) for door in problem.doors for seat in door.seats)


def middle(work: Callable[[], object]) -> float:
    """Median seconds."""
    spent = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return sorted(spent)[len(spent) // 2]


if __name__ == "__main__":
    main()
