"""How many of each stratum: shares of a directory, fixed numbers, floors (draw.md §4.4, docs/sr-draw-1.md "Sizes").
Integers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from inspection.draw.lot.frame import Tally
from inspection.draw.lot.quota import sample_size


class Base(StrEnum):
    """What a ratio is a share of; the rule-set says which (draw.md §8)."""

    DIRECTORY = "directory"
    ELIGIBLE = "eligible"


class StrataBy(StrEnum):
    """By what the directory is divided."""

    GRADE = "grade"
    AREA = "area"
    TRADE = "trade"


class Rule(StrEnum):
    """How the sample is spread over the strata."""

    WHOLE = "whole"  # it is not: one stratum
    OWN_RATIO = "own-ratio"  # each by its own ratio (安岳 一(五))
    PROPORTIONAL = "proportional"  # by their rows, at least the floors


@dataclass(frozen=True, slots=True)
class Size:
    """How many objects are drawn: ⌈ratio · base⌉, or `count` of them where that is set."""

    ratio: Fraction = Fraction(0)
    base: Base = Base.DIRECTORY
    count: int | None = None


@dataclass(frozen=True, slots=True)
class StrataRule:
    """`ratios` and `floors` by the name of a stratum; a stratum without a ratio of its own has that of the size."""

    rule: Rule = Rule.WHOLE
    by: StrataBy | None = None
    ratios: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    floors: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a task as it is published: how many `rows` of the directory, how many `eligible`, how many are
    drawn (`size`). Strata are numbered from 0 by ascending name.
    """

    stratum: int
    name: str
    rows: int
    eligible: int
    ratio: Fraction | None
    floor: int
    size: int


@dataclass(frozen=True, slots=True)
class Sample:
    """How many: `wanted` by the rule, `size` what the eligible rows can give; both are the sums of `strata`."""

    wanted: int
    size: int
    strata: tuple[Stratum, ...]


def sample(tally: Tally, size: Size, rule: StrataRule, names: Sequence[str] = ("",)) -> Sample:
    """The sizes of all strata of one task. `names` are those of its strata, ascending.

    Exclusions win: nobody is drawn beyond the eligible rows, the shortfall is told (威海 第六条).

    Raises:
        ValueError: when the floors ask for more than the whole sample.
    """
    counted = [tally.strata.get(number, (0, 0)) for number in range(len(names))]
    if rule.rule is Rule.OWN_RATIO:
        return _own_ratio(counted, size, rule, names)
    base = tally.rows if size.base is Base.DIRECTORY else tally.eligible
    wanted = size.count if size.count is not None else sample_size(size.ratio, base)
    given = min(wanted, tally.eligible)
    floors = [rule.floors.get(name, 0) for name in names]
    if rule.rule is Rule.WHOLE:
        sizes = [given]
    else:
        sizes = proportional(given, [rows for rows, _ in counted], [least for _, least in counted], floors)
    told = zip(names, counted, floors, sizes, strict=True)
    strata = tuple(
        Stratum(number, name, *count, None, floor, drawn) for number, (name, count, floor, drawn) in enumerate(told)
    )
    return Sample(wanted, given, strata)


def _own_ratio(counted: Sequence[tuple[int, int]], size: Size, rule: StrataRule, names: Sequence[str]) -> Sample:
    strata, wanted = [], 0
    for number, (name, (rows, eligible)) in enumerate(zip(names, counted, strict=True)):
        ratio, floor = rule.ratios.get(name, size.ratio), rule.floors.get(name, 0)
        asked = max(floor, sample_size(ratio, rows if size.base is Base.DIRECTORY else eligible))
        wanted += asked
        strata.append(Stratum(number, name, rows, eligible, ratio, floor, min(asked, eligible)))
    return Sample(wanted, sum(one.size for one in strata), tuple(strata))


def proportional(n: int, rows: Sequence[int], eligible: Sequence[int], floors: Sequence[int]) -> list[int]:
    """Spread `n` over strata: first the floors, as far as eligible rows reach; the rest by largest remainder over the
    strata's rows, ties to the lower number, nobody beyond its eligible rows, again until all is given.

    Raises:
        ValueError: when the floors ask for more than `n`, or `n` for more than all eligible rows.
    """
    given = [min(floor, most) for floor, most in zip(floors, eligible, strict=True)]
    left = n - sum(given)
    if left < 0:
        raise ValueError("the floors of the strata ask for more than the whole sample")
    if n > sum(eligible):
        raise ValueError("more is asked for than is eligible")
    while left:
        open_ = [s for s, most in enumerate(eligible) if given[s] < most]
        total = sum(rows[s] for s in open_)
        whole = {s: left * rows[s] // total for s in open_}
        over = sorted(open_, key=lambda s: (-(left * rows[s] % total), s))
        for s in over[: left - sum(whole.values())]:
            whole[s] += 1
        for s in open_:
            given[s] += min(whole[s], eligible[s] - given[s])
        left = n - sum(given)
    return given
