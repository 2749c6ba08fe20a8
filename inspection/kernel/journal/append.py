from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.ids import uuid7
from inspection.kernel.journal import store
from inspection.kernel.journal.chain import chained
from inspection.kernel.journal.kinds import Event, EventKind, JournalEntry
from inspection.kernel.unit_of_work import inside_unit
from inspection.kernel.work.enqueue import enqueue

Projection: TypeAlias = Callable[[JournalEntry], Awaitable[None]]

_projections: dict[EventKind, list[Projection]] = defaultdict(list)
# Row ids need no repeatability: the chain is by stream and seq.
_entropy = SystemEntropy()


def install_projection(kind: EventKind, projection: Projection) -> None:
    """Run `projection` inside every transaction that appends `kind`. Installing it twice changes nothing.

    This is how a room above hears of a change in the same commit, without the room below knowing it.
    """
    if projection not in _projections[kind]:
        _projections[kind].append(projection)


def uninstall_projections() -> None:
    """Forget all projections; for tests that install their own."""
    _projections.clear()


async def append(*events: Event) -> list[JournalEntry]:
    """Number, chain and store `events`, enqueue their work and run their projections, in the open unit of work.

    Raises:
        RuntimeError: outside a unit of work.
    """
    if not inside_unit():
        raise RuntimeError("the journal is written inside a unit of work only")
    entries: list[JournalEntry] = []
    by_stream: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_stream[event.stream].append(event)
    # Sorted, so that two commands that touch the same streams cannot wait for each other in a ring.
    for stream in sorted(by_stream):
        entries += await _append_to(stream, by_stream[stream])
    await enqueue(entries, {event.stream: event.lane for event in events})
    for entry in entries:
        for projection in _projections.get(entry.kind, ()):
            await projection(entry)
    return entries


async def lock_stream(stream: str) -> None:
    """Let nobody else write to a stream before the open unit of work ends, without a line of one's own: to look at what
    whoever writes there changes with his line.

    Raises:
        RuntimeError: outside a unit of work.
    """
    if not inside_unit():
        raise RuntimeError("a stream is locked inside a unit of work only")
    await store.lock_head(stream)


async def _append_to(stream: str, events: list[Event]) -> list[JournalEntry]:
    seq, prev = await store.lock_head(stream)
    entries: list[JournalEntry] = []
    for event in events:
        seq += 1
        entry = chained(event, uuid7(event.at, _entropy), seq, prev)
        entries.append(entry)
        prev = entry.hash
    await store.insert_lines(entries)
    await store.move_head(stream, seq, prev)
    return entries
