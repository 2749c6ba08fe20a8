"""Ceremonies by the thousand: the product's own frame, quotas and selection under fixed counters as seeds."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from inspection.draw.lot.build import build_frame
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import Candidate, Exclusion, Frame, Place, stratum_key
from inspection.draw.lot.quota import quotas
from inspection.draw.lot.ticket import Selection, select
from tests.support.chance.counts import Draws

H = hash_named("sha256")
# So many ceremonies share one frame and one key of salts; then both are made anew.
PER_FRAME = 50
# What a bent ceremony uses for its hash, by the ceremony's number.
Bend = Callable[[int], Hash]
OUT = Place(Exclusion.SCOPE)


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a draw: each object's (stratum, weight) in the order of the list, `None` where it is out of scope,
    and how many are drawn in each stratum. No class is certain.
    """

    places: tuple[tuple[int, int] | None, ...]
    drawn: Mapping[int, int]
    batches: int = 1
    classes: tuple[tuple[int, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(sorted({place for place in self.places if place})))

    @property
    def cell(self) -> NDArray[np.int64]:
        """Each object's class, by its number in `classes`; −1 out of scope."""
        return np.array([self.classes.index(place) if place else -1 for place in self.places])

    def total(self, stratum: int) -> int:
        """W of the rounding: the sum of the stratum's weights."""
        return sum(place[1] for place in self.places if place and place[0] == stratum)

    @property
    def chance(self) -> tuple[Fraction, ...]:
        """The probability of each class, by proportion."""
        return tuple(Fraction(self.drawn[stratum] * weight, self.total(stratum)) for stratum, weight in self.classes)

    def draws(self, results: Iterator[Sequence[int]], runs: int) -> Draws:
        """`runs` results, each the places in the list that were drawn, in one batch."""
        batch = np.zeros((runs, len(self.places)), dtype=np.int8)
        for number, places in zip(range(runs), results, strict=False):
            batch[number, places] = 1
        return Draws(batch, self.cell, self.chance)


Setting = tuple[Task, ...]


def weighted(sizes: Mapping[int, int], drawn: int) -> Task:
    """One stratum, so many objects of each weight. The weights are mixed in the list, as in a real register."""
    left, order = dict(sizes), list[tuple[int, int] | None]()
    while any(left.values()):
        for weight in [weight for weight in left if left[weight]]:
            left[weight] -= 1
            order.append((0, weight))
    return Task(tuple(order), {0: drawn})


def layered(objects: int, drawn: Mapping[int, int], batches: int) -> Task:
    """Two of three objects, half of them in each of two strata, all alike."""
    return Task(tuple((n % 2, 1) if n % 3 else None for n in range(objects)), drawn, batches)


# Small enough for `make test`, large enough for all statistics: chances of 16/225, 32/225 and 80/225, 1/9 and 4/45.
QUICK: Setting = (weighted({1: 90, 2: 30, 5: 15}, 16), layered(135, {0: 5, 1: 4}, 2))
# draw.md §5: ceremonies × 400 objects.
FULL: Setting = (weighted({1: 240, 2: 100, 4: 60}, 38), layered(400, {0: 13, 1: 8}, 3))


@dataclass(frozen=True, slots=True)
class Held:
    """One ceremony."""

    seed: bytes
    secret: bytes
    frame: Frame
    result: Selection


def key(label: str, number: int) -> bytes:
    """32 bytes for the counter."""
    return hashlib.sha256(f"{label} {number}".encode()).digest()


def oid(number: int) -> str:
    return f"91371000{number:010d}"


def frame_of(setting: Setting, secret: bytes) -> Frame:
    """The setting's directory under this key."""
    rows = zip(*(task.places for task in setting), strict=True)
    listed = [
        Candidate(oid(n), tuple(Place(Exclusion.NONE, *place) if place else OUT for place in places))
        for n, places in enumerate(rows)
    ]
    allowed = [(number, *place) for number, task in enumerate(setting) for place in task.classes]
    return build_frame(H, secret, listed, allowed)


def held(setting: Setting, runs: int, bend: Bend | None = None) -> Iterator[Held]:
    """Ceremonies 0, 1, … by the product's own functions; with `bend`, drawn under a hash that is not one."""
    sizes = {stratum_key(number, s): n for number, task in enumerate(setting) for s, n in task.drawn.items()}
    batches = {number: task.batches for number, task in enumerate(setting)}
    for number in range(runs):
        if number % PER_FRAME == 0:
            secret = key("secret", number)
            frame = frame_of(setting, secret)
        h, seed = bend(number) if bend else H, key("seed", number)
        shares = quotas(h, seed, frame.cells, sizes)
        yield Held(seed, secret, frame, select(h, seed, secret, frame, shares, batches))


def ceremonies(setting: Setting, runs: int, bend: Bend | None = None) -> tuple[Draws, ...]:
    """Who won in each of `runs` ceremonies, and in which batch, task by task."""
    batch = [np.zeros((runs, len(task.places)), dtype=np.int8) for task in setting]
    for number, one in enumerate(held(setting, runs, bend)):
        task_of = {cell.number: cell.task for cell in one.frame.cells}
        for ticket in one.result.drawn:
            batch[task_of[ticket.cell]][number, ticket.index] = ticket.batch
    return tuple(Draws(drawn, task.cell, task.chance) for drawn, task in zip(batch, setting, strict=True))
