from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from inspection.kernel.canonical import canonical_json
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.ids import uuid7
from inspection.kernel.journal.kinds import JournalEntry
from inspection.kernel.sql import bulk_insert
from inspection.kernel.work.routes import JOB_DELAYS, JOB_ROUTES, OWN_LANES
from inspection.kernel.work.tables import WorkItem

NO_DELAY: Final = timedelta(0)


async def enqueue(entries: Sequence[JournalEntry], lanes: Mapping[str, str]) -> None:
    """Insert the work that these journal lines ask for, in their own transaction."""
    rows = [
        {
            # Out of the line itself: the same journal asks for the same work, in the same order.
            "id": uuid7(entry.at, SeededEntropy(f"{entry.hash.hex()}:{name}")),
            "name": name,
            "lane": _lane(name, lanes.get(entry.stream, entry.stream)),
            "stream": entry.stream,
            "seq": entry.seq,
            "authority": entry.authority,
            "payload": canonical_json(entry.payload).decode(),
            "attempts": 0,
            "not_before": entry.at + JOB_DELAYS.get(name, NO_DELAY),
            "dead": False,
        }
        for entry in entries
        for name in JOB_ROUTES.get(entry.kind, ())
    ]
    await bulk_insert(WorkItem, rows)


def _lane(name: str, lane: str) -> str:
    return f"{name}:{lane}" if name in OWN_LANES else lane
