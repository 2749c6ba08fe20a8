"""Taking entries into custody: all of a push in one transaction, apart when that fails.

What one entry provokes must not cost its neighbours: a push that fails as a whole is tried visit by visit, and a visit
that fails entry by entry.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.commits import asks_for_repeat
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit, storage_is_full, store_is_away
from inspection.visits.entries.admit import Admission, admit_entries
from mobile_contract.push import LogState, Reason, Verdict
from sync.log.queue import queue
from sync.pull.feeds import tell_visits
from sync.pull.removals import removals
from sync.push import store
from sync.push.log_heads import Slot, advance, log_state
from sync.push.outcomes import Told
from sync.push.read_lines import Authentic
from sync.push.verified import Standing, verified

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")


@dataclass(slots=True)
class Taken:
    """What became of the entries, and the logs that they moved, as they stand now."""

    outcomes: list[Told] = field(default_factory=list)
    logs: dict[tuple[UUID, int], LogState] = field(default_factory=dict)


async def take_together(cmd: Command, entries: Sequence[Authentic], carrier: UUID, standing: Standing) -> Taken:
    """Admit entries with all that goes with it: places in their visits, heads of their logs, feeds, the queue of the
    transparency log. Call inside a unit of work (sync.md §2.6).
    """
    admissions = await admit_entries(cmd, verified(entries, standing), carrier, removals=removals)
    fresh = [
        entry
        for entry, admission in zip(entries, admissions, strict=True)
        if admission.verdict is not Verdict.DUPLICATE
    ]
    logs, forks = await _advance_logs(cmd, fresh)
    await queue([entry.entry.text_hash for entry in fresh], cmd.now, cmd.new_id())
    # At once, and behind everything else that is locked: two pushes never wait for each other in a ring.
    await tell_visits(_grown(admissions), cmd.now)
    outcomes = [_outcome(entry, admission, forks) for entry, admission in zip(entries, admissions, strict=True)]
    return Taken(outcomes, logs)


async def take_apart(cmd: Command, entries: Sequence[Authentic], carrier: UUID, standing: Standing) -> Taken:
    """`take_together` for each visit in a unit of its own, and for each entry where that fails."""
    groups: dict[UUID | None, list[Authentic]] = defaultdict(list)
    for entry in entries:
        groups[entry.entry.header.visit].append(entry)
    whole = Taken()
    for group in groups.values():
        for taken in await _take_group(cmd, group, carrier, standing):
            whole.outcomes += taken.outcomes
            whole.logs |= taken.logs
    return whole


async def _take_group(cmd: Command, group: Sequence[Authentic], carrier: UUID, standing: Standing) -> list[Taken]:
    try:
        return [await in_unit(take_together, cmd, group, carrier, standing)]
    except Exception as error:
        if store_is_away(error):
            raise  # no entry provoked it, and each of them would only meet it again
        if len(group) == 1:
            return [Taken([_put_off(group[0], error)])]
    return [taken for entry in group for taken in await _take_group(cmd, [entry], carrier, standing)]


def _grown(admissions: Sequence[Admission]) -> dict[UUID, int]:
    """The visits that have new entries, and the newest number of each."""
    grown: dict[UUID, int] = {}
    for one in admissions:
        if one.verdict is not Verdict.DUPLICATE and one.visit is not None and one.vseq is not None:
            grown[one.visit] = max(grown.get(one.visit, 0), one.vseq)
    return grown


async def _advance_logs(
    cmd: Command, entries: Sequence[Authentic]
) -> tuple[dict[tuple[UUID, int], LogState], frozenset[str]]:
    slots: dict[tuple[UUID, int], list[Slot]] = defaultdict(list)
    for entry in entries:
        header = entry.entry.header
        slots[header.dev, header.ep].append(Slot(header.seq, entry.entry.text_hash, header.prev))
    forks: set[str] = set()
    states: dict[tuple[UUID, int], LogState] = {}
    # Sorted: two pushes that touch the same logs lock them in the same order.
    for device, epoch in sorted(slots):
        states[device, epoch], forked = await _advance_log(cmd, device, epoch, slots[device, epoch])
        forks |= forked
    return states, frozenset(forks)


async def _advance_log(cmd: Command, device: UUID, epoch: int, new: Sequence[Slot]) -> tuple[LogState, frozenset[str]]:
    log_id, head = await store.lock_log(cmd.new_id(), device, epoch)
    before = await store.tail(log_id) if head.top > head.seq else []
    moved = advance(head, before, new)
    waiting = {slot.seq for slot in before}
    added = [(cmd.new_id(), slot) for slot in moved.tail if slot.seq not in waiting]
    if before or added:
        await store.change_tail(log_id, moved.head.seq, added)
    await store.save_log(log_id, moved.head)
    if moved.head.forked and not head.forked:
        hashes = sorted(moved.forks)
        await append(cmd.event(EventKind.DEVICE_LOG_FORKED, f"device:{device}", epoch=epoch, hashes=hashes))
    return log_state(moved.head), moved.forks


def _outcome(entry: Authentic, admission: Admission, forks: frozenset[str]) -> Told:
    hash_ = entry.entry.text_hash
    reasons = tuple(map(Reason, admission.reasons)) if admission.reasons else ()
    verdict = admission.verdict
    if hash_ in forks:
        reasons += (Reason.LOG_FORK,)
        verdict = Verdict.FLAGGED if verdict is Verdict.ACCEPTED else verdict
    return Told(entry.number, hash_, verdict, reasons, admission.visit, admission.vseq)


def _put_off(entry: Authentic, error: Exception) -> Told:
    hash_ = entry.entry.text_hash
    if storage_is_full(error):
        return Told(entry.number, hash_, Verdict.LATER, (Reason.STORAGE,))
    poison = not asks_for_repeat(error)
    if poison:
        # The bytes are kept as a dead letter and a person is told; the device goes on with the rest.
        log.error("entry could not be admitted", hash=hash_, error=type(error).__name__, exc_info=error)
    return Told(entry.number, hash_, Verdict.LATER, (Reason.BUSY,), poison=poison)
