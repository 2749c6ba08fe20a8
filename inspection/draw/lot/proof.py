"""Opening one drawn object: the paths that lead from it to what was published, and nothing about its neighbours."""

from inspection.draw.ceremony import Ceremony, ObjectProof, TicketRecord
from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.frame import Frame, frame_leaves, salt
from inspection.draw.lot.ticket import Ticket, index_commitment, result_leaf


def shown(h: Hash, secret: bytes, ticket: Ticket) -> TicketRecord:
    """A drawn ticket as it is published."""
    place = index_commitment(h, salt(h, secret, ticket.oid), ticket.index)
    return TicketRecord(ticket.cell, ticket.rank, ticket.value, place)


def prove(h: Hash, secret: bytes, frame: Frame, ceremony: Ceremony, ticket: TicketRecord, index: int) -> ObjectProof:
    """The proof for the drawn `ticket` whose object stands at `index` of the frame.

    Raises:
        ValueError: the ceremony has no result yet, or the ticket is not among its drawn ones.
    """
    told = ceremony.params, ceremony.frame_root, ceremony.fingerprint, ceremony.seed, ceremony.result_root
    params, frame_root, fingerprint, seed, result_root = told
    if not (params and frame_root and fingerprint and seed and result_root):
        raise ValueError("nothing was drawn yet")
    cell = next(cell for cell in ceremony.cells if cell.number == ticket.cell)
    if cell.threshold is None or cell.probability is None:
        raise ValueError("nothing was drawn from this cell")
    leaves = [result_leaf(h, t.cell, t.rank, t.value, t.place) for t in ceremony.tickets]
    place = ceremony.tickets.index(ticket)
    row = frame.rows[index]
    return ObjectProof(
        params=params,
        hash_alg=ceremony.hash_alg,
        frame_root=frame_root,
        frame_rows=frame.size,
        fingerprint=fingerprint,
        seed=seed,
        row=row.line(),
        salt=salt(h, secret, row.oid),
        index=index,
        siblings=merkle.path(h, frame_leaves(h, secret, frame), index),
        cell=ticket.cell,
        rank=ticket.rank,
        ticket=ticket.value,
        threshold=cell.threshold,
        probability=cell.probability,
        result_root=result_root,
        result_rows=len(leaves),
        result_place=place,
        result_siblings=merkle.path(h, leaves, place),
    )
