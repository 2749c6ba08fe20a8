"""Opening one object: the paths that lead from it to what was published, and nothing about its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inspection.draw.ceremony import CellRecord, Ceremony, ObjectProof, TicketRecord
from inspection.draw.lot import merkle
from inspection.draw.lot.chunks import chunk_leaves
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.frame import NO_CELL, Frame, FrameRow, salt
from inspection.draw.lot.ticket import Ticket, index_commitment, result_leaf, ticket_value

HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class RowOpening:
    """A row of the frame with what leads to the root: neither the key nor another row is needed any more."""

    row: FrameRow = field(repr=False)
    salt: bytes = field(repr=False)
    siblings: tuple[bytes, ...] = field(repr=False)


def shown(h: Hash, secret: bytes, ticket: Ticket) -> TicketRecord:
    """A drawn ticket as it is published."""
    place = index_commitment(h, salt(h, secret, ticket.oid), ticket.index)
    return TicketRecord(ticket.cell, ticket.rank, ticket.value, place, max(ticket.batch, 1))


def row_opening(h: Hash, secret: bytes, frame: Frame, index: int) -> RowOpening:
    """Open any row, drawn or not; costs one chunk.

    Raises:
        IndexError: there is no such row.
    """
    row, number = frame.row(index), index // frame.chunk_rows
    inside = merkle.path(h, chunk_leaves(h, secret, frame.chunks[number].data), index % frame.chunk_rows)
    above = merkle.path(h, [chunk.root for chunk in frame.chunks], number)
    return RowOpening(row, salt(h, secret, row.oid), (*inside, *above))


def result_paths(h: Hash, tickets: Sequence[TicketRecord]) -> list[tuple[bytes, ...]]:
    """The audit path of every drawn ticket in the result tree; `tickets` by (cell, rank)."""
    leaves = [result_leaf(h, t.cell, t.rank, t.value, t.place) for t in tickets]
    return merkle.paths(h, leaves, range(len(leaves)))


def joined(siblings: Sequence[bytes]) -> bytes:
    """An audit path as it is stored."""
    return b"".join(siblings)


def parted(stored: bytes) -> tuple[bytes, ...]:
    """The audit path that `joined` stored."""
    return tuple(stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES))


def result_place(cells: Sequence[CellRecord], ticket: TicketRecord) -> tuple[int, int]:
    """(place, size): where a drawn ticket stands in the result tree, and how many stand there."""
    before = sum(cell.quota or 0 for cell in cells if cell.number < ticket.cell)
    return before + ticket.rank - 1, sum(cell.quota or 0 for cell in cells)


def prove(ceremony: Ceremony, ticket: TicketRecord, opening: RowOpening, result: Sequence[bytes]) -> ObjectProof:
    """The proof of a drawn `ticket`: of its row, and by `result` (its path in the result tree) that it was published.

    Of the ceremony only head and cells are looked at.

    Raises:
        ValueError: the ceremony has no result yet, or nothing was drawn from the cell.
    """
    if not ceremony.result_root:
        raise ValueError("nothing was drawn yet")
    cell = next(cell for cell in ceremony.cells if cell.number == ticket.cell)
    if cell.threshold is None or cell.probability is None:
        raise ValueError("nothing was drawn from this cell")
    place, rows = result_place(ceremony.cells, ticket)
    return replace(
        _opened(ceremony, opening, cell, ticket.value),
        rank=ticket.rank,
        result_root=ceremony.result_root,
        result_rows=rows,
        result_place=place,
        result_siblings=tuple(result),
    )


def prove_undrawn(h: Hash, ceremony: Ceremony, opening: RowOpening, task: int = 0) -> ObjectProof:
    """The opening of a row that was not drawn for a task: its ticket lies above the threshold of its cell, or the row
    tells why it could not be drawn (draw.md §4.14).

    Raises:
        ValueError: the seed is not fixed yet.
    """
    if not ceremony.seed:
        raise ValueError("nothing was drawn yet")
    number = opening.row.cells[task]
    cell = next((cell for cell in ceremony.cells if cell.number == number), None)
    return _opened(ceremony, opening, cell, ticket_value(h, ceremony.seed, opening.salt, opening.row.index))


def _opened(ceremony: Ceremony, opening: RowOpening, cell: CellRecord | None, ticket: bytes) -> ObjectProof:
    """What every opening tells, drawn or not."""
    told = ceremony.params, ceremony.frame_root, ceremony.fingerprint, ceremony.seed
    params, frame_root, fingerprint, seed = told
    if not (params and frame_root and fingerprint and seed):
        raise ValueError("nothing was drawn yet")
    return ObjectProof(
        params=params,
        hash_alg=ceremony.hash_alg,
        frame_root=frame_root,
        frame_rows=ceremony.frame_rows or 0,
        fingerprint=fingerprint,
        seed=seed,
        row=opening.row.line(),
        salt=opening.salt,
        index=opening.row.index,
        siblings=opening.siblings,
        cell=cell.number if cell else NO_CELL,
        rank=None,
        ticket=ticket,
        threshold=cell.threshold if cell else None,
        probability=cell.probability if cell else None,
        result_root=None,
        result_rows=None,
        result_place=None,
        result_siblings=None,
    )
