"""Give out the door of a visit: a link, and the code that opens it. Never before the unsealing."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from inspection.door import store
from inspection.door.lasting import lasts_until
from inspection.door.store import DoorRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.credentials.claims import crockford, told_of, visit_code
from inspection.visits.reading import locked_visit
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode

FIRST_TURN: Final = 1
LINK_LENGTH: Final = 20
_LINK_BYTES: Final = 15
_LINK_LABEL: Final = "door-link/v1"


@dataclass(frozen=True, slots=True)
class Door:
    """A visit's door. `link`: what stands in its address (`path`); `is_open`: neither revoked nor expired."""

    visit: UUID
    link: str
    turn: int
    code: str
    expires_on: date
    is_open: bool

    @property
    def path(self) -> str:
        """Behind the address of this server."""
        return f"/e/{self.link}"


async def give_door(cmd: Command, *, visit_id: UUID, keys: ServerKeys) -> Door:
    """The visit's door, made at the first call; later calls give the same. Its code is that of the credential.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.sealed`: nobody learns of it yet.
        Conflict: `visits.cancelled`.
    """
    known = await store.door_of(visit_id)
    row = known if known is not None else await in_unit(_made, cmd, visit_id, keys)
    return shown_door(row, keys, cmd.now)


def shown_door(row: DoorRow, keys: ServerKeys, now: datetime) -> Door:
    """What is printed of a door that is there."""
    return Door(
        visit=row.visit,
        link=row.link,
        turn=row.turn,
        code=visit_code(keys, row.visit, row.turn, row.given_at),
        expires_on=row.expires_on,
        is_open=row.revoked_at is None and local_day(now) <= row.expires_on,
    )


def link_of(keys: ServerKeys, visit: UUID, turn: int) -> str:
    """Twenty characters (100 bits) that nobody guesses. Kept with the door, so that a new key changes none."""
    raw = hmac.digest(keys.secret(_LINK_LABEL), told_of(visit, turn), "sha256")
    return crockford(raw[:_LINK_BYTES])[:LINK_LENGTH]


async def _made(cmd: Command, visit_id: UUID, keys: ServerKeys) -> DoorRow:
    visit = await locked_visit(cmd, visit_id)
    if visit.state is VisitState.SEALED:
        raise Refused(ProblemCode.VISIT_SEALED, "visits.sealed", visit=str(visit_id))
    if visit.state is VisitState.CANCELLED:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.cancelled", visit=str(visit_id))
    last = await lasts_until(visit)
    link = link_of(keys, visit_id, FIRST_TURN)
    row = DoorRow(visit_id, link, FIRST_TURN, cmd.now, last, None, None, 0, None)
    if not await store.add_door(row):
        return await store.door_of(visit_id) or row
    # Neither link nor code is told: the journal is read by more people than a paper is.
    told = cmd.under(visit.rule_set).event(
        EventKind.DOOR_GIVEN, f"visit:{visit_id}", turn=FIRST_TURN, expires_on=last.isoformat()
    )
    await append(told)
    return row
