"""The draws of one unit watched over time (draw.md §5, T19): what is given up, replaced, changed and named by hand, and
whether the classes win as often as their printed probabilities say. Public numbers in, public numbers out; pure.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from inspection.draw.ceremony import DrawState

USUAL = Fraction(3, 100)
"""Up to 3 % is usual for replaced objects (draw.md §4.10); voids and changed inspectors are held to the same."""
USUAL_DESIGNATED = Fraction(1, 10)
"""Places filled by hand (指定): the house's own figure, no source names one."""
NEGLIGIBLE = 1e-20
"""A term of a tail so much smaller than the first adds nothing that a float could hold."""
UNLIKELY = 0.01
"""A share is conspicuous when the usual rate would bring so many in less than one of a hundred quarters."""
IMPOSSIBLE = 1e-4
"""A class's quotas are conspicuous when honest rounding would be as far off in less than one of 10,000 quarters."""

RESULT = frozenset({DrawState.SEALED, DrawState.OPENING, DrawState.CLOSED})


class Sign(StrEnum):
    """What is conspicuous."""

    VOIDED = "voided"
    REPLACED = "replaced"
    CHANGED = "changed"
    DESIGNATED = "designated"
    QUOTA = "quota"  # a class wins too often or too rarely, or too evenly to be chance
    MISSING = "missing"  # a number of the sequence of fingerprints is not there


@dataclass(frozen=True, slots=True)
class PastCell:
    """A cell after its draw: `expected` = size · λ, exact; `quota`: what it gave."""

    weight: int
    expected: Fraction
    quota: int


