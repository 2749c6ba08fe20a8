"""All queries for lists of draws, and for what one page of a draw shows: no parameters, no list of all its tickets."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.draw.ceremony import DrawState, TicketRecord
from inspection.draw.lot.entropy import Assurance
from inspection.draw.store import tasks_of
from inspection.draw.store_tickets import DRAWN
from inspection.draw.tables import Draw, DrawTask, DrawTicket
from inspection.kernel.ids import plain_uuid

_LISTED = (
    Draw.id,
    Draw.task,
    Draw.sequence,
    Draw.attempt,
    Draw.state,
    Draw.level,
    Draw.operator,
    Draw.planned_at,
    Draw.frozen_at,
    Draw.sealed_at,
    Draw.void_asked_by,
)
_FROZEN = (
    Draw.id,
    Draw.authority,
    Draw.sequence,
    Draw.state,
    Draw.params,
    Draw.frame_rows,
    Draw.frozen_at,
    Draw.drawn_at,
)


@dataclass(frozen=True, slots=True)
class DrawLine:
    """One draw in a list. `tasks`: in the order of the parameters; `void_asked`: somebody asked to give it up."""

    id: UUID
    tasks: tuple[UUID, ...]
    sequence: int | None
    attempt: int
    state: DrawState
    level: Assurance
    operator: str
    planned_at: datetime
    frozen_at: datetime | None
    sealed_at: datetime | None
    void_asked: bool


@dataclass(frozen=True, slots=True)
class FrozenDraw:
    """A draw with a fingerprint, of whatever authority. `params`: its parameters as they are hashed; `rows`: objects in
    its frozen list.
    """

    id: UUID
    authority: UUID
    sequence: int | None
    state: DrawState
    params: bytes
    rows: int | None
    frozen_at: datetime
    drawn: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What the last look at a draft found (`check_feasibility.outlook_told`), and when."""

    told: Mapping[str, Any]
    at: datetime


async def draw_lines(
    authority: UUID,
    *,
    states: Collection[DrawState] = (),
    task: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[DrawLine]:
    """A page of an authority's draws, the newest first: those in these states (none: in all), of this task alone or
    together with others, and before the draw `before`.
    """
    query = Draw.select(*_LISTED).where(Draw.authority == authority)
    if states:
        query = query.where(Draw.state.is_in(sorted(state.value for state in states)))
    if task is not None:
        joint = [row["draw"] for row in await DrawTask.select(DrawTask.draw).where(DrawTask.task == task)]
        query = query.where(Draw.id.is_in(joint) if joint else Draw.task == task)
    if before is not None:
        query = query.where(Draw.id < before)
    rows = await query.order_by(Draw.id, ascending=False).limit(limit)
    tasks = await tasks_of([row["id"] for row in rows])
    return [_line(row, tasks) for row in rows]


async def frozen_draws(before: UUID | None, limit: int) -> list[FrozenDraw]:
    """A page of everybody's draws that have a fingerprint, the newest first, those before the draw `before`."""
    query = Draw.select(*_FROZEN).where(Draw.frozen_at.is_not_null())
    rows = await (query.where(Draw.id < before) if before else query).order_by(Draw.id, ascending=False).limit(limit)
    return [
        FrozenDraw(
            id=plain_uuid(row["id"]),
            authority=plain_uuid(row["authority"]),
            sequence=row["sequence"],
            state=DrawState(row["state"]),
            params=(row["params"] or "").encode(),
            rows=row["frame_rows"],
            frozen_at=row["frozen_at"],
            drawn=row["drawn_at"] is not None,
        )
        for row in rows
    ]


async def looked(draw: UUID) -> Looked | None:
    """What was found when somebody last looked whether there are people enough; None when nobody did."""
    row = await Draw.select(Draw.outlook, Draw.feasible_at).where(Draw.id == draw).first()
    return Looked(json.loads(row["outlook"]), row["feasible_at"]) if row and row["outlook"] else None


async def ticket_page(draw: UUID, *, after: tuple[int, int] = (0, 0), limit: int = 50) -> list[TicketRecord]:
    """What is public of the drawn tickets behind (cell, rank), in their order."""
    cell, rank = after
    behind = (DrawTicket.cell > cell) | ((DrawTicket.cell == cell) & (DrawTicket.rank > rank))
    rows = (
        await DrawTicket.select(DrawTicket.cell, DrawTicket.rank, DrawTicket.ticket, DrawTicket.place, DrawTicket.batch)
        .where(DrawTicket.draw == draw, DrawTicket.status == DRAWN, behind)
        .order_by(DrawTicket.cell)
        .order_by(DrawTicket.rank)
        .limit(limit)
    )
    return [
        TicketRecord(row["cell"], row["rank"], bytes(row["ticket"]), bytes(row["place"]), row["batch"] or 1)
        for row in rows
    ]


async def tickets_told(draw: UUID) -> tuple[int, int]:
    """How many tickets were drawn, and of how many the object is public."""
    drawn = (DrawTicket.draw == draw) & (DrawTicket.status == DRAWN)
    opened = (DrawTicket.draw == draw) & DrawTicket.opened_at.is_not_null()
    return int(await DrawTicket.count().where(drawn)), int(await DrawTicket.count().where(opened))


def _line(row: Mapping[str, Any], tasks: Mapping[UUID, tuple[UUID, ...]]) -> DrawLine:
    return DrawLine(
        id=plain_uuid(row["id"]),
        tasks=tasks.get(row["id"], ()) or (row["task"],),
        sequence=row["sequence"],
        attempt=row["attempt"],
        state=DrawState(row["state"]),
        level=Assurance(row["level"]),
        operator=row["operator"],
        planned_at=row["planned_at"],
        frozen_at=row["frozen_at"],
        sealed_at=row["sealed_at"],
        void_asked=row["void_asked_by"] is not None,
    )
