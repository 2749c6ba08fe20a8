"""A draw as those who hold it read it: what is public of it, who did what and when, and what it waits for.

Nothing here says who was drawn: tickets and counts only (`disclosure.public_view`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import ContributionRecord, DrawState
from inspection.draw.changes import store as changes
from inspection.draw.changes.files import change_told
from inspection.draw.lot.digest import hash_named
from inspection.draw.store import DrawRow
from inspection.draw.supervision.verify_draw import verifications
from inspection.draw.told import disclosure
from inspection.kernel.canonical import JSON
from inspection.kernel.journal import EventKind, read, read_kind

FIRST_LINES = 200
"""So many lines of a draw's journal hold everything up to its seal; what comes later is asked for by its kind."""
LATER = (
    EventKind.DRAW_SECRETS_READ,
    EventKind.DRAW_VERIFIED,
    EventKind.DRAW_OPENING,
    EventKind.DRAW_CLOSED,
    EventKind.DRAW_KEY_RETURNED,
    EventKind.DRAW_VOID_ASKED,
    EventKind.DRAW_VOIDED,
    EventKind.DRAW_CHANGE_SETTLED,
    EventKind.VISITS_ASSEMBLED,
)
UNTOLD = frozenset({EventKind.TICKET_OPENED})
"""One line for each object: a number on the page, no line of its history."""


class Step(StrEnum):
    """What a draw waits for next."""

    CHECK = "check"
    FREEZE = "freeze"
    CONTRIBUTE = "contribute"
    EXECUTE = "execute"
    MATCH = "match"
    SEAL = "seal"
    VISIT = "visit"
    VOID = "void"


NEXT: Mapping[DrawState, Step] = MappingProxyType(
    {
        DrawState.DRAFT: Step.CHECK,
        DrawState.FEASIBLE: Step.FREEZE,
        DrawState.FROZEN: Step.CONTRIBUTE,
        DrawState.ENTROPY: Step.EXECUTE,
        DrawState.DRAWN: Step.MATCH,
        DrawState.MATCHED: Step.SEAL,
        DrawState.SEALED: Step.VISIT,
        DrawState.OPENING: Step.VISIT,
    }
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One step: what, when, by whom, and what the journal says of it."""

    kind: EventKind
    at: datetime
    who: str
    role: str
    facts: Mapping[str, JSON] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contributing:
    """A contributor before and after its turn. `begun_by`: the account that typed the dice first, or asked for the
    link; the value itself is told only once it is public.
    """

    record: ContributionRecord
    begun_by: str | None


def waits_for(state: DrawState, *, void_asked: bool) -> Step | None:
    """What the draw waits for; None when nothing does any more. A void that was asked for comes first."""
    if void_asked and state in NEXT and state is not DrawState.OPENING:
        return Step.VOID
    return NEXT.get(state)


async def desk_view(draw_id: UUID) -> dict[str, JSON]:
    """The public view without its tickets, which may be very many: `store_listing.ticket_page` has them by pages.

    Raises:
        NotFound: no such draw.
    """
    row = await store.draw_row(draw_id)
    draws, void = await store.attempts_counted(row.authority)
    ceremony = await store.ceremony(draw_id, tickets=False)
    verified: list[JSON] = [
        {"version": one.version, "good": one.good, "at": one.at.isoformat()} for one in await verifications(draw_id)
    ]
    return {
        **disclosure.public_view(ceremony),
        "verified": verified,
        "changes": [change_told(hash_named(row.terms.hash_alg), one) for one in await changes.of_draw(draw_id)],
        "of_authority": {"draws": draws, "void": void},
    }


async def history(row: DrawRow) -> Sequence[Happened]:
    """Who did what with the draw and when, the first step first."""
    stream = f"draw:{row.id}"
    lines = await read(stream, limit=FIRST_LINES)
    if len(lines) == FIRST_LINES:
        later = [one for kind in LATER for one in await read_kind(stream, kind)]
        lines = sorted({one.seq: one for one in (*lines, *later)}.values(), key=lambda one: one.seq)
    return [
        Happened(one.kind, one.at, one.actor_name, one.actor_role, one.payload)
        for one in lines
        if one.kind not in UNTOLD
    ]


async def contributing(draw_id: UUID) -> Sequence[Contributing]:
    """Everybody who brings chance, by name."""
    return [Contributing(one.public, one.typed_by) for one in await store_secrets.contributions(draw_id)]
