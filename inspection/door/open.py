"""Open a door with its code. Whatever a link is, a wrong code is answered alike and costs the same."""

import hmac
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from inspection.door import store
from inspection.door.give import LINK_LENGTH
from inspection.door.lasting import lasts_until
from inspection.door.lock import is_locked, locked_from
from inspection.door.store import DoorRow, Standing
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.credentials.claims import plain_code, visit_code
from inspection.visits.reading import known_visit
from inspection.visits.states import UNNAMED, VisitState

_LINK: Final = re.compile(f"[0-9A-HJKMNP-TV-Z]{{{LINK_LENGTH}}}")
_NO_LINK: Final = "-" * LINK_LENGTH
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """A door that somebody opened: whose visit, under which link and turn, and the last day on which it opens.

    `standing`: the same value means that nothing happened to what its pages tell; None right after it was opened.
    """

    visit: UUID
    authority: UUID
    rule_set: str
    state: VisitState
    link: str
    turn: int
    expires_on: date
    standing: Standing | None = None


def is_link(told: str) -> bool:
    """Whether this may be the link of a door: whether there is one is told to nobody."""
    return _LINK.fullmatch(told) is not None


async def open_door(cmd: Command, *, link: str, code: str, keys: ServerKeys) -> OpenDoor | None:
    """The door, if the code is right and it is not locked, revoked or expired; None otherwise, without a word why.

    A wrong code counts; after five the door is locked for a while (`inspection.door.lock`).
    """
    return await in_unit(_tried, cmd, link if is_link(link) else _NO_LINK, plain_code(code), keys)


async def door_behind(link: str, turn: int, today: date) -> OpenDoor | None:
    """The door of somebody who opened it a while ago; None when it was given anew, revoked or has expired since."""
    row = await store.open_door_behind(link)
    if row is None or row.turn != turn or row.revoked or row.expires_on < today or row.state in UNNAMED:
        return None
    return OpenDoor(row.visit, row.authority, row.rule_set, row.state, row.link, row.turn, row.expires_on, row.standing)


async def _tried(cmd: Command, link: str, code: str, keys: ServerKeys) -> OpenDoor | None:
    row = await store.lock_link(link)
    # Made and compared for a link that nobody has as well: the answer must not be faster.
    wanted = visit_code(keys, row.visit, row.turn, row.given_at) if row else visit_code(keys, _NOBODY, 1, cmd.now)
    right = hmac.compare_digest(plain_code(wanted).encode(), code.encode(errors="replace")) and row is not None
    if row is None or not right or row.revoked_at is not None or is_locked(cmd.now, row.locked_until):
        await _counted(cmd, link, row)
        return None
    return await _opened(cmd, row)


async def _counted(cmd: Command, link: str, row: DoorRow | None) -> None:
    """One more wrong code; what is closed anyway stays as it is. One statement for each of them."""
    failures, until = (row.failures, row.locked_until) if row else (0, None)
    counts = row is not None and row.revoked_at is None and not is_locked(cmd.now, until)
    if counts:
        failures += 1
        until = locked_from(cmd.now, failures) or until
    await store.set_failures(link, failures, until)
    if row is not None and counts and is_locked(cmd.now, until):
        await _journalled(cmd, row.visit, EventKind.DOOR_LOCKED, until)


async def _journalled(cmd: Command, visit_id: UUID, kind: EventKind, until: datetime | None) -> None:
    visit = await known_visit(visit_id)
    told = replace(cmd, authority=visit.authority).under(visit.rule_set)
    await append(told.event(kind, f"visit:{visit_id}", until=until.isoformat() if until else None))


async def _opened(cmd: Command, row: DoorRow) -> OpenDoor | None:
    visit = await known_visit(row.visit)
    last = await lasts_until(visit, row.given_at if row.turn > 1 else None)
    if last < local_day(cmd.now) or visit.state in UNNAMED:
        await store.set_failures(row.link, row.failures, row.locked_until)
        return None
    await store.change_door(row.visit, failures=0, locked_until=None, expires_on=last)
    told = replace(cmd, authority=visit.authority).under(visit.rule_set)
    await append(told.event(EventKind.DOOR_OPENED, f"visit:{visit.id}", turn=row.turn))
    return OpenDoor(visit.id, visit.authority, visit.rule_set, visit.state, row.link, row.turn, last)
