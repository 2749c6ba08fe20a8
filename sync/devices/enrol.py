"""A device enrols: code, key and proof make it known; a token opens the channel."""

import asyncio
from datetime import datetime
from uuid import UUID

from inspection.authority.store import authority
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import unb64url
from mobile_contract.enrol import EnrolAnswer, EnrolRequest, enrolment_message, thumbprint
from mobile_contract.problems import ProblemCode
from sync.devices import store
from sync.devices.invite import code_hash
from sync.devices.tokens import as_device, fresh_token
from sync.histories import current_history
from sync.pull import feeds
from sync.pull import store as store_feeds
from sync.push import store as store_push
from sync.push.log_heads import log_state
from sync.rows import CodeRow, DeviceRow
from sync.signatures import public_key, verify
from sync.tell_time import anchor


async def enrol_device(cmd: Command, *, request: EnrolRequest, keys: ServerKeys) -> EnrolAnswer:
    """Enrol the device that holds `request.key`. The same request again (a lost answer) gives the same device.

    Raises:
        Refused: `enrolment-proof-invalid`, or `enrolment-code-invalid`: unknown, expired, or spent on another key.
        Conflict: the key is enrolled already for somebody else, or was revoked.
    """
    kid = thumbprint(request.key)
    if not await asyncio.to_thread(_proof_holds, request, kid):
        raise Refused(ProblemCode.ENROLMENT_PROOF_INVALID, "sync.enrolment_proof_invalid")
    history = await current_history(cmd)
    device, token, expires = await in_unit(_enrol, cmd, request, kid)
    logs = [log_state(head) for _, head in await store_push.logs_of([device.id])]
    return EnrolAnswer(
        device=device.id,
        kid=kid,
        inspector=device.inspector,
        token=token,
        token_expires=expires,
        history=history,
        server_keys=keys.known,
        logs=tuple(logs),
        anchor=anchor(keys, cmd.now, history, device=device.id),
    )


def _proof_holds(request: EnrolRequest, kid: str) -> bool:
    try:
        key = public_key(request.key)
    except ValueError:
        return False
    return verify(key, enrolment_message(request.code, kid), unb64url(request.proof))


async def _enrol(cmd: Command, request: EnrolRequest, kid: str) -> tuple[DeviceRow, str, datetime]:
    code = await store.lock_code(code_hash(request.code))
    if code is None or code.expires_at <= cmd.now:
        raise Refused(ProblemCode.ENROLMENT_CODE_INVALID, "sync.enrolment_code_invalid")
    await store_feeds.lock_audience([code.inspector])
    known = await store.device_by_kid(kid)
    if code.used_at is not None and (known is None or known.id != code.device):
        raise Refused(ProblemCode.ENROLMENT_CODE_INVALID, "sync.enrolment_code_invalid")
    device = _owned(known, code) if known else await _add(cmd, request, code, kid)
    acting = as_device(cmd, device)
    if code.used_at is None:
        await store.use_code(code.id, device.id, cmd.now)
        await append(
            acting.event(
                EventKind.DEVICE_ENROLLED,
                f"device:{device.id}",
                inspector=str(device.inspector),
                kid=kid,
                name=request.name,
                invitation=str(code.id),
            )
        )
        await feeds.fill(device.id, [device.inspector], cmd.now)
    token, expires = await fresh_token(acting, device)
    return device, token, expires


def _owned(known: DeviceRow, code: CodeRow) -> DeviceRow:
    same = (known.authority, known.inspector) == (code.authority, code.inspector)
    if not same or known.revoked_at is not None or known.wiped_at is not None:
        raise Conflict(ProblemCode.CONFLICT, "sync.key_taken")
    return known


async def _number(cmd: Command, request: EnrolRequest) -> UUID:
    """The number the key had before a restore, if nobody has it now; an authority's is its own log's."""
    wanted = request.device
    if wanted is None or await store.device(wanted) or await authority(wanted):
        return cmd.new_id()
    return wanted


async def _add(cmd: Command, request: EnrolRequest, code: CodeRow, kid: str) -> DeviceRow:
    device = DeviceRow(
        id=await _number(cmd, request),
        authority=code.authority,
        inspector=code.inspector,
        kid=kid,
        key=request.key,
        name=request.name,
        enrolled_at=cmd.now,
    )
    if not await store.add_device(device):
        raise Conflict(ProblemCode.CONFLICT, "sync.key_taken")
    return device
