"""The last team keeps its object where the rules want that: at most a share of the doors, for a few periods only
(泉州 二(三)2: 同一对象一个周期内尽可能由同一组检查人员检查; draw.md §4.11, step C; docs/sr-draw-1.md, Matching 1).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from inspection.draw.teams.alone import alone
from inspection.draw.teams.crowd import Crowd
from inspection.draw.teams.matching import Door
from inspection.draw.teams.roster import Past
from inspection.draw.teams.rules import Continuity

# By door, its people by slot; in lot order of the doors.
Kept: TypeAlias = dict[int, tuple[int, ...]]


def kept_doors(rule: Continuity, crowd: Crowd, doors: Sequence[Door], last: Sequence[Past | None], cap: int) -> Kept:
    """The doors that their last teams would take again, in lot order. `last`: the last team of each door's object."""
    most = rule.share.numerator * len(doors) // rule.share.denominator
    loads: Counter[int] = Counter()
    kept: Kept = {}
    for number, (door, past) in enumerate(zip(doors, last, strict=True)):
        if len(kept) == most:
            break
        if past is None or past.periods >= rule.periods or len(past.team) != door.slots:
            continue
        members = [crowd.number[one] for one in past.team if one in crowd.number]
        if len(members) < door.slots or any(loads[one] >= cap for one in members):
            continue
        seated = alone(door, members)
        if seated is not None:
            kept[number] = seated
            loads.update(seated)
    return kept


def loads_of(kept: Mapping[int, Sequence[int]]) -> Counter[int]:
    """How many doors each person has by continuity."""
    return Counter(one for team in kept.values() for one in team)


def beginning(kept: Kept, length: int) -> Kept:
    """The first so many of them."""
    return dict(list(kept.items())[:length])
