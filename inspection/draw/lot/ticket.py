"""Tickets (签号): one per object, lowest win within a cell; the next ones are the reserve (draw.md §4.6)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash, u32
from inspection.draw.lot.frame import Exclusion, Frame, salt
from inspection.draw.lot.quota import CellQuota


@dataclass(frozen=True, slots=True)
class Ticket:
    """One object's place in its cell. `rank` counts from 1; who it is does not show in any print of it."""

    cell: int
    rank: int
    value: bytes
    drawn: bool
    index: int = field(repr=False)
    oid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """The result: `drawn` and `reserve` tickets by (cell, rank), and each cell's threshold, `None` where
    nothing is drawn.
    """

    drawn: tuple[Ticket, ...]
    reserve: tuple[Ticket, ...]
    thresholds: dict[int, bytes | None]


def ticket_value(h: Hash, seed: bytes, salt_: bytes, index: int) -> bytes:
    """t = S(0x11 ‖ E ‖ r ‖ index): 53 bytes in, one block."""
    return h(b"\x11" + seed + salt_ + u32(index))


def select(h: Hash, seed: bytes, secret: bytes, frame: Frame, quotas: Sequence[CellQuota]) -> Selection:
    """Draw.

    The whole 256 bits decide; the reserve holds as many of the next tickets as `reserve_size` says.
    """
    by_cell: dict[int, list[tuple[bytes, str, int]]] = defaultdict(list)
    for index, row in enumerate(frame.rows):
        if row.exclusion is Exclusion.NONE:
            by_cell[row.cell].append((ticket_value(h, seed, salt(h, secret, row.oid), index), row.oid, index))
    drawn: list[Ticket] = []
    reserve: list[Ticket] = []
    thresholds: dict[int, bytes | None] = {}
    for quota in quotas:
        number, q = quota.cell.number, quota.quota
        order = sorted(by_cell[number], key=lambda entry: (entry[0], entry[1].encode()))
        tickets = [
            Ticket(number, rank, value, rank <= q, index, oid)
            for rank, (value, oid, index) in enumerate(order[: q + reserve_size(q)], start=1)
        ]
        drawn += tickets[:q]
        reserve += tickets[q:]
        thresholds[number] = tickets[q - 1].value if q else None
    return Selection(tuple(drawn), tuple(reserve), thresholds)


def reserve_size(quota: int) -> int:
    """How many next tickets are kept at hand; all later ones follow from the frame just as well."""
    return max(3, -(-quota // 5))


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
