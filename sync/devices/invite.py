"""An inspector is invited to enrol a device."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.find import inspectors
from mobile_contract.problems import ProblemCode
from sync.devices import store
from sync.rows import CodeRow

CODE_LIFE = timedelta(minutes=10)
_CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use code, told once: shown as a QR code or read aloud."""

    code: str
    inspector: UUID
    expires_at: datetime


async def invite_device(cmd: Command, *, inspector_id: UUID, authority_id: UUID) -> Invitation:
    """A code by which one device may enrol for this inspector within ten minutes. Only its SHA-256 is kept.

    Raises:
        NotFound: `inspector-unknown`: nobody of this authority, or not in service any more.
    """
    inspector = (await inspectors([inspector_id])).get(inspector_id)
    if inspector is None or inspector.authority != authority_id or not inspector.active:
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "sync.inspector_unknown")
    code = base64.b32encode(cmd.random(_CODE_BYTES)).decode()
    row = CodeRow(
        id=cmd.new_id(),
        authority=authority_id,
        inspector=inspector_id,
        expires_at=cmd.now + CODE_LIFE,
        used_at=None,
        device=None,
    )
    async with unit_of_work():
        await store.add_code(row, code_hash(code), cmd.actor.id, cmd.now)
        await append(
            cmd.event(
                EventKind.DEVICE_INVITED,
                f"authority:{authority_id}",
                invitation=str(row.id),
                inspector=str(inspector_id),
                expires_at=row.expires_at.isoformat(),
            )
        )
    return Invitation(code, inspector_id, row.expires_at)


def code_hash(code: str) -> str:
    """What is kept of a code."""
    return sha256_hex(code.encode())
