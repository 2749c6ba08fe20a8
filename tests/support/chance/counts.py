"""Statistics of who wins: cells, objects, pairs, places in the list (draw.md §5, T2 to T5 and T7).

All of them take the indicator matrix of many ceremonies. Objects are drawn without replacement, so the variances are
those of a sample of q out of g; the plain χ² of counts would give false alarms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, poisson

from tests.support.chance.verdict import Finding, of_normal, of_worst


@dataclass(frozen=True, slots=True)
class Draws:
    """Many ceremonies of one task. `batch`: (ceremonies, objects) in the order of the list, 0 where not drawn, else
    from 1; `cell`: (objects,), which probability class, −1 for none; `chance`: the printed probability of each class.
    """

    batch: NDArray[np.int8]
    cell: NDArray[np.int64]
    chance: tuple[Fraction, ...]

    @property
    def won(self) -> NDArray[np.bool_]:
        """(ceremonies, objects): who was drawn."""
        return self.batch > 0

    @property
    def runs(self) -> int:
        return len(self.batch)

    def members(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """(class, places of its objects in the list) where chance decides: not classes that win or lose as a whole."""
        for number, chance in enumerate(self.chance):
            places = np.flatnonzero(self.cell == number)
            if len(places) and 0 < chance < 1:
                yield number, places


def cells(draws: Draws, name: str = "T2") -> list[Finding]:
    """T2: z = (ΣX − R·N·λ)/sd(q). A quota takes two neighbouring values only, so sd(q) is known exactly."""
    found = []
    for number, places in draws.members():
        exact = len(places) * draws.chance[number]
        rest = exact % 1
        off = float(draws.won[:, places].sum()) - float(draws.runs * exact)
        if not rest:  # nothing is left to chance: any difference at all is wrong
            found.append(Finding(f"{name} cell {number}", "difference", off, 0.5 if off == 0 else 0.0))
            continue
        found.append(of_normal(f"{name} cell {number}", off / float(np.sqrt(float(rest * (1 - rest)) * draws.runs))))
    return found


def alike(name: str, rows: NDArray[np.generic], block: int = 1) -> Finding:
    """Whether the columns of `rows` (ceremonies × members) are exchangeable: χ² = Σ(T − T̄)²/(R·d), df g − 1.

    d = ½E[(X_a − X_b)²], the mean variance within a ceremony; for indicators of q out of g it is q(g−q)/(g(g−1)).
    With `block`, neighbouring columns are counted together (T7): their sum has the variance block·d, and d is still
    the members'.
    """
    members = np.asarray(rows, dtype=np.float64)
    d = members.var(axis=1, ddof=1).sum()
    totals = members.sum(axis=0)
    totals = totals[: len(totals) // block * block].reshape(-1, block).sum(axis=1)
    if not d:  # no chance at all, where there should be some
        return Finding(name, "χ²", 0.0, 1.0)
    value = float(((totals - totals.mean()) ** 2).sum() / (block * d))
    return Finding(name, "χ²", value, float(chi2.sf(value, len(totals) - 1)))


def within(draws: Draws, name: str = "T3") -> list[Finding]:
    """T3: within a cell everybody wins equally often."""
    return [alike(f"{name} cell {number}", draws.won[:, places]) for number, places in draws.members()]


def deciles(draws: Draws, name: str = "T7", parts: int = 10) -> list[Finding]:
    """T7: within a cell no tenth of the list wins more often than another."""
    return [
        alike(f"{name} cell {number}", draws.won[:, places], max(1, len(places) // parts))
        for number, places in draws.members()
    ]


def batches(draws: Draws, name: str = "R9") -> list[Finding]:
    """R9: within a cell everybody comes in the first batch equally often."""
    if draws.batch.max() < 2:
        return []
    return [
        alike(f"{name} first batch of cell {number}", draws.batch[:, places] == 1) for number, places in draws.members()
    ]


def worst_object(draws: Draws, name: str = "T4") -> Finding:
    """T4: the object farthest from its printed probability. A single protected one hides in every omnibus figure."""
    open_ = np.concatenate([places for _, places in draws.members()])
    chance = np.array([float(draws.chance[number]) for number in draws.cell[open_]])
    wins = draws.won[:, open_].sum(axis=0)
    z = (wins - draws.runs * chance) / np.sqrt(draws.runs * chance * (1 - chance))
    return of_worst(name, float(z[np.abs(z).argmax()]), len(open_))


def pairs(draws: Draws, name: str = "T5") -> list[Finding]:
    """T5: objects win together as often as lots make them: every pair by itself, and all pairs of two cells together.

    Expected: E[q(q−1)]/(g(g−1)) within a cell, E[q_a·q_b]/(g_a·g_b) across. The sums have exact degrees of freedom
    because only what is left after the single objects' own totals is squared: the space of pairs of a cell splits into
    mean, single objects (g − 1) and genuine pairs (g(g−3)/2), and lots give each part one variance.
    """
    groups = [(number, places, draws.won[:, places].sum(axis=1)) for number, places in draws.members()]
    won = draws.won.astype(np.float32)  # whole numbers stay exact up to 2^24 ceremonies
    together = won.T @ won
    found, odd, count = [], 1.0, 0
    for number, places, q in groups:
        g = len(places)
        inner = together[np.ix_(places, places)].astype(np.float64)
        upper = np.triu_indices(g, 1)
        odd = min(odd, _least_tail(inner[upper], _falling(q, g, 2).sum()))
        count += len(upper[0])
        if g > 3:
            found.append(_genuine_pairs(f"{name} cell {number}", inner, q))
    for (one, ours, q), (other, theirs, k) in combinations(groups, 2):
        outer = together[np.ix_(ours, theirs)].astype(np.float64)
        odd = min(odd, _least_tail(outer.ravel(), (q / len(ours) * k / len(theirs)).sum()))
        count += outer.size
        found.append(_across(f"{name} cells {one} and {other}", outer, q, k))
    return [Finding(f"{name} any pair", "least tail", odd, min(0.5, count * odd)), *found]


def _least_tail(seen: NDArray[np.float64], expected: float) -> float:
    """The smaller exact Poisson tail, doubled, of the oddest count."""
    low, high = poisson.cdf(seen.min(), expected), poisson.sf(seen.max() - 1, expected)
    return float(min(1.0, 2 * low, 2 * high))


def _genuine_pairs(name: str, inner: NDArray[np.float64], q: NDArray[np.int64]) -> Finding:
    g = len(inner)
    inner = inner.copy()
    np.fill_diagonal(inner, 0)
    own = inner.sum(axis=1)
    mean = own.sum() / (g * (g - 1))
    single = (own - own.mean()) / (g - 2)
    left = inner - mean - single[:, None] - single[None, :]
    variance = _falling(q, g, 2) - 2 * _falling(q, g, 3) + _falling(q, g, 4)
    return _squared(name, left[np.triu_indices(g, 1)], float(variance.sum()), g * (g - 3) // 2)


def _across(name: str, outer: NDArray[np.float64], q: NDArray[np.int64], k: NDArray[np.int64]) -> Finding:
    rows, columns = outer.shape
    left = outer - outer.mean(axis=0) - outer.mean(axis=1)[:, None] + outer.mean()
    variance = q * (rows - q) / (rows * (rows - 1)) * k * (columns - k) / (columns * (columns - 1))
    return _squared(name, left.ravel(), float(variance.sum()), (rows - 1) * (columns - 1))


def _squared(name: str, left: NDArray[np.float64], variance: float, df: int) -> Finding:
    value = float((left**2).sum() / variance)
    return Finding(name, f"χ² ({df} df)", value, float(chi2.sf(value, df)))


def _falling(q: NDArray[np.int64], g: int, k: int) -> NDArray[np.float64]:
    """The chance that k given members are all among q out of g."""
    chance = np.ones(len(q))
    for step in range(k):
        chance *= (q - step) / (g - step)
    return chance
