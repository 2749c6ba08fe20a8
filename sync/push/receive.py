"""Push: every line gets a verdict, whatever the body holds, and custody is told only after it was committed."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.keys import ServerKeys
from inspection.kernel.signals import Counted, Stretch, count, stretch
from inspection.kernel.unit_of_work import in_unit, in_unit_at_once, read_at_once, store_is_away
from inspection.visits.entries.admit import known_entries
from mobile_contract.base import b64url
from mobile_contract.problems import ProblemCode
from mobile_contract.push import LogState, Reason, Receipt
from mobile_contract.signed import Purpose, SignedText
from sync.devices import store as store_devices
from sync.devices.bind import acting_on
from sync.devices.standing import check_submitting
from sync.histories import FOUNDED, follow_history, known_history
from sync.log.heads import MERGE, newest_head
from sync.push import store
from sync.push.answer import answer_text, receipt_text
from sync.push.custody import Taken, take_apart, take_together
from sync.push.keep import keep
from sync.push.log_heads import log_state
from sync.push.outcomes import Told, first_of_each, flag_gaps, letters_of, refusals, repeat
from sync.push.quota import not_now, within_quota
from sync.push.read_lines import (
    Authentic,
    Envelope,
    Refused,
    claims_of,
    open_envelopes,
    prove,
    to_ask_for,
)
from sync.push.receipt_time import receipt_time
from sync.push.unpack import Lines, check_content_digest, unpack
from sync.push.verified import Standing
from sync.rows import DeviceRow
from sync.signatures import Claim
from sync.tell_time import anchor

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a push holds, read and proven: each entry once, the lines that repeat one, and those that are none.

    `beyond`: entries of devices out of use that are more than is taken of them.
    """

    carrier: DeviceRow
    entries: list[Authentic]
    repeated: list[Authentic]
    refused: list[Refused]
    standing: Standing
    beyond: list[Authentic]


async def receive_push(
    cmd: Command,
    *,
    device_id: UUID,
    body: bytes,
    keys: ServerKeys,
    encoding: str | None = None,
    content_digest: str | None = None,
    rescued: bool = False,
) -> bytes:
    """Take what `device_id` carries: NDJSON of entries signed by any device of its authority. The answer is the JSON of
    a `PushAnswer`.

    `rescued`: a person of the office brought it in an export file, so it may come from a device that may not speak.

    Raises:
        NotFound: the carrier is not enrolled.
        Refused: it was revoked and its days of grace are over.
        Invalid: the body as a whole is beyond the limits, garbled, or in a coding we do not speak.
    """
    check_content_digest(body, content_digest)
    lines, envelopes, unreadable = await asyncio.to_thread(_open, body, encoding)
    asked = await read_at_once(_ask, device_id, envelopes, cmd.now)
    if not rescued:
        check_submitting(asked.carrier, cmd.now)
    cmd = replace(cmd, authority=asked.carrier.authority)
    history = asked.history or await follow_history(cmd, FOUNDED, None)
    with stretch(Stretch.ADMIT):
        carried = await _prove(asked, envelopes, unreadable, keys)
        # The anchor below tells the clock as it is: too early proves less, too late would prove what is not so.
        told, receipt, confirmed = await _take(replace(cmd, now=asked.receipt_time), carried, keys, history)
    for verdict, n in Counter(one.verdict for one in told).items():
        count(Counted.ENTRY, verdict.value, n)
    count(Counted.RECEIPT)
    return answer_text(
        sorted(told, key=lambda one: one.number),
        lines.truncated,
        receipt,
        anchor(keys, cmd.now, history, device=asked.carrier.id, feed=confirmed),
    )


