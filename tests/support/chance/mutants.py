"""Draws that are not fair, each in one way that was seen in the field or proposed: the suite must catch them (T10).

Most are the product's own code over a hash that answers wrongly at one tag; so nothing but the flaw differs.
"""

from collections.abc import Iterator

import numpy as np

from inspection.draw.lot.digest import Hash
from tests.support.chance.ceremonies import Bend, H, Setting, Task, ceremonies
from tests.support.chance.counts import Draws

THRESHOLD, CELL_ORDER, TICKET = 0x20, 0x21, 0x11


def short_tickets(setting: Setting, runs: int, bits: int = 6) -> tuple[Draws, ...]:
    """Only the first bits of a ticket decide, then the place in the list."""
    unit = 256 - bits

    def cut(data: bytes) -> bytes:
        value = H(data)
        return (int.from_bytes(value, "big") >> unit << unit).to_bytes(32, "big") if data[0] == TICKET else value

    return ceremonies(setting, runs, lambda _: cut)


def congruential(setting: Setting, runs: int) -> tuple[Draws, ...]:
    """Tickets from `rand()` of many C libraries, seeded with the number of the ceremony (srand(time))."""
    a, c, m = 1103515245, 12345, 1 << 31
    # x_k = a^k·x_0 + c·(1 + a + … + a^(k−1)), by k
    steps = [(1, 0)]
    for _ in setting[0].places:
        power, rest = steps[-1]
        steps.append((power * a % m, (rest * a + c) % m))

    def seeded(number: int) -> Hash:
        def answer(data: bytes) -> bytes:
            if data[0] != TICKET:
                return H(data)
            power, rest = steps[int.from_bytes(data[-4:], "big") + 1]
            return ((power * number + rest) % m).to_bytes(4, "big") + bytes(28)

        return answer

    return ceremonies(setting, runs, seeded)


def protected(setting: Setting, runs: int, share: float, place: int = 0) -> tuple[Draws, ...]:
    """In this share of the ceremonies one object cannot win."""

    def hidden(number: int) -> Hash:
        if int((number + 1) * share) == int(number * share):
            return H
        return lambda data: b"\xff" * 32 if data[0] == TICKET and data[-4:] == place.to_bytes(4, "big") else H(data)

    return ceremonies(setting, runs, hidden)


def fixed_rounding(setting: Setting, runs: int) -> tuple[Draws, ...]:
    """Quotas are rounded without chance."""
    return ceremonies(setting, runs, without_rounding(setting))


def without_rounding(setting: Setting) -> Bend:
    """Always the same threshold, always the same order of cells."""
    answers: dict[int, Hash] = {
        THRESHOLD: lambda _: (setting[0].total(0) // 2).to_bytes(32, "big"),
        CELL_ORDER: lambda data: bytes(28) + data[-4:],
    }
    return lambda _: lambda data: answers.get(data[0], H)(data)


def exponential_weights(task: Task, runs: int) -> Draws:
    """Efraimidis and Spirakis: the n smallest of −log(u)/w. The usual shortcut; its chances are not n·w/W."""
    chance, weights = np.random.default_rng(3), np.array([place[1] for place in task.places if place])
    keys = chance.exponential(size=(runs, len(weights))) / weights
    return task.draws((list(row) for row in keys.argpartition(task.drawn[0], axis=1)[:, : task.drawn[0]]), runs)


def every_kth(task: Task, runs: int) -> Draws:
    """Steps through each class from a random start: everybody has the printed chance, neighbours never win together."""
    chance, cell = np.random.default_rng(4), task.cell

    def results() -> Iterator[list[int]]:
        for _ in range(runs):
            found: list[int] = []
            for number, printed in enumerate(task.chance):
                places = np.flatnonzero(cell == number)
                points = np.arange(chance.random(), len(places) * float(printed), 1.0) / float(printed)
                found += places[points.astype(int)].tolist()
            yield found

    return task.draws(results(), runs)


def in_turn(task: Task, runs: int) -> Draws:
    """Who has waited longest comes next: far too even."""
    members = [np.flatnonzero(task.cell == number) for number in range(len(task.classes))]

    def results() -> Iterator[list[int]]:
        for run in range(runs):
            found: list[int] = []
            for places, printed in zip(members, task.chance, strict=True):
                begin, end = (int(len(places) * printed * n) for n in (run, run + 1))
                found += [int(places[k % len(places)]) for k in range(begin, end)]
            yield found

    return task.draws(results(), runs)
