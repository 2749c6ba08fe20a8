"""Tickets (签号): one per object, lowest win within a cell; the next ones are the reserve (draw.md §4.6)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from types import MappingProxyType

from inspection.draw.lot import merkle
from inspection.draw.lot.batches import Cuts, cut_all
from inspection.draw.lot.digest import Hash, u32
from inspection.draw.lot.frame import Frame, FrameCell, salt
from inspection.draw.lot.lowest import Lowest, lowest
from inspection.draw.lot.quota import CellQuota


@dataclass(frozen=True, slots=True)
class Ticket:
    """One object's place in a cell. `rank` counts from 1; `batch` from 1 too, 0 in the reserve. An object that several
    tasks may draw has one value and a ticket in a cell of each. Who it is does not show in any print of it.
    """

    cell: int
    rank: int
    value: bytes
    drawn: bool
    batch: int
    index: int = field(repr=False)
    oid: str = field(repr=False)
    attrs: bytes = field(default=b"{}", repr=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """The result: `drawn` and `reserve` tickets by (cell, rank), and each cell's threshold, `None` where
    nothing is drawn.
    """

    drawn: tuple[Ticket, ...]
    reserve: tuple[Ticket, ...]
    thresholds: dict[int, bytes | None]


@dataclass(frozen=True, slots=True)
class DoorLot:
    """A drawn object as the match sees it: one door for all the tasks (by index) that drew it. `area` is that of the
    frozen row.
    """

    value: bytes
    oid: str = field(repr=False)
    index: int = field(repr=False)
    tasks: tuple[int, ...]
    area: str | None = field(default=None, repr=False)


def ticket_value(h: Hash, seed: bytes, salt_: bytes, index: int) -> bytes:
    """t = S(0x11 ‖ E ‖ r ‖ index): 53 bytes in, one block."""
    return h(b"\x11" + seed + salt_ + u32(index))


def select(
    h: Hash,
    seed: bytes,
    secret: bytes,
    frame: Frame,
    quotas: Sequence[CellQuota],
    batches: Mapping[int, int] = MappingProxyType({}),
) -> Selection:
    """Draw. `batches`: into how many the drawn objects of a task (by index) are cut, 1 where it is not named.

    The whole 256 bits decide; the reserve holds as many of the next tickets as `reserve_size` says.
    """
    found = lowest(h, seed, secret, frame, quotas)
    return selection(quotas, found, cut_all(h, seed, quotas, batches))


def selection(quotas: Sequence[CellQuota], found: Lowest, cuts: Cuts) -> Selection:
    """Who is drawn and who waits, from the lowest tickets of every cell."""
    drawn: list[Ticket] = []
    reserve: list[Ticket] = []
    thresholds: dict[int, bytes | None] = {}
    for quota in quotas:
        number, q = quota.cell.number, quota.quota
        ends = list(accumulate(cuts[number]))
        for rank, one in enumerate(found.of_cell[number], start=1):
            batch = 1 + sum(rank > end for end in ends) if rank <= q else 0
            ticket = Ticket(number, rank, one.value, rank <= q, batch, one.place, one.oid, one.attrs)
            (drawn if rank <= q else reserve).append(ticket)
        thresholds[number] = found.of_cell[number][q - 1].value if q else None
    return Selection(tuple(drawn), tuple(reserve), thresholds)


def doors(selection_: Selection, cells: Sequence[FrameCell]) -> tuple[DoorLot, ...]:
    """The distinct drawn objects in lot order: one door, however many tasks have drawn it (威海 第十五条)."""
    task_of = {cell.number: cell.task for cell in cells}
    tasks: dict[tuple[bytes, int], set[int]] = {}
    first: dict[tuple[bytes, int], Ticket] = {}
    for ticket in selection_.drawn:
        key = ticket.value, ticket.index
        tasks.setdefault(key, set()).add(task_of[ticket.cell])
        first.setdefault(key, ticket)
    return tuple(
        DoorLot(value, ticket.oid, index, tuple(sorted(tasks[value, index])), json.loads(ticket.attrs).get("area"))
        for (value, index), ticket in sorted(first.items())
    )


def index_commitment(h: Hash, salt_: bytes, index: int) -> bytes:
    """Ties a published ticket to its place in the frame without telling the place."""
    return h(b"\x14" + salt_ + u32(index))


def result_leaf(h: Hash, cell: int, rank: int, value: bytes, commitment: bytes) -> bytes:
    """Leaf of the result tree: cell, rank, ticket and the hidden place."""
    return h(b"\x00" + u32(cell) + u32(rank) + value + commitment)


def result_leaves(h: Hash, secret: bytes, drawn: Sequence[Ticket]) -> list[bytes]:
    """The leaves of the drawn tickets, in the order of (cell, rank)."""
    ordered = sorted(drawn, key=lambda t: (t.cell, t.rank))
    return [
        result_leaf(h, t.cell, t.rank, t.value, index_commitment(h, salt(h, secret, t.oid), t.index)) for t in ordered
    ]


def result_root(h: Hash, secret: bytes, drawn: Sequence[Ticket]) -> bytes:
    """RR: fixes the whole result on the day of the draw."""
    return merkle.root(h, result_leaves(h, secret, drawn))
