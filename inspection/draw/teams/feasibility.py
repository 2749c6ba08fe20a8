"""Whether everybody can be staffed, as a maximum flow; and where not, the minimum cut (draw.md §4.11, step A).

Doors that need the same are one node with their number as capacity: whatever flow such a node has can be dealt out to
its doors (every bipartite graph has as good an edge colouring as its degrees ask for). scipy is imported by the first
question only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inspection.draw.teams.matching import Door, Instance, People

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Arcs: TypeAlias = NDArray[np.int32]
# A door, how many there are of it, and the places of these in the instance.
Kinds: TypeAlias = list[tuple[Door, int, tuple[int, ...]]]
_SOURCE = 0


@dataclass(frozen=True, slots=True)
class SeatCut:
    """A seat of a kind of door on the short side of the cut: `short` of its places stay empty in this flow;
    `experts_only`: for others than experts there would be people enough. `part` numbers the independent parts.
    """

    kind: int
    seat: int
    short: int
    experts_only: bool
    part: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The short side: its seats, and by part the people who are asked for all they can."""

    seats: tuple[SeatCut, ...]
    full: dict[int, People]


def kinds_of(doors: Sequence[Door]) -> Kinds:
    """Doors that need the same from the same people, together."""
    places: dict[Door, list[int]] = defaultdict(list)
    for number, door in enumerate(doors):
        places[door].append(number)
    return [(door, len(found), tuple(found)) for door, found in places.items()]


class Flow:
    """A maximum flow of doors to people. `value` places of `demand` can be filled."""

    def __init__(self, kinds: Sequence[tuple[Door, int]], people: int, cap: int) -> None:
        self._network = _Network(kinds, people, cap)
        self.kinds, self.people, self.cap = kinds, people, cap
        self.demand = sum(door.slots * count for door, count in kinds)
        self._graph, self._flow, self.value = self._network.solve()

    @property
    def lacking(self) -> int:
        """How many places stay empty whatever is done."""
        return self.demand - self.value

    def full(self) -> People:
        """The people on the short side of the cut."""
        reached = self._reached()
        return np.asarray(reached[(reached > _SOURCE) & (reached <= self.people)] - 1, np.intp)

    def cut(self) -> Cut:
        """What is short, in independent parts."""
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        reached = self._reached()
        inner = reached[reached != _SOURCE]
        _, part = connected_components(self._graph[inner][:, inner], directed=False)
        part_of = dict(zip(inner.tolist(), part.tolist(), strict=True))
        given = self._flow[[_SOURCE]].toarray()[0]
        seats = []
        for (kind, seat), node in self._network.seat_node.items():
            if node in part_of:
                door, count = self.kinds[kind]
                short = door.seats[seat].slots * count - int(given[node])
                others = self._network.others_node.get((kind, seat))
                only = others is not None and others not in part_of
                seats.append(SeatCut(kind, seat, short, only, part_of[node]))
        full: dict[int, list[int]] = defaultdict(list)
        for node, number in part_of.items():
            if node <= self.people:
                full[number].append(node - 1)
        return Cut(tuple(seats), {number: np.array(sorted(found), np.intp) for number, found in full.items()})

    def _reached(self) -> Arcs:
        from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415

        residual = self._graph - self._flow
        residual.eliminate_zeros()
        return np.asarray(breadth_first_order(residual, _SOURCE, return_predecessors=False), np.int32)


class _Network:
    """Source → seat → (its others' side →) place at the door → person → sink; a door with one seat needs no places."""

    def __init__(self, kinds: Sequence[tuple[Door, int]], people: int, cap: int) -> None:
        self.seat_node: dict[tuple[int, int], int] = {}
        self.others_node: dict[tuple[int, int], int] = {}
        self._sink = people + 1
        none = np.empty(0, np.int32)
        self._heads: list[Arcs] = [none, *[np.array([self._sink], np.int32)] * people, none]
        self._caps: list[Arcs] = [none, *[np.array([cap], np.int32)] * people, none]
        self._entered: dict[int, tuple[People, Arcs]] = {}  # with the people: an id lives as long as they do
        demand = []
        for kind, (door, count) in enumerate(kinds):
            demand += self._door(kind, door, count)
        self._heads[_SOURCE] = np.array(list(self.seat_node.values()), np.int32)
        self._caps[_SOURCE] = np.array(demand, np.int32)

    def solve(self) -> "tuple[csr_array, csr_array, int]":
        from scipy.sparse import csr_array  # noqa: PLC0415
        from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415

        size = len(self._heads)
        starts = np.cumsum([0, *map(len, self._heads)], dtype=np.int32)
        graph = csr_array((np.concatenate(self._caps), np.concatenate(self._heads), starts), shape=(size, size))
        graph.eliminate_zeros()
        done = maximum_flow(graph, _SOURCE, self._sink)
        return graph, csr_array(done.flow), int(done.flow_value)

    def _door(self, kind: int, door: Door, count: int) -> list[int]:
        """Nodes and arcs of a kind of door; what its seats ask for."""
        places = self._places(door, count)
        asked = []
        for number, seat in enumerate(door.seats):
            people, pool = (seat.pool.experts if seat.experts else seat.pool.people), seat.pool
            heads, caps = self._enter(people, places), _caps(people, door, count)
            if seat.experts:
                others = np.setdiff1d(pool.people, pool.experts, assume_unique=True)
                side = self._node(self._enter(others, places), _caps(others, door, count))
                heads = np.append(heads, np.int32(side))
                caps = np.append(caps, np.int32((seat.slots - seat.experts) * count))
                self.others_node[kind, number] = side
            self.seat_node[kind, number] = self._node(heads, caps)
            asked.append(seat.slots * count)
        return asked

    def _places(self, door: Door, count: int) -> dict[int, int]:
        """The nodes by which people enter the door; none where nobody could sit in two seats."""
        if len(door.seats) == 1:
            return {}
        everybody = np.unique(np.concatenate([seat.pool.people for seat in door.seats]))
        caps = np.array([count], np.int32)
        return {one: self._node(np.array([one + 1], np.int32), caps) for one in everybody.tolist()}

    def _enter(self, people: People, places: dict[int, int]) -> Arcs:
        """The nodes where arcs to these people lead."""
        if places:
            return np.array([places[one] for one in people.tolist()], np.int32)
        if id(people) not in self._entered:
            self._entered[id(people)] = people, (people + 1).astype(np.int32)
        return self._entered[id(people)][1]

    def _node(self, heads: Arcs, caps: Arcs) -> int:
        self._heads.append(heads)
        self._caps.append(caps)
        return len(self._heads) - 1


def _caps(people: People, door: Door, count: int) -> Arcs:
    """As often as there are such doors, never for those who are barred."""
    caps = np.full(len(people), count, np.int32)
    for one in door.barred:
        place = int(people.searchsorted(one))
        if place < len(people) and people[place] == one:
            caps[place] = 0
    return caps


def flow_of(instance: Instance) -> Flow:
    """How many places of these doors can be filled at most. People start without loads."""
    return Flow([(door, count) for door, count, _ in kinds_of(instance.doors)], instance.people, instance.cap)


def least_cap(kinds: Sequence[tuple[Door, int]], people: int, cap: int) -> int | None:
    """The least number of doors that everybody must be able to take, `cap` at least, so that all can be staffed; None
    where no number is enough.

    Each cut tells a number below which it stays deficient; the largest such number is the answer.
    """
    while True:
        flow = Flow(kinds, people, cap)
        if not flow.lacking:
            return cap
        full = len(flow.full())
        if not full:
            return None
        cap += -(-flow.lacking // full)
