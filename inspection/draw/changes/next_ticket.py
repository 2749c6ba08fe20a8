"""Which tickets come in for an object that is replaced: the next ones of the lot, never a choice (draw.md §4.10)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from inspection.draw.changes.event import TicketIn

Order = Callable[[int], Sequence[bytes]]
"""The tickets of a cell in the order of the lot: rank 1 first."""


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell belongs, and how many of it were drawn."""

    number: int
    task: int
    stratum: int
    quota: int


def next_tickets(
    leaving: Collection[int],
    cells: Mapping[int, CellPlace],
    order: Order,
    came_in: Sequence[TicketIn],
    gone: Collection[bytes],
    *,
    onward: bool,
) -> tuple[TicketIn, ...]:
    """One ticket for each cell of `leaving` (ascending) that has one left.

    `came_in`: by earlier changes; `gone`: tickets of objects that were replaced, this one among them; `onward`: an
    exhausted cell hands over to the next one of its task and stratum, as announced.
    """
    found: list[TicketIn] = []
    for number in sorted(leaving):
        for cell in _ring(cells, number) if onward else [cells[number]]:
            ticket = _next(cell, order(cell.number), [*came_in, *found], gone)
            if ticket is not None:
                found.append(ticket)
                break
    return tuple(found)


def _ring(cells: Mapping[int, CellPlace], number: int) -> list[CellPlace]:
    """The cell and those of its task and stratum behind it, round to the first."""
    own = cells[number]
    alike = sorted(n for n, cell in cells.items() if (cell.task, cell.stratum) == (own.task, own.stratum))
    at = alike.index(number)
    return [cells[n] for n in (*alike[at:], *alike[:at])]


def _next(
    cell: CellPlace, order: Sequence[bytes], came_in: Sequence[TicketIn], gone: Collection[bytes]
) -> TicketIn | None:
    last = max([cell.quota, *(ticket.rank for ticket in came_in if ticket.cell == cell.number)])
    for rank in range(last + 1, len(order) + 1):
        if order[rank - 1] not in gone:
            return TicketIn(cell.number, rank, order[rank - 1])
    return None
