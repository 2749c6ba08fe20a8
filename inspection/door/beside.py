"""The door beside a credential: a good credential and the notice's code let somebody in without the link."""

from uuid import UUID

from inspection.door import store
from inspection.door.open import OpenDoor, open_door
from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys


async def door_beside(cmd: Command, *, visit: UUID, code: str, keys: ServerKeys) -> OpenDoor | None:
    """The visit's door, if the code opens it; None otherwise, without a word why. A wrong code counts as ever."""
    row = await store.door_of(visit)
    return await open_door(cmd, link=row.link, code=code, keys=keys) if row is not None else None
