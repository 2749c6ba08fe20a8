"""分组: people are dealt into teams by lot, then every door takes a whole team (安岳 二(二); draw.md §4.11; the rule to
the last tie: docs/sr-draw-1.md, Teams).
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from inspection.draw.teams.alone import alone
from inspection.draw.teams.crowd import Crowd
from inspection.draw.teams.matching import Door, Instance, Pool, Wanted, pool

Team: TypeAlias = tuple[int, ...]
# Who has a mark, and how many of a team should.
_Mark: TypeAlias = tuple[frozenset[int], int]


def form_teams(crowd: Crowd) -> tuple[Team, ...]:
    """Deal those who may fill some seat into teams of the agreed size, or larger where there is a remainder: leaders
    first, then whatever is scarcest, then the rest.
    """
    pooled = sorted({number for seat in crowd.rules.seats for number in crowd.able(seat)})
    size = crowd.rules.group_size or 1
    teams: list[list[int]] = [[] for _ in range(len(pooled) // size)]
    if not teams:
        return ()
    dealt: set[int] = set()
    for holders, wanted in _marks(crowd, pooled):
        waiting = deque(number for number in pooled if number in holders and number not in dealt)
        dealt.update(_deal(teams, waiting, holders, wanted, size))
    for number in pooled:
        if number not in dealt:
            min(teams, key=len).append(number)
    return tuple(tuple(sorted(team)) for team in teams)


def _marks(crowd: Crowd, pooled: Sequence[int]) -> list[_Mark]:
    """Leaders, then experts of and people for each seat by ascending number of holders, then enough for every seat."""
    scarce: list[tuple[int, int, int, frozenset[int], int]] = []
    for place, seat in enumerate(crowd.rules.seats):
        able = frozenset(crowd.able(seat))
        scarce.append((len(able), place, 1, able, 1))
        if seat.experts:
            experts = frozenset(number for number in able if crowd.expert(seat, number))
            scarce.append((len(experts), place, 0, experts, seat.experts))
    scarce.sort(key=lambda entry: entry[:3])
    leaders = frozenset(number for number in pooled if crowd.rows[number].leader)
    enough = [(holders, crowd.rules.seats[place].slots) for _, place, kind, holders, _ in scarce if kind]
    return [(leaders, 1), *((holders, wanted) for *_, holders, wanted in scarce), *enough]


def _deal(
    teams: Sequence[list[int]], waiting: deque[int], holders: Collection[int], wanted: int, size: int
) -> list[int]:
    """Round the teams, one person each, until nobody is taken any more; who was."""
    given: list[int] = []
    before = -1
    while before < len(given):
        before = len(given)
        for team in teams:
            if waiting and len(team) < size and sum(one in holders for one in team) < wanted:
                team.append(waiting.popleft())
                given.append(team[-1])
    return given


def team_instance(teams: Sequence[Team], doors: Sequence[Door], cap: int, loads: Mapping[int, int]) -> Instance:
    """The match of doors with whole teams. A team may take a door that its members can fill and none of them is barred
    from; it starts with the greatest load of its members.
    """
    team_of = {one: number for number, team in enumerate(teams) for one in team}
    fitting: dict[tuple[Wanted, ...], Pool] = {}
    places = []
    for door in doors:
        if door.seats not in fitting:
            free = Door(door.seats)
            fitting[door.seats] = pool([number for number, team in enumerate(teams) if alone(free, team) is not None])
        barred = {team_of[one] for one in door.barred if one in team_of}
        places.append(Door((Wanted(fitting[door.seats], 1),), tuple(sorted(barred))))
    start = tuple(max(loads.get(one, 0) for one in team) for team in teams)
    return Instance(tuple(places), len(teams), cap, start)
