"""Let nothing remove a file (legal hold), and end that. Both are written down with who and why."""

import asyncio
from typing import Final

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound, Refused
from inspection.kernel.journal import append, read_kind
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store, store_holds
from media.rules import is_digest
from media.store_holds import HoldRow
from media.vault import current_vault
from mobile_contract.problems import ProblemCode

LONGEST_GROUND: Final = 500


async def hold(cmd: Command, *, digest: str, ground: str) -> HoldRow:
    """Hold a file; the hold that stands, also when it stood before. Bytes without a row can be held as well.

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
    """End the hold on a file.

    Raises:
        NotFound: nothing holds it.
        Refused: another authority holds it.
        Invalid: no ground, or one longer than 500 characters.
    """
    ground = ground.strip()
    if not 0 < len(ground) <= LONGEST_GROUND:
        raise Invalid(ProblemCode.INVALID, "media.hold_ground", most=LONGEST_GROUND)
    await in_unit(_release, cmd, digest, ground)


async def _hold(cmd: Command, digest: str, ground: str) -> HoldRow:
    if (standing := await store_holds.hold_of(digest)) is not None:
        return standing
    # The line locks the file's stream: whoever would remove the file writes there first. So look only behind it.
    await append(cmd.event(EventKind.MEDIA_HELD, f"media:{digest}", digest=digest, ground=ground))
    if not await store.known([digest]) and not await asyncio.to_thread(current_vault().disk.blob_path(digest).is_file):
        raise _unknown(digest)
    row = HoldRow(cmd.new_id(), digest, ground, cmd.actor.id, cmd.now)
    if not await store_holds.add_hold(row):
        # Somebody held it at the same moment: both are written down, one hold stands.
        return await store_holds.hold_of(digest) or row
    return row


async def _release(cmd: Command, digest: str, ground: str) -> None:
    if not is_digest(digest) or await store_holds.hold_of(digest) is None:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.not_held", digest=digest)
    held = (await read_kind(f"media:{digest}", EventKind.MEDIA_HELD))[-1]
    if cmd.authority is not None and held.authority != cmd.authority:
        raise Refused(ProblemCode.FORBIDDEN, "media.hold_of_others")
    await store_holds.lift_hold(digest, cmd.actor.id, cmd.now)
    await append(cmd.event(EventKind.MEDIA_RELEASED, f"media:{digest}", digest=digest, ground=ground))


def _unknown(digest: str) -> NotFound:
    return NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
