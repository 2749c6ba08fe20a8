"""The figures of who is sent, as `make test` makes them of few matches and `make bench-draw` of many."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.support.chance.ceremonies import H
from tests.support.chance.matches import even_office, grouped_office, matches, mixed_office
from tests.support.chance.people import Dependence, Sent, by_load, by_object, dependence, pair_shares, team_pairs
from tests.support.chance.verdict import Finding

# Matches in `make test`. By the sample-size rule they show a person of eight who is sent a seventh too rarely, and one
# who comes to an object (drawn in three of ten matches) less than 15 of 100 times as often as he should.
RUNS = 900


@cache
def even(runs: int, delta: int = 1) -> Sent:
    """Eight people who may all go everywhere."""
    return matches(even_office(delta=delta), runs)


@dataclass(frozen=True, slots=True)
class People:
    """All of them: what must be fair, by statistic; unfair matches that were not caught; pairs and dependence (T13,
    T14) to be told.
    """

    fair: dict[str, list[Finding]]
    missed: tuple[str, ...]
    shares: tuple[float, float]
    dependence: Dependence


def alike(runs: int) -> list[Finding]:
    """T11: scattered, with experts and barred people, and in teams."""
    mixed, grouped = matches(mixed_office(), runs), matches(grouped_office(), runs)
    return [
        *by_load(mixed, "T11 load"),
        *by_object(mixed, "T11 object"),
        *by_load(grouped, "T11 grouped, load"),
        *by_object(grouped, "T11 grouped, object"),
    ]


def people(runs: int) -> People:
    """All figures of so many matches."""
    shares = pair_shares(even(runs))
    return People(
        {"T11": alike(runs), "T13": [team_pairs(even(runs))]},
        tuple(name for name, (seen, made) in unfair().items() if all(one.fair for one in seen(made(runs)))),
        (float(shares.min()), float(shares.max())),
        dependence(even(runs)),
    )


def without_lots(runs: int) -> Sent:
    """Neither the order of people nor the choice among them is by lot: the first of the roster come first."""
    return matches(even_office(10), runs, bend=lambda _: lambda data: bytes(32) if data[0] in (0x22, 0x23) else H(data))


def spared(runs: int) -> Sent:
    """One person passes the doors of every seventh match on."""
    return _passing_on(even(runs), lambda run, _: run % 7 == 0)


def kept_away(runs: int) -> Sent:
    """One person never comes to one object: an interest that was not declared, but seen to."""
    return _passing_on(even(runs), lambda _, place: place == 7)


def always_together(runs: int) -> Sent:
    """The same two people always go together, each as often as everybody else, to whatever object."""
    honest = even(runs)
    pair = np.random.default_rng(6).integers(4, size=honest.object_at.shape)
    return Sent(np.arange(8)[None, None, :] // 2 == pair[:, :, None], honest.object_at, honest.classes)


def _passing_on(sent: Sent, when: Callable[[int, int], bool]) -> Sent:
    there = sent.there.copy()
    for run, door in np.argwhere(there[:, :, 0]):
        if when(int(run), int(sent.object_at[run, door])):
            free = np.flatnonzero(~there[run, door])
            there[run, door, 0] = False
            there[run, door, free[(run + door) % len(free)]] = True
    return Sent(there, sent.object_at, sent.classes)


def unfair() -> dict[str, tuple[Callable[[Sent], list[Finding]], Callable[[int], Sent]]]:
    """T10 for people: by name, the statistic that must see it, and the matches."""
    return {
        "people in the order of the roster": (by_load, without_lots),
        "one person is spared": (by_load, spared),
        "one person keeps away from one object": (by_object, kept_away),
        "two people always go together": (lambda sent: [team_pairs(sent)], always_together),
    }
