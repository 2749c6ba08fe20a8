"""How a figure of chance is judged, and what a number of ceremonies can tell apart (draw.md §5)."""

import math
from dataclasses import dataclass

from scipy.stats import norm

# On both sides: what is too regular is as suspicious as what is too far off.
LEAST = 1e-6
MOST = 1 - LEAST


@dataclass(frozen=True, slots=True)
class Finding:
    """One statistic of one set of ceremonies.

    `value` is the statistic itself (`what` says which: z, χ², D, …), `p` the chance of one at least as large when the
    draw is fair; a `p` near 1 is too good to be true.
    """

    name: str
    what: str
    value: float
    p: float

    @property
    def fair(self) -> bool:
        return LEAST <= self.p <= MOST

    def __str__(self) -> str:
        return f"{self.name}: {self.what} = {self.value:.3f}, p = {self.p:.3g}"


def of_normal(name: str, z: float) -> Finding:
    """A standard normal figure: `p` is its upper tail."""
    return Finding(name, "z", z, float(norm.sf(z)))


def of_worst(name: str, worst: float, among: int) -> Finding:
    """The largest |z| of `among` objects: the chance that any of so many is as far off (Šidák)."""
    alone = 2 * float(norm.sf(abs(worst)))
    return Finding(name, "worst z", worst, -math.expm1(among * math.log1p(-alone)) if alone < 1 else 1.0)


def trials_needed(p: float, delta: float) -> float:
    """Object-trials that find a relative bias `delta` of a probability `p`: two-sided α = 1e-6, power 99.9 %.

    draw.md §5: 63.7·(1−p)/(p·δ²); 63.7 is the square of the two normal quantiles' sum.
    """
    return _QUANTILES * (1 - p) / (p * delta**2)


def bias_found(p: float, trials: float) -> float:
    """The least relative bias of a probability `p` that so many object-trials find; the rule above, turned round."""
    return math.sqrt(_QUANTILES * (1 - p) / (p * trials))


_QUANTILES = float(norm.isf(LEAST / 2) + norm.isf(1e-3)) ** 2
