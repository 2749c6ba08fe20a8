"""Statistics of single tickets: one object over many ceremonies, and secrets ground before the seed (draw.md §5, T6,
T8).
"""

from collections.abc import Sequence

from scipy.stats import binom, kstest

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.frame import salt
from inspection.draw.lot.ticket import ticket_value
from tests.support.chance.ceremonies import H, key, oid
from tests.support.chance.verdict import Finding

# One of so many objects is drawn where secrets are ground: chance 1/42 = .0238.
RIVALS = 42


def spread(values: Sequence[float], name: str = "T6") -> Finding:
    """T6: whether values of [0, 1) are uniform (Kolmogorov and Smirnov): D too large, or too small to be chance."""
    told = kstest(values, "uniform")
    return Finding(name, "D", float(told.statistic), float(told.pvalue))


def tickets_of(place: int, runs: int, h: Hash = H) -> list[float]:
    """The ticket of one object over ceremonies 0, 1, …, each with a key and a seed of its own, as a part of 1."""
    values = (ticket_value(h, key("seed", n), salt(h, key("secret", n), oid(place)), place) for n in range(runs))
    return [int.from_bytes(value[:8], "big") / 2**64 for value in values]


def ground(place: int, old: bytes) -> bytes:
    """A key under which this object's ticket is the lowest of all when the seed is `old`: tried until found."""
    number = 0
    while True:
        secret = key(f"ground for {place}", number)
        if winner(old, [salt(H, secret, oid(n)) for n in range(RIVALS)]) == place:
            return secret
        number += 1


def winner(seed: bytes, salts: Sequence[bytes]) -> int:
    """Whose ticket is the lowest."""
    values = [ticket_value(H, seed, salt_, place) for place, salt_ in enumerate(salts)]
    return values.index(min(values))


def wins_of_ground(places: Sequence[int], runs: int, seeds: str = "new") -> list[int]:
    """T8: how often each object wins under `runs` seeds, each under the key that was ground for it under an old one."""
    found = []
    for place in places:
        secret = ground(place, key("old", 0))
        salts = [salt(H, secret, oid(n)) for n in range(RIVALS)]
        found.append(sum(winner(key(seeds, n), salts) == place for n in range(runs)))
    return found


def rate(name: str, wins: int, trials: int, chance: float) -> Finding:
    """A number of wins against its binomial: `p` is the upper tail, half of the observed count's own chance left out on
    either side, so that neither side is favoured.
    """
    upper = float(binom.sf(wins, trials, chance)) + float(binom.pmf(wins, trials, chance)) / 2
    return Finding(name, f"rate of {trials}", wins / trials, upper)
