"""Queries of changes of teams and of visits that end before they begin."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.visits.states import VisitState
from inspection.visits.tables import TeamMember, VisitTask

PAGE = 500


async def draws_served(visit: UUID) -> list[tuple[UUID, UUID]]:
    """(draw, ticket) of the tasks that the visit serves by a draw."""
    rows = await (
        VisitTask.select(VisitTask.draw, VisitTask.ticket)
        .where(VisitTask.visit == visit, VisitTask.draw.is_not_null(), VisitTask.ticket.is_not_null())
        .order_by(VisitTask.draw)
        .order_by(VisitTask.ticket)
    )
    return [(plain_uuid(row["draw"]), plain_uuid(row["ticket"])) for row in rows]


async def serves_undrawn(visit: UUID) -> bool:
    """Whether the visit serves a task outside the draw."""
    return bool(await VisitTask.exists().where(VisitTask.visit == visit, VisitTask.draw.is_null()))


async def visits_by_tickets(tickets: Collection[UUID]) -> list[UUID]:
    """The visits that serve one of these tickets, each once."""
    found: set[UUID] = set()
    wanted = sorted(set(tickets))
    for start in range(0, len(wanted), PAGE):
        rows = await VisitTask.select(VisitTask.visit).where(VisitTask.ticket.is_in(wanted[start : start + PAGE]))
        found |= {plain_uuid(row["visit"]) for row in rows}
    return sorted(found)


async def closed_tickets(draw: UUID) -> set[UUID]:
    """The tickets of a draw whose visit was begun or settled, or has ended: nobody swaps with its team any more."""
    begun = VisitTask.visit.executed_at.is_not_null()
    moved = VisitTask.visit.state.not_in([VisitState.SEALED.value, VisitState.OPEN.value])
    rows = await VisitTask.select(VisitTask.ticket).where(VisitTask.draw == draw, begun | moved)
    return {plain_uuid(row["ticket"]) for row in rows}


async def remove_tasks(visit: UUID, tickets: Collection[UUID]) -> None:
    """The visit no longer serves these tickets."""
    await VisitTask.delete().where(VisitTask.visit == visit, VisitTask.ticket.is_in(list(tickets)))


async def leave(visit: UUID, inspector: UUID, at: datetime, reason: str) -> None:
    """Somebody leaves the team."""
    await TeamMember.update({TeamMember.left_at: at, TeamMember.left_reason: reason}).where(
        TeamMember.visit == visit, TeamMember.inspector == inspector
    )


async def join(visit: UUID, member_id: UUID, member: tuple[UUID, int, str], at: datetime) -> None:
    """Somebody joins the team, or comes back into it. `member`: (inspector, slot, how)."""
    inspector, slot, how = member
    here = (TeamMember.visit == visit) & (TeamMember.inspector == inspector)
    if await TeamMember.exists().where(here):
        told: dict[str, Any] = {"slot": slot, "how": how, "joined_at": at, "left_at": None, "left_reason": None}
        await TeamMember.update(**told).where(here)
        return
    await TeamMember.insert(
        TeamMember(id=member_id, visit=visit, inspector=inspector, slot=slot, how=how, joined_at=at)
    )
