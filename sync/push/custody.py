"""Taking entries into custody: one short transaction per visit, and per entry when a group fails."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import asks_for_repeat, in_unit, storage_is_full
from inspection.visits.admit import Admission, VerifiedEntry, admit_entries
from mobile_contract.push import Reason, Verdict
from sync.push import store
from sync.push.log_heads import Slot, advance
from sync.push.read_lines import Authentic

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one authentic entry. `poison` marks one that the store keeps failing on: kept as a dead letter."""

    number: int
    hash: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    visit: UUID | None = None
    vseq: int | None = None
    poison: bool = False


async def take_custody(cmd: Command, entries: Sequence[Authentic], carrier: UUID) -> list[Outcome]:
    """Admit entries visit by visit, each group in its own transaction together with the log heads.

    A group that fails is tried entry by entry, so that a poisonous entry costs only itself.
    """
    groups: dict[UUID | None, list[Authentic]] = defaultdict(list)
    for entry in entries:
        groups[entry.entry.header.visit].append(entry)
    outcomes: list[Outcome] = []
    for group in groups.values():
        outcomes += await _take_group(cmd, group, carrier)
    return outcomes


async def _take_group(cmd: Command, group: list[Authentic], carrier: UUID) -> list[Outcome]:
    try:
        return await in_unit(_admit, cmd, group, carrier)
    except Exception as error:  # noqa: BLE001 -- whatever one entry provokes must not cost its neighbours
        if len(group) == 1:
            return [_put_off(group[0], error)]
    return [outcome for entry in group for outcome in await _take_group(cmd, [entry], carrier)]


async def _admit(cmd: Command, group: Sequence[Authentic], carrier: UUID) -> list[Outcome]:
    admissions = await admit_entries(cmd, [_verified(entry) for entry in group], carrier)
    fresh = [
        entry for entry, admission in zip(group, admissions, strict=True) if admission.verdict is not Verdict.DUPLICATE
    ]
    forks = await _advance_logs(cmd, fresh)
    return [_outcome(entry, admission, forks) for entry, admission in zip(group, admissions, strict=True)]


async def _advance_logs(cmd: Command, entries: Sequence[Authentic]) -> frozenset[str]:
    slots: dict[tuple[UUID, int], list[Slot]] = defaultdict(list)
    for entry in entries:
        header = entry.entry.header
        slots[header.dev, header.ep].append(Slot(header.seq, entry.entry.text_hash, header.prev))
    forks: set[str] = set()
    # Sorted: two pushes that touch the same logs lock them in the same order.
    for device, epoch in sorted(slots):
        forks |= await _advance_log(cmd, device, epoch, slots[device, epoch])
    return frozenset(forks)


async def _advance_log(cmd: Command, device: UUID, epoch: int, new: Sequence[Slot]) -> frozenset[str]:
    log_id, head = await store.lock_log(cmd.new_id(), device, epoch)
    before = await store.tail(log_id)
    moved = advance(head, before, new)
    waiting = {slot.seq for slot in before}
    added = [(cmd.new_id(), slot) for slot in moved.tail if slot.seq not in waiting]
    await store.change_tail(log_id, moved.head.seq, added)
    await store.save_log(log_id, moved.head)
    if moved.head.forked and not head.forked:
        hashes = sorted(moved.forks)
        await append(cmd.event(EventKind.DEVICE_LOG_FORKED, f"device:{device}", epoch=epoch, hashes=hashes))
    return moved.forks


def _verified(entry: Authentic) -> VerifiedEntry:
    return VerifiedEntry(
        entry=entry.entry,
        device_id=entry.signer.id,
        inspectors=frozenset({entry.signer.inspector}),
        revoked=entry.signer.revoked_at is not None,
    )


def _outcome(entry: Authentic, admission: Admission, forks: frozenset[str]) -> Outcome:
    hash_ = entry.entry.text_hash
    reasons = tuple(Reason(reason) for reason in admission.reasons)
    verdict = admission.verdict
    if hash_ in forks:
        reasons += (Reason.LOG_FORK,)
        verdict = Verdict.FLAGGED if verdict is Verdict.ACCEPTED else verdict
    return Outcome(entry.number, hash_, verdict, reasons, admission.visit, admission.vseq)


def _put_off(entry: Authentic, error: Exception) -> Outcome:
    hash_ = entry.entry.text_hash
    if storage_is_full(error):
        return Outcome(entry.number, hash_, Verdict.LATER, (Reason.STORAGE,))
    poison = not asks_for_repeat(error)
    if poison:
        # The bytes are kept as a dead letter and a person is told; the device goes on with the rest.
        log.error("entry could not be admitted", hash=hash_, error=type(error).__name__, exc_info=error)
    return Outcome(entry.number, hash_, Verdict.LATER, (Reason.BUSY,), poison=poison)
