"""What is sent through a door is taken only while that door, in that turn, stands open."""

from uuid import UUID

from inspection.door import store
from inspection.door.store import DoorRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode


async def admitted(cmd: Command, visit_id: UUID, turn: int) -> DoorRow:
    """The door of a visit, kept from others until commit. Inside a unit of work.

    Raises:
        Conflict: `door.closed`: revoked, given anew, or expired.
    """
    return still_open(cmd, await store.lock_door(visit_id), turn)


def still_open(cmd: Command, door: DoorRow | None, turn: int) -> DoorRow:
    """The same of a door that was read: for what must not lock it.

    Raises:
        Conflict: `door.closed`.
    """
    if door is None or door.turn != turn or door.revoked_at is not None or local_day(cmd.now) > door.expires_on:
        raise Conflict(ProblemCode.DOOR_CLOSED, "door.closed")
    return door