@dataclass(frozen=True, slots=True)
class PastDraw:
    """A draw as everybody may know it. `sequence`: the number of its fingerprint, `None` when it was given up before.

    `on`: the day of the freeze. `doors`, `places`: of the match; `how`: places by how they were filled; `replaced`,
    `changed`: settled changes of objects and of inspectors; `focused`: labelled 重点检查; `conditions`: of those of its
    tasks that have some.
    """

    state: DrawState
    on: date
    sequence: int | None = None
    doors: int = 0
    places: int = 0
    how: Mapping[str, int] = field(default_factory=dict)
    replaced: int = 0
    changed: int = 0
    focused: bool = False
    conditions: Sequence[str] = ()
    cells: Sequence[PastCell] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """`count` out of `of`; `conspicuous`: more than the usual rate explains."""

    count: int
    of: int
    conspicuous: bool = False


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """All cells of one weight: expected and drawn objects, the difference in standard deviations of the rounding
    (`None` where nothing was left to chance), and the exact two-sided probability of being as far off.
    """

    weight: int
    expected: float
    drawn: int
    z: float | None
    p: float
    conspicuous: bool


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """One quarter (`2026Q1`, by the days of the freezes). `draws`: with a result; `waiting`: begun, not ended;
    `focused`: labelled 重点检查; `once`: drawn under a condition that no other draw of the unit has had (draw.md
    §4.13): told without an alert, since every condition was new once.
    """

    quarter: str
    draws: int
    waiting: int
    focused: int
    once: int
    voided: Share
    replaced: Share
    changed: Share
    designated: Share
    continued: Share
    classes: tuple[ClassFigure, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """`quarter` is empty for what concerns the whole sequence."""

    sign: Sign
    quarter: str = ""


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Quarters, the latest first; numbers of the sequence that no draw bears; and everything conspicuous."""

    quarters: tuple[QuarterFigures, ...]
    missing: tuple[int, ...]
    alerts: tuple[Alert, ...]


def monitor(draws: Iterable[PastDraw]) -> Monitoring:
    """The figures of all draws of one unit."""
    listed = list(draws)
    by_quarter: dict[str, list[PastDraw]] = defaultdict(list)
    for draw in listed:
        by_quarter[f"{draw.on.year}Q{(draw.on.month + 2) // 3}"].append(draw)
    known = Counter(condition for draw in listed for condition in set(draw.conditions))
    quarters = tuple(_figures(name, by_quarter[name], known) for name in sorted(by_quarter, reverse=True))
    missing = missing_numbers(draw.sequence for draw in listed)
    alerts = [Alert(Sign.MISSING)] if missing else []
    return Monitoring(quarters, missing, (*alerts, *(alert for figures in quarters for alert in _alerts(figures))))


def missing_numbers(sequence: Iterable[int | None]) -> tuple[int, ...]:
    """The gaps of 1, 2, … up to the highest: a fingerprint that was registered and does not show any more."""
    there = {number for number in sequence if number is not None}
    return tuple(sorted(set(range(1, max(there, default=0) + 1)) - there))


def _figures(quarter: str, draws: Sequence[PastDraw], known: Mapping[str, int]) -> QuarterFigures:
    ended = [draw for draw in draws if draw.state in RESULT]
    voided = sum(draw.state is DrawState.VOIDED for draw in draws)
    doors, places = sum(draw.doors for draw in ended), sum(draw.places for draw in ended)
    return QuarterFigures(
        quarter,
        len(ended),
        len(draws) - len(ended) - voided,
        sum(draw.focused for draw in ended),
        sum(any(known[condition] == 1 for condition in draw.conditions) for draw in ended),
        share(voided, len(ended) + voided),
        share(sum(draw.replaced for draw in ended), doors),
        share(sum(draw.changed for draw in ended), places),
        share(_placed(ended, "designated"), places, USUAL_DESIGNATED),
        Share(_placed(ended, "continuity"), places),
        classes([cell for draw in ended for cell in draw.cells]),
    )


def _placed(draws: Sequence[PastDraw], how: str) -> int:
    return sum(draw.how.get(how, 0) for draw in draws)


def _alerts(figures: QuarterFigures) -> list[Alert]:
    found = {
        Sign.VOIDED: figures.voided.conspicuous,
        Sign.REPLACED: figures.replaced.conspicuous,
        Sign.CHANGED: figures.changed.conspicuous,
        Sign.DESIGNATED: figures.designated.conspicuous,
        Sign.QUOTA: any(one.conspicuous for one in figures.classes),
    }
    return [Alert(sign, figures.quarter) for sign, seen in found.items() if seen]


def share(count: int, of: int, usual: Fraction = USUAL) -> Share:
    """The share, and whether so many are unlikely at the usual rate: the exact upper tail of the binomial."""
    return Share(count, of, bool(count) and at_least(count, of, float(usual)) < UNLIKELY)


def at_least(count: int, of: int, rate: float) -> float:
    """P(X ≥ count) of a binomial: 0 where there are more than one of each (places that change again and again).

    The shorter tail is summed, and no further than it says anything: a large unit fills a million places a year.
    """
    if count <= of * rate:
        return min(1.0, max(0.0, 1.0 - math.fsum(_exactly(k, of, rate) for k in range(count))))
    found: list[float] = []
    for k in range(count, of + 1):
        found.append(_exactly(k, of, rate))
        if found[-1] < found[0] * NEGLIGIBLE:
            break
    return min(1.0, math.fsum(found))


def _exactly(k: int, of: int, rate: float) -> float:
    ways = math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
    return math.exp(ways + k * math.log(rate) + (of - k) * math.log1p(-rate))


def classes(cells: Iterable[PastCell]) -> tuple[ClassFigure, ...]:
    """Drawn against expected, weight by weight, ascending.

    Within one draw the quotas of all cells of a stratum add up to its sample; each by itself is its whole part and one
    more with the probability of its remainder (draw.md §4.5). Cells of one weight are of different strata or draws, so
    they are rounded apart from each other.
    """
    by_weight: dict[int, list[PastCell]] = defaultdict(list)
    for cell in cells:
        by_weight[cell.weight].append(cell)
    return tuple(_class(weight, by_weight[weight]) for weight in sorted(by_weight))


def _class(weight: int, cells: Sequence[PastCell]) -> ClassFigure:
    expected = sum((cell.expected for cell in cells), Fraction(0))
    drawn = sum(cell.quota for cell in cells)
    remainders = [rest for cell in cells if (rest := cell.expected % 1)]
    variance = sum((rest * (1 - rest) for rest in remainders), Fraction(0))
    more = drawn - sum(math.floor(cell.expected) for cell in cells)
    p = two_sided([float(rest) for rest in remainders], more)
    z = round(float(drawn - expected) / math.sqrt(variance), 3) if variance else None
    return ClassFigure(weight, round(float(expected), 3), drawn, z, p, p < IMPOSSIBLE)


def two_sided(chances: Sequence[float], count: int) -> float:
    """Twice the smaller exact tail of the number of successes among independent trials of these chances (at most 1).

    A count that cannot be has the probability 0: a quota that is not the whole part or one more.
    """
    if not 0 <= count <= len(chances):
        return 0.0
    exactly = [1.0]
    for chance in chances:
        exactly = [
            before * (1 - chance) + (exactly[k - 1] * chance if k else 0.0) for k, before in enumerate([*exactly, 0.0])
        ]
    return min(1.0, 2 * math.fsum(exactly[: count + 1]), 2 * math.fsum(exactly[count:]))
