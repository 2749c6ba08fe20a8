"""All queries of changes after the draw. Rows leave as frozen values."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.draw.changes.event import Facts, Happened, Outcome, Seated, TicketIn
from inspection.draw.changes.terms import RECUSALS, ChangeKind, ChangeState, Fresh
from inspection.draw.store_tickets import DRAWN, SUBSTITUTE
from inspection.draw.tables import Draw, DrawChange, DrawTicket
from inspection.kernel.errors import NotFound
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as it stands. `event` and `outcome` are the exact texts; `ticket` is the door's in its lowest cell."""

    id: UUID
    draw: UUID
    seq: int
    kind: ChangeKind
    reason: str
    note: str = field(repr=False)
    ticket: UUID
    slot: int | None
    inspector: UUID | None = field(repr=False)
    asked_by: str = field(repr=False)
    asked_at: datetime
    event: bytes = field(repr=False)
    state: ChangeState
    decided_by: str | None = None
    decided_at: datetime | None = None
    fresh_kind: Fresh | None = None
    fresh: bytes | None = field(default=None, repr=False)
    typed_by: str | None = None
    settled_at: datetime | None = None
    outcome: bytes | None = field(default=None, repr=False)

    @property
    def happened(self) -> Happened:
        """The event, read back."""
        told = json.loads(self.event)
        return Happened(
            UUID(told["draw"]),
            told["seq"],
            ChangeKind(told["kind"]),
            told["reason"],
            bytes.fromhex(told["door"]),
            told["slot"],
            told["inspector"],
            told["asked_by"],
            datetime.fromisoformat(told["asked_at"]),
            bytes.fromhex(told["blind"]),
        )

    @property
    def result(self) -> Outcome:
        """The outcome, read back; ValueError while there is none."""
        if self.outcome is None:
            raise ValueError("the change is not settled")
        return read_outcome(self.outcome)


def read_outcome(text: bytes) -> Outcome:
    """The outcome that `Outcome.text` wrote."""
    told = json.loads(text)
    facts = Facts(
        frozenset(bytes.fromhex(door) for door in told["closed"]),
        frozenset(told["absent"]),
        frozenset((person, bytes.fromhex(door)) for person, door in told["barred"]),
    )
    return Outcome(
        facts,
        tuple(Seated(bytes.fromhex(p["door"]), p["slot"], p["inspector"]) for p in told["places"]),
        tuple(TicketIn(t["cell"], t["rank"], bytes.fromhex(t["ticket"])) for t in told["tickets"]),
    )


async def add(row: ChangeRow) -> None:
    """Enter a change that was asked for."""
    named = ("id", "draw", "seq", "reason", "note", "ticket", "slot", "inspector", "asked_by", "asked_at", "event")
    decided = ("decided_by", "decided_at")
    values = {name: getattr(row, name) for name in (*named, *decided)}
    await bulk_insert(DrawChange, [values | {"kind": row.kind.value, "state": row.state.value}])


async def change(change_id: UUID, columns: Mapping[str, Any]) -> None:
    """Set some columns of a change."""
    await DrawChange.update(dict(columns)).where(DrawChange.id == change_id)  # type: ignore[arg-type]


async def row(change_id: UUID, *, lock: bool = False) -> ChangeRow:
    """One change; with `lock`, nobody else touches it until this unit of work ends.

    Raises:
        NotFound: `draw.change_unknown`.
    """
    if lock:
        await DrawChange.raw(f"SELECT id FROM draw_change WHERE id = {{}}{for_update()}", change_id)
    found = await DrawChange.select().where(DrawChange.id == change_id).first()
    if found is None:
        raise NotFound(ProblemCode.NOT_FOUND, "draw.change_unknown", change=str(change_id))
    return _row(found)


async def of_draw(draw: UUID) -> list[ChangeRow]:
    """All changes of a draw: settled ones in the order in which they were settled, then the others by number."""
    rows = [_row(found) for found in await DrawChange.select().where(DrawChange.draw == draw)]
    return sorted(rows, key=lambda one: (one.settled_at is None, one.settled_at or one.asked_at, one.seq))


async def of_authority(authority: UUID) -> list[tuple[ChangeRow, UUID]]:
    """All changes of an authority's draws with the object they were asked for, the oldest first."""
    select = DrawChange.select(*DrawChange.all_columns(), DrawChange.ticket.object.as_alias("object"))
    found = await select.where(DrawChange.draw.authority == authority).order_by(DrawChange.asked_at)
    return [(_row(one), plain_uuid(one["object"])) for one in found]