def _open(body: bytes, encoding: str | None) -> tuple[Lines, list[Envelope], list[Refused]]:
    lines = unpack(body, encoding)
    return (lines, *open_envelopes(lines.numbered))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the store says before anything is proven. `signers`: by key; `acting`: by device, who may act on it;
    `history`: None in a store that never took anything.
    """

    carrier: DeviceRow
    signers: dict[str, DeviceRow]
    claims: list[Claim]
    known: frozenset[str]
    acting: Mapping[UUID, frozenset[UUID]]
    history: UUID | None
    receipt_time: datetime


async def _ask(device_id: UUID, envelopes: Sequence[Envelope], now: datetime) -> _Asked:
    carrier, signers = await _devices(device_id, envelopes)
    claims = claims_of(envelopes, signers)
    known = await known_entries(to_ask_for(claims))
    acting = await acting_on(signers.values())
    history = await known_history()
    told = await receipt_time(now, history) if history else now
    return _Asked(carrier, signers, claims, known, acting, history, told)


async def _devices(device_id: UUID, envelopes: Sequence[Envelope]) -> tuple[DeviceRow, dict[str, DeviceRow]]:
    """The carrier, and by key those of the signers that are enrolled with its authority."""
    found = await store_devices.carrier_and_signers(device_id, {envelope.line.k for envelope in envelopes})
    carrier = next((device for device in found if device.id == device_id), None)
    if carrier is None:
        raise NotFound(ProblemCode.DEVICE_UNKNOWN, "sync.device_unknown")
    return carrier, {device.kid: device for device in found if device.authority == carrier.authority}


async def _prove(asked: _Asked, envelopes: Sequence[Envelope], unreadable: list[Refused], keys: ServerKeys) -> Carried:
    claims, signers, known = asked.claims, asked.signers, asked.known
    entries, refused = await asyncio.to_thread(prove, envelopes, claims, signers, known)
    if unsigned := {one.hash for one in refused if one.reason is Reason.BAD_SIGNATURE and one.hash is not None}:
        # Bytes that are in the store were verified when they came first, whatever stands beside them now.
        known |= await known_entries(unsigned)
        entries, refused = await asyncio.to_thread(prove, envelopes, claims, signers, known)
    unique, repeated = first_of_each(entries)
    within, beyond = await within_quota(unique)
    return Carried(asked.carrier, within, repeated, unreadable + refused, Standing(asked.acting, keys), beyond)


async def _take(cmd: Command, carried: Carried, keys: ServerKeys, history: UUID) -> tuple[list[Told], SignedText, int]:
    """All of it in one commit; when that fails, entry by entry what can be taken, and then the receipt for it."""
    if not carried.entries and not carried.refused:
        return await _seal(cmd, carried, Taken(), keys, history)
    try:
        return await in_unit_at_once(_take_together, cmd, carried, keys, history)
    except Exception as error:
        if store_is_away(error):
            raise
        # Whatever one entry provokes must not cost its neighbours.
        log.warning("push could not be taken as one", error=type(error).__name__)
    taken = await take_apart(cmd, carried.entries, carried.carrier.id, carried.standing)
    if carried.refused or any(one.verdict.takes_custody or one.poison for one in taken.outcomes):
        return await in_unit(_seal, cmd, carried, taken, keys, history)
    return await _seal(cmd, carried, taken, keys, history)


async def _take_together(
    cmd: Command, carried: Carried, keys: ServerKeys, history: UUID
) -> tuple[list[Told], SignedText, int]:
    taken = await take_together(cmd, carried.entries, carried.carrier.id, carried.standing)
    return await _seal(cmd, carried, taken, keys, history)


async def _seal(
    cmd: Command, carried: Carried, taken: Taken, keys: ServerKeys, history: UUID
) -> tuple[list[Told], SignedText, int]:
    """Write the receipt and keep it with the refused lines. It leaves the process only after the commit."""
    states = await _states(carried.entries, taken)
    outcomes = flag_gaps(taken.outcomes, carried.entries, states) + not_now(carried.beyond)
    outcomes += repeat(carried.repeated, outcomes)
    letters = letters_of(carried.refused, carried.entries, outcomes)
    in_custody = {one.hash: one for one in reversed(outcomes) if one.verdict.takes_custody}
    feed, confirmed = await store.feed_of(carried.carrier.id)
    head = await newest_head()
    bare = Receipt(
        id=cmd.new_id(),
        history=history,
        carrier=carried.carrier.id,
        received_at=cmd.now,
        entries=(),
        logs=tuple(states[key] for key in sorted(states)),
        feed=feed,
        sth=(head.size, b64url(head.root)) if head else None,
        merge_by=cmd.now + MERGE,
    )
    text = receipt_text(bare, sorted(in_custody.values(), key=lambda one: one.number))
    signed = keys.sign_text(Purpose.RECEIPT, text)
    if in_custody or letters:
        await keep(cmd, bare, signed, letters, outcomes)
    return outcomes + refusals(carried.refused), signed, confirmed


async def _states(entries: Sequence[Authentic], taken: Taken) -> dict[tuple[UUID, int], LogState]:
    """The logs that these entries belong to, as they stand now."""
    touched = {(entry.entry.header.dev, entry.entry.header.ep) for entry in entries}
    unmoved = touched - taken.logs.keys()
    if not unmoved:
        return taken.logs
    heads = await store.logs_of({device for device, _ in unmoved})
    read = {(head.device, head.epoch): log_state(head) for _, head in heads}
    return {key: state for key in touched if (state := taken.logs.get(key) or read.get(key)) is not None}
