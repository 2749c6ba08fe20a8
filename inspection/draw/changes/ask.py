"""Asking for a change after the draw: what is asked for is fixed before any chance for it exists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from inspection.draw import store
from inspection.draw.ceremony import DrawState
from inspection.draw.changes import store as changes
from inspection.draw.changes.choose import partners, successors
from inspection.draw.changes.event import Facts, Happened, blind
from inspection.draw.changes.lay import Doors, doors_now, lay
from inspection.draw.changes.moment import facts_now
from inspection.draw.changes.rules import approved_by, check_note, check_reason
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import ChangeKind, ChangeState
from inspection.draw.frozen.reopen import Reopened, reopen
from inspection.draw.lot.digest import hash_named
from inspection.draw.standing import event, past
from inspection.draw.store import DrawRow
from inspection.kernel.canonical import JSON, sha256_hex
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `ticket`: any of the door's; `inspector`: who leaves the door, None where the object goes."""

    kind: ChangeKind
    reason: str
    ticket: UUID
    inspector: UUID | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)


async def ask_change(cmd: Command, *, draw_id: UUID, wish: Wish, closed: Collection[UUID] = ()) -> ChangeRow:
    """Write a change down. Where nobody's approval is needed it is approved at once.

    `closed`: tickets of doors that were visited already. Who may ask is the caller's question: the room of the draw
    does not know the visits.

    Raises:
        NotFound: `draw.unknown`.
        Conflict: the draw is not sealed; `draw.change_door_gone`, `draw.change_not_in_team`; `draw.change_open`: one of
            this door waits; `draw.change_no_partner`, `draw.change_nobody`: there is nobody to take the place.
        Refused, Invalid: as `check_reason`, `check_note`.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        past(row, DrawState.SEALED)
        rules = rule_set_named(row.rule_set)
        check_reason(row.terms.substitution, rules, wish.kind, wish.reason)
        check_note(wish.kind, wish.note)
        before = await changes.of_draw(draw_id)
        doors, opened = await doors_now(row, before), await reopen(row)
        value, slot = _place(doors, wish)
        _none_open(before, value)
        if slot is not None:
            await _somebody(cmd, row, opened, doors, wish, (value, slot), closed)
        asked = _asked(cmd, row, opened, wish, doors, (value, slot), len(before) + 1)
        told: dict[str, JSON] = {
            "what": asked.kind.value,
            "reason": asked.reason,
            "note_digest": sha256_hex(asked.note.encode()),
        }
        await changes.add(asked)
        await append(change_event(cmd, row, EventKind.DRAW_CHANGE_ASKED, asked, **told))
        if approved_by(rules, wish.kind) is None:
            return await approve(cmd, row, asked)
    return asked


async def approve(cmd: Command, row: DrawRow, asked: ChangeRow, by: str | None = None) -> ChangeRow:
    """Mark a change as approved and ask for its chance where everybody sees it. Inside a unit of work.

    The line in the draw's own stream is the platform's, bears no name, and comes before any chance: whoever asked may
    be an inspector, and that stream is public.
    """
    await changes.change(
        asked.id, {"state": ChangeState.APPROVED.value, "decided_by": by, "decided_at": cmd.now if by else None}
    )
    told: dict[str, JSON] = {
        "change": asked.seq,
        "what": asked.kind.value,
        "reason": asked.reason,
        "event": digest(row, asked.event),
    }
    await append(event(replace(cmd, actor=SYSTEM), row, EventKind.DRAW_LINK_ASKED, **told))
    return await changes.row(asked.id)


def change_event(cmd: Command, row: DrawRow, kind: EventKind, asked: ChangeRow, **facts: JSON) -> Event:
    """What happened to a change, on a stream of its own that is not public."""
    told: dict[str, JSON] = {"draw": str(row.id), "change": asked.seq, "event": digest(row, asked.event)}
    return cmd.under(row.rule_set).event(kind, f"draw_change:{asked.id}", lane=None, **told, **facts)


def digest(row: DrawRow, text: bytes) -> str:
    """S(text) in hex, by the draw's hash."""
    return hash_named(row.terms.hash_alg)(text).hex()


def door_of(doors: Doors, ticket: UUID) -> bytes | None:
    """The door that a ticket belongs to, if it is still on the table."""
    for value, told in doors.tickets.items():
        if any(one.id == ticket for one in told):
            return value if value in doors.now.cells else None
    return None


def waiting(before: Collection[ChangeRow]) -> list[ChangeRow]:
    """Those that are not refused and not settled."""
    return [one for one in before if one.state in {ChangeState.ASKED, ChangeState.APPROVED}]


def closed_doors(doors: Doors, tickets: Collection[UUID]) -> set[bytes]:
    """The doors of these tickets."""
    wanted = set(tickets)
    return {value for value in doors.now.cells if wanted & {one.id for one in doors.tickets[value]}}


def _place(doors: Doors, wish: Wish) -> tuple[bytes, int | None]:
    value = door_of(doors, wish.ticket)
    if value is None:
        raise Conflict(ProblemCode.CONFLICT, "draw.change_door_gone", ticket=str(wish.ticket))
    if wish.inspector is None:
        return value, None
    team: Mapping[int, tuple[str, str]] = doors.now.teams.get(value, {})
    slot = next((slot for slot, (person, _) in team.items() if person == str(wish.inspector)), None)
    if slot is None:
        raise Conflict(ProblemCode.CONFLICT, "draw.change_not_in_team", inspector=str(wish.inspector))
    return value, slot


def _none_open(before: Collection[ChangeRow], value: bytes) -> None:
    for one in waiting(before):
        if one.happened.door == value:
            raise Conflict(ProblemCode.CONFLICT, "draw.change_open", change=str(one.id), state=one.state.value)


async def _somebody(
    cmd: Command,
    row: DrawRow,
    opened: Reopened,
    doors: Doors,
    wish: Wish,
    place: tuple[bytes, int],
    closed: Collection[UUID],
) -> None:
    """Whether the place can be filled at all; whoever must not inspect may leave in any case (回避)."""
    if wish.kind is ChangeKind.LEAVE:
        return
    things = lay(row, opened, doors, Facts()).things
    facts = await facts_now(cmd, row, opened, things, closed_doors(doors, closed))
    table = lay(row, opened, doors, facts).table
    if wish.kind is ChangeKind.SWAP and not partners(table, *place):
        raise Conflict(ProblemCode.CONFLICT, "draw.change_no_partner")
    # Who may follow does not hang on the chance: only the order does.
    if wish.kind is ChangeKind.REPLACE_INSPECTOR and not successors(opened.h, b"", table, *place):
        raise Refused(ProblemCode.DRAW_TOO_FEW_INSPECTORS, "draw.change_nobody")


def _asked(
    cmd: Command,
    row: DrawRow,
    opened: Reopened,
    wish: Wish,
    doors: Doors,
    place: tuple[bytes, int | None],
    seq: int,
) -> ChangeRow:
    value, slot = place
    happened = Happened(
        row.id,
        seq,
        wish.kind,
        wish.reason,
        value,
        slot,
        str(wish.inspector) if wish.inspector else None,
        cmd.actor.id,
        cmd.now,
        blind(opened.h, opened.secret, seq),
    )
    return ChangeRow(
        id=cmd.new_id(),
        draw=row.id,
        seq=seq,
        kind=wish.kind,
        reason=wish.reason,
        note=wish.note,
        ticket=doors.first(value).id,
        slot=slot,
        inspector=wish.inspector,
        asked_by=cmd.actor.id,
        asked_at=cmd.now,
        event=happened.text(),
        state=ChangeState.ASKED,
    )
