"""Supervisors' public keys: under the newest one in use the key of every draw is escrowed before its freeze."""

from uuid import UUID

from inspection.draw.standing import a_supervisor
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.escrow import key_fingerprint, read_public_key
from inspection.draw.supervision.store_supervisors import KeyRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def register_key(cmd: Command, *, authority: UUID, public_key: bytes) -> KeyRow:
    """Register the supervisor's public key (P-256, uncompressed point); the private one never comes here.

    The actor becomes its holder. From now on draws are escrowed under it; those frozen before keep theirs.

    Raises:
        Refused: `draw.not_a_supervisor`.
        Invalid: `draw.key_malformed`: no point of the curve.
        Conflict: `draw.key_known`: it was registered before.
    """
    a_supervisor(cmd)
    try:
        read_public_key(public_key)
    except ValueError:
        raise Invalid(ProblemCode.INVALID, "draw.key_malformed") from None
    async with unit_of_work():
        fingerprint = key_fingerprint(public_key)
        if any(other.fingerprint == fingerprint for other in await store_supervisors.keys(authority)):
            raise Conflict(ProblemCode.CONFLICT, "draw.key_known", fingerprint=fingerprint)
        row = KeyRow(cmd.new_id(), authority, cmd.actor.id, public_key, fingerprint, cmd.now, None)
        await store_supervisors.add_key(row)
        await append(_event(cmd, EventKind.SUPERVISOR_KEY_REGISTERED, row))
    return row


async def retire_key(cmd: Command, *, key_id: UUID) -> KeyRow:
    """Take a key out of use; what is escrowed under it stays so. Doing it again changes nothing.

    Raises:
        NotFound: `draw.key_unknown`.
        Refused: `draw.not_a_supervisor`; any supervisor may, so that a lost key does not stay.
    """
    a_supervisor(cmd)
    async with unit_of_work():
        row = await store_supervisors.key(key_id)
        if row.retired_at is None:
            await store_supervisors.retire_key(key_id, cmd.now)
            await append(_event(cmd, EventKind.SUPERVISOR_KEY_RETIRED, row))
        return await store_supervisors.key(key_id)


async def key_in_use(authority: UUID) -> KeyRow | None:
    """The newest key that is not retired; None when the supervisor has none."""
    used = [row for row in await store_supervisors.keys(authority) if row.retired_at is None]
    return used[-1] if used else None


def _event(cmd: Command, kind: EventKind, row: KeyRow) -> Event:
    return cmd.event(kind, f"supervisor_key:{row.id}", lane=None, fingerprint=row.fingerprint)
