"""The office keeps the doors of its visits: gives one anew, with another link and code, or closes it. With a ground."""

from typing import Final
from uuid import UUID

from inspection.door import store
from inspection.door.give import Door, give_door, link_of, shown_door
from inspection.door.lasting import lasts_until
from inspection.door.store import DoorRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.reading import locked_visit
from mobile_contract.problems import ProblemCode

LONGEST_GROUND: Final = 300


async def renew_door(cmd: Command, *, visit_id: UUID, ground: str, keys: ServerKeys) -> Door:
    """Give the visit's door anew, closed or not: link and code change, and nobody who was in stays in.

    Raises:
        NotFound, Refused, Conflict: as `give_door`.
        Invalid: `door.no_ground`.
    """
    return await in_unit(_renewed, cmd, visit_id, _told(ground), keys)


async def revoke_door(cmd: Command, *, visit_id: UUID, ground: str) -> None:
    """Close the visit's door: its link answers as one that never was.

    Raises:
        NotFound: `visits.no_visit`.
        Conflict: `door.closed`: there is none, or it is closed already.
        Invalid: `door.no_ground`.
    """
    await in_unit(_revoked, cmd, visit_id, _told(ground))


async def _renewed(cmd: Command, visit_id: UUID, ground: str, keys: ServerKeys) -> Door:
    # The door first, as whoever comes through it: behind the visit, the two would wait for each other.
    await store.lock_door(visit_id)
    visit = await locked_visit(cmd, visit_id)
    given = await give_door(cmd, visit_id=visit_id, keys=keys)
    turn = given.turn + 1
    last = await lasts_until(visit, cmd.now)
    row = DoorRow(visit_id, link_of(keys, visit_id, turn), turn, cmd.now, last, None, None, 0, None)
    await store.replace_door(row)
    event = cmd.under(visit.rule_set).event(
        EventKind.DOOR_GIVEN, f"visit:{visit_id}", turn=turn, expires_on=last.isoformat(), ground=ground
    )
    await append(event)
    return shown_door(row, keys, cmd.now)


async def _revoked(cmd: Command, visit_id: UUID, ground: str) -> None:
    row = await store.lock_door(visit_id)  # first, as above
    visit = await locked_visit(cmd, visit_id)
    if row is None or row.revoked_at is not None:
        raise Conflict(ProblemCode.DOOR_CLOSED, "door.closed", visit=str(visit_id))
    await store.change_door(visit_id, revoked_at=cmd.now, revoked_by=cmd.actor.id)
    event = cmd.under(visit.rule_set).event(EventKind.DOOR_REVOKED, f"visit:{visit_id}", turn=row.turn, ground=ground)
    await append(event)


def _told(ground: str) -> str:
    said = ground.strip()
    if not said or len(said) > LONGEST_GROUND:
        raise Invalid(ProblemCode.INVALID, "door.no_ground", most=LONGEST_GROUND)
    return said
