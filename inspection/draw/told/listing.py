"""The draws as anybody may list them: a draw is public from its fingerprint on, whatever becomes of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from inspection.authority.store import authorities
from inspection.draw.ceremony import DrawState
from inspection.draw.store_listing import FrozenDraw, frozen_draws
from inspection.kernel.calendar.rules import local_day

MAX_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """One draw in the list. `items`: the names of what is inspected, task by task; `rows`: objects in its frozen list;
    `drawn`: objects in all its samples, None before they are drawn.
    """

    id: UUID
    authority: str
    sequence: int | None
    state: DrawState
    items: tuple[str, ...]
    rows: int | None
    drawn: int | None
    frozen_on: date


@dataclass(frozen=True, slots=True)
class PublicDraws:
    """Draws, the newest first; `after` leads to the next page, None on the last."""

    draws: Sequence[PublicDraw]
    after: UUID | None


async def public_draws(*, after: UUID | None = None, limit: int = 20) -> PublicDraws:
    """Everybody's draws whose list is frozen; what a draw's own page tells, and no more."""
    size = max(1, min(limit, MAX_PAGE))
    rows = await frozen_draws(after, size + 1)
    names = {one.id: one.name for one in await authorities()}
    told = [_told(row, names[row.authority]) for row in rows[:size]]
    return PublicDraws(told, rows[size - 1].id if len(rows) > size else None)


def _told(row: FrozenDraw, authority: str) -> PublicDraw:
    tasks: Sequence[Mapping[str, Any]] = json.loads(row.params)["tasks"] if row.params else ()
    return PublicDraw(
        id=row.id,
        authority=authority,
        sequence=row.sequence,
        state=row.state,
        items=tuple(dict.fromkeys(str(task["item"]["name"]) for task in tasks)),
        rows=row.rows,
        drawn=sum(int(task["sample"]["size"]) for task in tasks) if row.drawn else None,
        frozen_on=local_day(row.frozen_at),
    )