async def to_decide(authority: UUID, limit: int) -> list[ChangeRow]:
    """Changes that were asked for and that nobody has decided, the oldest first."""
    select = DrawChange.select().where(
        DrawChange.draw.authority == authority, DrawChange.state == ChangeState.ASKED.value
    )
    return [_row(one) for one in await select.order_by(DrawChange.asked_at).limit(limit)]


async def recusals(authority: UUID) -> set[tuple[UUID, UUID]]:
    """(inspector, object) of every recusal that was declared and not refused, in whichever draw."""
    rows = await DrawChange.select(DrawChange.inspector, DrawChange.ticket.object.as_alias("object")).where(
        DrawChange.draw.authority == authority,
        DrawChange.kind.is_in([kind.value for kind in RECUSALS]),
        DrawChange.state != ChangeState.REFUSED.value,
    )
    return {(plain_uuid(one["inspector"]), plain_uuid(one["object"])) for one in rows}


async def counted(authority: UUID) -> tuple[Counter[ChangeKind], Counter[Fresh]]:
    """The settled changes of an authority's draws: how many of each kind, and how many by each kind of chance."""
    rows = await DrawChange.select(DrawChange.kind, DrawChange.fresh_kind).where(
        DrawChange.draw.authority == authority, DrawChange.state == ChangeState.SETTLED.value
    )
    return Counter(ChangeKind(one["kind"]) for one in rows), Counter(Fresh(one["fresh_kind"]) for one in rows)


async def drawn(authority: UUID) -> tuple[int, int]:
    """How many doors and places the sealed draws of an authority gave, void ones aside."""
    rows = await Draw.select(Draw.match_objects, Draw.match_places).where(
        Draw.authority == authority, Draw.sealed_at.is_not_null(), Draw.voided_at.is_null()
    )
    return sum(one["match_objects"] or 0 for one in rows), sum(one["match_places"] or 0 for one in rows)


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """A stored ticket, drawn or in reserve, with whom it stands for."""

    id: UUID
    cell: int
    rank: int
    value: bytes
    batch: int | None
    index: int = field(repr=False)
    object: UUID = field(repr=False)


async def tickets(draw: UUID, drawn_only: bool = False) -> list[KnownTicket]:
    """The stored tickets of a draw by cell and rank; with `drawn_only` those that the draw gave."""
    select = DrawTicket.select("id", "cell", "rank", "ticket", "batch", "frame_index", "object")
    if drawn_only:
        select = select.where(DrawTicket.status == DRAWN)
    rows = await select.where(DrawTicket.draw == draw).order_by(DrawTicket.cell).order_by(DrawTicket.rank)
    return [_ticket(found) for found in rows]


async def bring_in(draw: UUID, found: KnownTicket) -> None:
    """Mark a stored ticket as having come in for another one."""
    values = {"status": SUBSTITUTE, "batch": found.batch}
    await DrawTicket.update(dict(values)).where(DrawTicket.draw == draw, DrawTicket.id == found.id)  # type: ignore[arg-type]


def settled(rows: Collection[ChangeRow]) -> list[tuple[Happened, Outcome]]:
    """What the settled ones of these rows (of one draw, in order) did to the table."""
    return [(one.happened, one.result) for one in rows if one.state is ChangeState.SETTLED]


def _row(found: Mapping[str, Any]) -> ChangeRow:
    told = {name: found[name] for name in ChangeRow.__slots__}
    told |= {name: plain_uuid(found[name]) for name in ("id", "draw", "ticket")}
    return replace(
        ChangeRow(**told),
        kind=ChangeKind(found["kind"]),
        state=ChangeState(found["state"]),
        inspector=plain_uuid(found["inspector"]) if found["inspector"] else None,
        event=bytes(found["event"]),
        fresh_kind=Fresh(found["fresh_kind"]) if found["fresh_kind"] else None,
        fresh=_bytes(found["fresh"]),
        outcome=found["outcome"].encode() if found["outcome"] is not None else None,
    )


def _ticket(found: Mapping[str, Any]) -> KnownTicket:
    return KnownTicket(
        plain_uuid(found["id"]),
        found["cell"],
        found["rank"],
        bytes(found["ticket"]),
        found["batch"],
        found["frame_index"],
        plain_uuid(found["object"]),
    )


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None
