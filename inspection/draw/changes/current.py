"""The doors of a sealed draw as they stand, for the visits: the match with all settled changes."""

from uuid import UUID

from inspection.draw import store
from inspection.draw.ceremony import SealedMatch
from inspection.draw.changes import store as changes
from inspection.draw.changes.ask import door_of
from inspection.draw.changes.lay import Doors, doors_now
from inspection.draw.store import DrawRow

Team = tuple[tuple[UUID, int, str], ...]
"""(inspector, slot, how), by slot."""


async def matches_now(row: DrawRow) -> list[SealedMatch]:
    """Every object to be visited with its team, once for each task that drew it; in the order of the tickets."""
    doors = await doors_now(row, await changes.of_draw(row.id))
    task_of = {cell.number: cell.task for cell in await store.cells(row.id)}
    found = []
    for value in sorted(doors.now.cells):
        ranks, team = doors.now.cells[value], _team(doors, value)
        for ticket in sorted(doors.tickets[value], key=lambda one: one.cell):
            if ranks.get(ticket.cell) == ticket.rank:
                task = task_of[ticket.cell]
                windows = row.terms.tasks[task].windows
                window = windows[(ticket.batch or 1) - 1] if windows else None
                found.append(SealedMatch(ticket.id, ticket.object, team, row.tasks[task], window))
    return found


async def current_team(draw_id: UUID, ticket_id: UUID) -> Team:
    """Who goes to the door of a ticket now; nobody when another object came in for it."""
    row = await store.draw_row(draw_id)
    doors = await doors_now(row, await changes.of_draw(draw_id))
    value = door_of(doors, ticket_id)
    return _team(doors, value) if value is not None else ()


async def tickets_of_door(draw_id: UUID, values: frozenset[bytes]) -> dict[bytes, tuple[UUID, ...]]:
    """The ids of all stored tickets of these doors, whether they are on the table or not."""
    found: dict[bytes, list[UUID]] = {value: [] for value in values}
    for ticket in await changes.tickets(draw_id):
        if ticket.value in found:
            found[ticket.value].append(ticket.id)
    return {value: tuple(ids) for value, ids in found.items()}


def _team(doors: Doors, value: bytes) -> Team:
    team = doors.now.teams.get(value, {})
    return tuple((UUID(person), slot, how) for slot, (person, how) in sorted(team.items()))
