"""What a batch of notices needs of the house before it is printed: a number and a door for each visit."""

from collections.abc import Sequence
from uuid import UUID

from inspection.door.give import Door, give_door
from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.notices.numbers import notice_number


async def issue_notices(cmd: Command, visits: Sequence[UUID], keys: ServerKeys) -> dict[UUID, Door | DomainError]:
    """Number and door of each visit; one that gets none, and why, keeps no other from it. Inside a unit of work."""
    found: dict[UUID, Door | DomainError] = {}
    for visit in visits:
        try:
            async with unit_of_work():
                await notice_number(cmd, visit)
                found[visit] = await give_door(cmd, visit_id=visit, keys=keys)
        except DomainError as error:
            found[visit] = error
    return found
