from collections.abc import Collection
from dataclasses import replace

from inspection.kernel.journal import store
from inspection.kernel.journal.chain import GENESIS, ChainReport, check_chain
from inspection.kernel.journal.kinds import EventKind, JournalEntry

PAGE = 1000


async def read(stream: str, after: int = 0, limit: int = PAGE) -> list[JournalEntry]:
    """Lines of `stream` with seq > `after`, in order, at most `limit`."""
    return await store.lines(stream, after, limit)


async def read_kind(stream: str, kind: EventKind) -> list[JournalEntry]:
    """All lines of one kind in `stream`, in order; for kinds that are rare."""
    return await store.lines_of_kind(stream, kind.value)


async def newest_of(kind: EventKind) -> JournalEntry | None:
    """The newest line of a kind in all streams; None when there is none."""
    newest = await store.newest_of_kind(kind.value, 1)
    return newest[0] if newest else None


async def read_all(streams: Collection[str]) -> dict[str, list[JournalEntry]]:
    """All lines of many streams, by stream; for streams that are short. Those without any line are left out."""
    found: dict[str, list[JournalEntry]] = {}
    for line in await store.lines_of_streams(sorted(set(streams))) if streams else ():
        found.setdefault(line.stream, []).append(line)
    return found


async def verify(stream: str) -> ChainReport:
    """Re-hash the whole stream from its genesis, page by page, and compare its end with the head that was kept."""
    report = ChainReport(stream, 0, GENESIS, None)
    while report.ok and (page := await store.lines(stream, report.length, PAGE)):
        report = check_chain(stream, page, report.length, report.head)
    seq, head = await store.head(stream)
    if report.ok and (seq, head) != (report.length, report.head):
        # The chain is whole but shorter (or other) than its head says: its tail was cut off.
        return replace(report, broken_at=report.length + 1)
    return report
