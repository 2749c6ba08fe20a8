"""How many of each cell: exact probabilities and one seeded, exactly unbiased rounding (draw.md §4.4,
§4.5). Integers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inspection.draw.lot.digest import Hash, u32, uniform
from inspection.draw.lot.frame import FrameCell


@dataclass(frozen=True, slots=True)
class CellQuota:
    """`probability` is the exact chance of every object of the cell before the draw (抽查概率); `quota` how
    many it gives now.
    """

    cell: FrameCell
    probability: Fraction
    quota: int


@dataclass(frozen=True, slots=True)
class _Share:
    """A cell's exact expectation n·N·w/W as whole part and remainder over W."""

    cell: FrameCell
    whole: int
    remainder: int
    probability: Fraction


def sample_size(ratio: Fraction, base: int) -> int:
    """n = ⌈ratio · base⌉, in integers.

    Raises:
        ValueError: when the ratio is not within [0, 1] or the base is negative.
    """
    if not 0 <= ratio <= 1 or base < 0:
        raise ValueError("the ratio lies within 0 and 1, the base is not negative")
    return -(-ratio.numerator * base // ratio.denominator)


def probabilities(cells: Sequence[FrameCell], sizes: Mapping[int, int]) -> dict[int, Fraction]:
    """The chance of every object by cell number: within its stratum proportional to weight, 1 where proportion would
    exceed it. `sizes` as for `quotas`.
    """
    chances: dict[int, Fraction] = {}
    for stratum in {cell.stratum_key for cell in cells}:
        _, shares, certain = _shares([c for c in cells if c.stratum_key == stratum], sizes[stratum])
        chances |= {cell.number: Fraction(1) for cell in certain} | {s.cell.number: s.probability for s in shares}
    return chances


def quotas(h: Hash, seed: bytes, cells: Sequence[FrameCell], sizes: Mapping[int, int]) -> tuple[CellQuota, ...]:
    """The quota of every cell, ascending by number. `sizes` gives the sample size of each stratum of each task, by its
    stratum key.

    Raises:
        ValueError: when a stratum is asked for more than it has, or has no size.
    """
    drawn: list[CellQuota] = []
    for stratum in sorted({cell.stratum_key for cell in cells}):
        members = [cell for cell in cells if cell.stratum_key == stratum]
        total, shares, certain = _shares(members, sizes[stratum])
        drawn += [CellQuota(cell, Fraction(1), cell.size) for cell in certain]
        shares.sort(key=lambda share: h(b"\x21" + seed + u32(share.cell.number)))
        drawn += round_shares(shares, total, _threshold(h, seed, stratum, total))
    return tuple(sorted(drawn, key=lambda q: q.cell.number))


def round_shares(shares: Sequence[_Share], total: int, threshold: int) -> list[CellQuota]:
    """Systematic rounding with one common random threshold U of [0, W): P(one more) = remainder/W exactly,
    the sum is fixed.
    """
    rounded, c = [], 0
    for share in shares:
        more = (c + share.remainder + threshold) // total - (c + threshold) // total
        rounded.append(CellQuota(share.cell, share.probability, share.whole + more))
        c += share.remainder
    return rounded


def _shares(cells: Sequence[FrameCell], n: int) -> tuple[int, list[_Share], list[FrameCell]]:
    """(W, shares in cell order, certain cells).

    A cell whose share reaches its size is taken whole, the rest shares anew.
    """
    if not 0 <= n <= sum(cell.size for cell in cells):
        raise ValueError(f"{n} objects cannot be drawn from {sum(cell.size for cell in cells)}")
    open_, certain, left = [cell for cell in cells if cell.size], [], n
    while True:
        total = sum(cell.size * cell.weight for cell in open_)
        full = [cell for cell in open_ if left * cell.weight >= total]
        if not full:
            break
        certain += full
        left -= sum(cell.size for cell in full)
        open_ = [cell for cell in open_ if cell not in full]
    shares = []
    for cell in open_:
        whole, remainder = divmod(left * cell.size * cell.weight, total)
        shares.append(_Share(cell, whole, remainder, Fraction(left * cell.weight, total)))
    return total, shares, certain


def _threshold(h: Hash, seed: bytes, stratum: int, total: int) -> int:
    if total == 0:
        return 0
    return uniform(lambda counter: h(b"\x20" + seed + u32(stratum) + u32(counter)), total)
