"""Let nothing remove a file (legal hold), and end that: each for its own authority, and written down with who and why.
A file that several hold stays until the last of them has released it.
"""

import asyncio
from typing import Final

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import append, lock_stream
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store, store_holds
from media.own import own_event, owner_of
from media.rules import is_digest
from media.store_holds import HoldRow
from media.vault import current_vault
from mobile_contract.problems import ProblemCode

LONGEST_GROUND: Final = 500


async def hold(cmd: Command, *, digest: str, ground: str) -> HoldRow:
    """Hold a file for the command's authority; its hold that stands, also when it stood before. Bytes without a row can
    be held as well.

    Raises:
        NotFound: there is neither a row nor a file of this digest.
        Invalid: no ground, or one longer than 500 characters.
    """
    ground = ground.strip()
    if not 0 < len(ground) <= LONGEST_GROUND:
        raise Invalid(ProblemCode.INVALID, "media.hold_ground", most=LONGEST_GROUND)
    if not is_digest(digest):
        raise _unknown(digest)
    return await in_unit(_hold, cmd, digest, ground)


async def release(cmd: Command, *, digest: str, ground: str) -> None:
    """End the hold of the command's authority on a file; those of others stand.

    Raises:
        NotFound: this authority does not hold it.
        Invalid: no ground, or one longer than 500 characters.
    """
    ground = ground.strip()
    if not 0 < len(ground) <= LONGEST_GROUND:
        raise Invalid(ProblemCode.INVALID, "media.hold_ground", most=LONGEST_GROUND)
    await in_unit(_release, cmd, digest, ground)


async def _hold(cmd: Command, digest: str, ground: str) -> HoldRow:
    own = owner_of(cmd)
    if (standing := await store_holds.hold_of(own, digest)) is not None:
        return standing
    # Whoever would remove the file writes into its stream first: so look only behind its lock. The line itself stands
    # where others who have the file do not read it.
    await lock_stream(f"media:{digest}")
    await append(own_event(cmd, EventKind.MEDIA_HELD, digest, ground=ground))
    if not await store.known([digest]) and not await asyncio.to_thread(current_vault().disk.blob_path(digest).is_file):
        raise _unknown(digest)
    row = HoldRow(cmd.new_id(), own, digest, ground, cmd.actor.id, cmd.now)
    if not await store_holds.add_hold(row):
        # Somebody held it at the same moment: both are written down, one hold stands.
        return await store_holds.hold_of(own, digest) or row
    return row


async def _release(cmd: Command, digest: str, ground: str) -> None:
    own = owner_of(cmd)
    if not is_digest(digest) or not await store_holds.lift_hold(own, digest, cmd.actor.id, cmd.now):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.not_held", digest=digest)
    await append(own_event(cmd, EventKind.MEDIA_RELEASED, digest, ground=ground))


def _unknown(digest: str) -> NotFound:
    return NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
