"""In which batch a drawn object is visited (分批): the same tickets, cut where each batch is a fair sample of all
(draw.md §4.7, docs/sr-draw-1.md "Batches").
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inspection.draw.lot.digest import Hash, u32
from inspection.draw.lot.quota import CellQuota, quotas

Cuts = Mapping[int, tuple[int, ...]]
"""By cell number, how many of its next ranks each batch takes."""


def batch_seed(h: Hash, seed: bytes, batch: int) -> bytes:
    """E_b: the seed of the rounding of a batch; the first one uses E itself."""
    return seed if batch == 1 else h(b"\x25" + seed + u32(batch))


def cut(h: Hash, seed: bytes, drawn: Sequence[CellQuota], count: int) -> Cuts:
    """Cut the drawn tickets of one task into `count` batches, each by the weights of the cells.

    Raises:
        ValueError: when there is no batch at all.
    """
    if count < 1:
        raise ValueError("there is at least one batch")
    left = {quota.cell.number: quota.quota for quota in drawn}
    cuts: dict[int, tuple[int, ...]] = dict.fromkeys(left, ())
    for batch in range(1, count + 1):
        size = -(-sum(left.values()) // (count - batch + 1))
        cells = [replace(quota.cell, stratum=0, size=left[quota.cell.number]) for quota in drawn]
        sizes = {cell.stratum_key: size for cell in cells}
        given = {q.cell.number: q.quota for q in quotas(h, batch_seed(h, seed, batch), cells, sizes)}
        for number in left:
            cuts[number] = (*cuts[number], given.get(number, 0))
            left[number] -= given.get(number, 0)
    return cuts


def cut_all(h: Hash, seed: bytes, drawn: Sequence[CellQuota], counts: Mapping[int, int]) -> Cuts:
    """The cuts of several tasks; `counts` gives the number of batches of each task by its index, else 1."""
    cuts: dict[int, tuple[int, ...]] = {}
    for task in sorted({quota.cell.task for quota in drawn}):
        members = [quota for quota in drawn if quota.cell.task == task]
        cuts |= cut(h, seed, members, counts.get(task, 1))
    return cuts
