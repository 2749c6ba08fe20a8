"""Push: every line gets a verdict, whatever the body holds, and custody is told only after it was committed."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.admit import known_entries
from mobile_contract.base import unb64url
from mobile_contract.envelope import MAX_LINE_BYTES
from mobile_contract.push import EntryVerdict, LogState, PushAnswer, Reason, Receipt, ReceiptEntry, Verdict
from mobile_contract.signed import Purpose, SignedText
from sync.devices import store as store_devices
from sync.devices.standing import submitting_device
from sync.histories import current_history
from sync.pull import store as store_feeds
from sync.push import store
from sync.push.custody import Outcome, take_custody
from sync.push.log_heads import log_state
from sync.push.read_lines import Authentic, Envelope, Refused, open_envelopes, prove
from sync.push.unpack import Lines, check_content_digest, unpack
from sync.rows import DeviceRow, Letter, ReceiptRow
from sync.tell_time import anchor

MAX_LETTERS: Final = 1_000
MAX_LETTER_BYTES: Final = 16 * 1024 * 1024


async def receive_push(
    cmd: Command,
    *,
    device_id: UUID,
    body: bytes,
    keys: ServerKeys,
    encoding: str | None = None,
    content_digest: str | None = None,
) -> PushAnswer:
    """Take what `device_id` carries: NDJSON of entries signed by any device of its authority.

    Raises:
        NotFound: the carrier is not enrolled.
        Refused: it was revoked and its days of grace are over.
        Invalid: the body as a whole is beyond the limits, garbled, or in a coding we do not speak.
    """
    check_content_digest(body, content_digest)
    lines = await asyncio.to_thread(unpack, body, encoding)
    carrier = await submitting_device(device_id, cmd.now)
    cmd = replace(cmd, authority=carrier.authority)
    entries, refused = await _read(carrier, lines)
    unique, repeated = _first_of_each(entries)
    outcomes = await take_custody(cmd, unique, carrier.id)
    outcomes += _repeat(repeated, outcomes)
    states = await _log_states(entry.entry.header.dev for entry in entries)
    outcomes = _flag_gaps(outcomes, unique, states)
    letters = _letters(refused, entries, outcomes)
    touched = {(entry.entry.header.dev, entry.entry.header.ep) for entry in entries}
    logs = tuple(state for key, state in sorted(states.items()) if key in touched)
    receipt = await _receipt(cmd, carrier, keys, outcomes, logs, letters)
    verdicts = [_told(outcome) for outcome in outcomes] + [_told_refused(one) for one in refused]
    return PushAnswer(
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.line)),
        truncated=lines.truncated,
        receipt=receipt,
        anchor=anchor(
            keys,
            cmd.now,
            await current_history(cmd),
            device=carrier.id,
            feed=await store_feeds.confirmed(carrier.id),
        ),
    )


async def _read(carrier: DeviceRow, lines: Lines) -> tuple[list[Authentic], list[Refused]]:
    envelopes, unreadable = await asyncio.to_thread(open_envelopes, lines.numbered)
    signers = await store_devices.signers(carrier.authority, (envelope.line.k for envelope in envelopes))
    known = await _known(envelopes)
    entries, refused = await asyncio.to_thread(prove, envelopes, signers, known)
    return entries, unreadable + refused


async def _known(envelopes: Sequence[Envelope]) -> frozenset[str]:
    hashes = sorted({envelope.hash for envelope in envelopes})
    return await known_entries(hashes) if hashes else frozenset()


def _first_of_each(entries: Sequence[Authentic]) -> tuple[list[Authentic], list[Authentic]]:
    first = {entry.entry.text_hash: entry for entry in reversed(entries)}
    unique = [entry for entry in entries if first[entry.entry.text_hash] is entry]
    repeated = [entry for entry in entries if first[entry.entry.text_hash] is not entry]
    return unique, repeated


def _repeat(repeated: Iterable[Authentic], outcomes: Iterable[Outcome]) -> list[Outcome]:
    """A line that stands twice in one body shares the fate of its first copy."""
    first = {outcome.hash: outcome for outcome in outcomes}
    told: list[Outcome] = []
    for entry in repeated:
        outcome = first[entry.entry.text_hash]
        if outcome.verdict.takes_custody:
            outcome = replace(outcome, verdict=Verdict.DUPLICATE, reasons=())
        told.append(replace(outcome, number=entry.number, poison=False))
    return told


async def _log_states(devices: Iterable[UUID]) -> dict[tuple[UUID, int], LogState]:
    heads = await store.logs_of(set(devices))
    return {(head.device, head.epoch): log_state(head) for _, head in heads}


def _flag_gaps(
    outcomes: Sequence[Outcome],
    entries: Iterable[Authentic],
    states: dict[tuple[UUID, int], LogState],
) -> list[Outcome]:
    """Entries beyond a gap of their log are flagged; they are stored and folded like any other."""
    beyond: set[str] = set()
    for entry in entries:
        header = entry.entry.header
        state = states.get((header.dev, header.ep))
        if state is not None and header.seq > state.seq:
            beyond.add(entry.entry.text_hash)
    return [_with_gap(outcome) if outcome.hash in beyond else outcome for outcome in outcomes]


def _with_gap(outcome: Outcome) -> Outcome:
    if outcome.verdict not in {Verdict.ACCEPTED, Verdict.FLAGGED, Verdict.HELD}:
        return outcome
    verdict = Verdict.FLAGGED if outcome.verdict is Verdict.ACCEPTED else outcome.verdict
    return replace(outcome, verdict=verdict, reasons=(*outcome.reasons, Reason.LOG_GAP))


def _letters(refused: Iterable[Refused], entries: Iterable[Authentic], outcomes: Iterable[Outcome]) -> list[Letter]:
    letters = [_letter(one.raw, one.reason.value) for one in refused]
    poison = {outcome.hash for outcome in outcomes if outcome.poison}
    letters += [_letter(entry.raw, "unprocessable") for entry in entries if entry.entry.text_hash in poison]
    return list({letter.sha256: letter for letter in letters}.values())


def _letter(raw: bytes, reason: str) -> Letter:
    return Letter(sha256_hex(raw), len(raw), raw[:MAX_LINE_BYTES], reason)


async def _receipt(
    cmd: Command,
    carrier: DeviceRow,
    keys: ServerKeys,
    outcomes: Sequence[Outcome],
    logs: tuple[LogState, ...],
    letters: Sequence[Letter],
) -> SignedText:
    taken = {outcome.hash: outcome for outcome in reversed(outcomes) if outcome.verdict.takes_custody}
    receipt = Receipt(
        id=cmd.new_id(),
        history=await current_history(cmd),
        carrier=carrier.id,
        received_at=cmd.now,
        entries=tuple(
            ReceiptEntry(hash=one.hash, verdict=one.verdict, visit=one.visit, vseq=one.vseq)
            for one in sorted(taken.values(), key=lambda one: one.number)
        ),
        logs=logs,
        feed=await store_feeds.feed_head(carrier.id),
    )
    signed = keys.sign_text(Purpose.RECEIPT, receipt.model_dump_json())
    if taken or letters:
        tally = Counter(outcome.verdict.value for outcome in outcomes)
        await in_unit(_keep, cmd, receipt, signed, letters, tally)
    return signed


async def _keep(
    cmd: Command, receipt: Receipt, signed: SignedText, letters: Sequence[Letter], tally: Counter[str]
) -> None:
    refused = await _keep_letters(cmd, letters, receipt.carrier)
    row = ReceiptRow(
        id=receipt.id,
        carrier=receipt.carrier,
        history=receipt.history,
        received_at=receipt.received_at,
        text=signed.p,
        kid=signed.k,
        signature=unb64url(signed.s),
    )
    visits = sorted({entry.visit for entry in receipt.entries if entry.visit is not None})
    await store.add_receipt(row, [(cmd.new_id(), visit) for visit in visits])
    await append(
        cmd.event(
            EventKind.PUSH_RECEIVED,
            f"device:{receipt.carrier}",
            receipt=str(receipt.id),
            verdicts=dict(sorted(tally.items())),
            dead_letters=refused,
        )
    )


async def _keep_letters(cmd: Command, letters: Sequence[Letter], carrier: UUID) -> int:
    """Keep refused lines as far as the carrier's quota goes; how many were new."""
    if not letters:
        return 0
    count, size = await store.letters_of(carrier)
    kept: list[tuple[UUID, Letter]] = []
    for letter in letters:
        size += len(letter.content)
        if count + len(kept) >= MAX_LETTERS or size > MAX_LETTER_BYTES:
            break
        kept.append((cmd.new_id(), letter))
    return await store.add_letters(kept, carrier, cmd.now)


def _told(outcome: Outcome) -> EntryVerdict:
    return EntryVerdict(
        line=outcome.number,
        hash=outcome.hash,
        verdict=outcome.verdict,
        reasons=outcome.reasons,
        visit=outcome.visit,
        vseq=outcome.vseq,
    )


def _told_refused(refused: Refused) -> EntryVerdict:
    return EntryVerdict(line=refused.number, hash=refused.hash, verdict=Verdict.REFUSED, reasons=(refused.reason,))
