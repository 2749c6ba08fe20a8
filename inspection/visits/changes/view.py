"""Changes after the draw as the office sees them: by visit, with who left and who followed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from inspection.draw import store as draws
from inspection.draw.changes import store as changes
from inspection.draw.changes.ask import digest
from inspection.draw.changes.rules import approved_by
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import ChangeKind, ChangeState, Fresh
from inspection.draw.lot.entropy import Assurance
from inspection.kernel.command import Role
from inspection.policy.load import rule_set_named
from inspection.visits.changes import store as store_changes


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in a list. `visits`: those of the door it was asked for; `decides`: whose word it needs, if anybody's;
    `event`: the digest (hex) that is public, and that a link is given for; `follower`: who took the place.
    """

    id: UUID
    draw: UUID
    seq: int
    kind: ChangeKind
    reason: str
    note: str = field(repr=False)
    state: ChangeState
    visits: tuple[UUID, ...]
    inspector: UUID | None = field(repr=False)
    follower: UUID | None = field(repr=False)
    asked_by: str = field(repr=False)
    asked_at: datetime
    decides: Role | None
    decided_at: datetime | None
    event: str
    fresh_kind: Fresh | None
    level: Assurance | None
    settled_at: datetime | None


async def changes_of(draw_id: UUID) -> list[ChangeLine]:
    """All changes of a draw, settled ones first."""
    return [await change_line(row) for row in await changes.of_draw(draw_id)]


async def change_line(row: ChangeRow) -> ChangeLine:
    """One change."""
    drawn = await draws.draw_row(row.draw)
    return ChangeLine(
        id=row.id,
        draw=row.draw,
        seq=row.seq,
        kind=row.kind,
        reason=row.reason,
        note=row.note,
        state=row.state,
        visits=tuple(await store_changes.visits_by_tickets([row.ticket])),
        inspector=row.inspector,
        follower=_follower(row),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decides=approved_by(rule_set_named(drawn.rule_set), row.kind),
        decided_at=row.decided_at,
        event=digest(drawn, row.event),
        fresh_kind=row.fresh_kind,
        level=row.fresh_kind.level if row.fresh_kind else None,
        settled_at=row.settled_at,
    )


def _follower(row: ChangeRow) -> UUID | None:
    if row.state is not ChangeState.SETTLED or row.inspector is None:
        return None
    happened = row.happened
    found = [place.inspector for place in row.result.places if (place.door, place.slot) == (happened.door, row.slot)]
    return UUID(found[0]) if found and found[0] is not None else None
