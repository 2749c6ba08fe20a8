"""When requests begin: planned beforehand, whatever the server does (an open loop). Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One request of a kind; `at` in seconds after the beginning."""

    at: float
    kind: str


def planned(rates: Mapping[str, float], seconds: float, seed: int) -> list[Due]:
    """Requests of each kind at its own rate a second, each independent of all others (Poisson), in their order."""
    plan: list[Due] = []
    for kind, rate in rates.items():
        chance, at = random.Random(f"{seed}:{kind}"), 0.0
        while rate > 0 and (at := at + chance.expovariate(rate)) < seconds:
            plan.append(Due(at, kind))
    return sorted(plan)


def spread(count: int, seconds: float, seed: int) -> list[float]:
    """When each of so many begins, at any moment of a span alike; in no order."""
    chance = random.Random(seed)
    return [chance.random() * seconds for _ in range(count)]


def next_rate(tried: Sequence[tuple[float, bool]], goal: float, near: float = 0.1) -> float | None:
    """The rate to try next, on the way to the highest one that holds; None when that is known.

    `tried`: rates and whether they held. It doubles from a sixteenth of the goal, is content with the goal, and once
    one rate broke it halves the gap until that is less than `near` of the lower one. Gives up below a thousandth.
    """
    held = max((rate for rate, good in tried if good), default=0.0)
    broke = min((rate for rate, good in tried if not good), default=None)
    if held >= goal:
        return None
    if broke is None:
        return min(goal, held * 2) if held else goal / 16
    if not held:
        return broke / 2 if broke > goal / 1000 else None
    return (held + broke) / 2 if broke - held > near * held else None
