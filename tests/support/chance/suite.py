"""The suite as `make test` runs it on few ceremonies and `make bench-draw` on many: same figures, same limits."""

from collections.abc import Callable, Sequence

import numpy as np

from tests.support.chance import mutants, tickets
from tests.support.chance.ceremonies import Setting
from tests.support.chance.counts import Draws, batches, cells, deciles, pairs, within, worst_object
from tests.support.chance.verdict import Finding, bias_found

# Ceremonies in `make test`.
RUNS = 3000
GROUND = (0, 9, 20, 33, 41)

Statistic = Callable[[Draws, str], Finding | Sequence[Finding]]
OBJECTS: dict[str, Statistic] = {
    "T2": cells,
    "T3": within,
    "T4": worst_object,
    "T5": pairs,
    "T7": deciles,
    "R9": batches,
}
"""What every set of ceremonies is asked."""


def found(number: str, draws: Sequence[Draws]) -> list[Finding]:
    """One statistic of every task."""
    told: list[Finding] = []
    for task, one in enumerate(draws):
        got = OBJECTS[number](one, f"{number} task {task}")
        told += [got] if isinstance(got, Finding) else got
    return told


def everything(draws: Sequence[Draws]) -> list[Finding]:
    """All of them."""
    return [finding for number in OBJECTS for finding in found(number, draws)]


def single_tickets(runs: int) -> list[Finding]:
    """T6, for three objects."""
    return [tickets.spread(tickets.tickets_of(place, runs), f"T6 object {place}") for place in (0, 3, 134)]


def ground_secrets(runs: int) -> list[Finding]:
    """T8, for five objects and all of them together."""
    wins, chance = tickets.wins_of_ground(GROUND, runs), 1 / tickets.RIVALS
    each = [tickets.rate(f"T8 object {place}", won, runs, chance) for place, won in zip(GROUND, wins, strict=True)]
    return [*each, tickets.rate("T8 all five", sum(wins), runs * len(GROUND), chance)]


def unfair(setting: Setting) -> dict[str, tuple[str, Callable[[int], Sequence[Draws]]]]:
    """T10: by name, which statistic must see it, and the draw. The protected object is as biased as the sample-size
    rule says can just be seen.
    """
    task, alone = setting[0], setting[:1]
    likely = len(task.classes) - 1
    friend = int(np.flatnonzero(task.cell == likely)[0])

    def protected(runs: int) -> Sequence[Draws]:
        return mutants.protected(alone, runs, bias_found(float(task.chance[likely]), runs), friend)

    return {
        "weights by exponential keys": ("T2", lambda runs: [mutants.exponential_weights(task, runs)]),
        "quotas rounded without chance": ("T2", lambda runs: mutants.fixed_rounding(alone, runs)),
        "one protected object": ("T4", protected),
        "tickets of 6 bits": ("T7", lambda runs: mutants.short_tickets(alone, runs)),
        "tickets of a congruential generator": ("T5", lambda runs: mutants.congruential(alone, runs)),
        "every k-th of the list": ("T5", lambda runs: [mutants.every_kth(task, runs)]),
        "who has waited longest": ("T3", lambda runs: [mutants.in_turn(task, runs)]),
    }
