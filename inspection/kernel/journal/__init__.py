"""全程留痕: the append-only, hash-chained journal: audit trail, outbox of background work and change feed at once.

Every stream (`visit:<id>`, `draw:<id>`, …) has its own dense numbering and its own chain, taken under the lock of its
head row in the writing transaction: readers of a stream never miss a line that committed late, and streams do not wait
for one another.
"""

from inspection.kernel.journal.append import append, install_projection, lock_stream, uninstall_projections
from inspection.kernel.journal.chain import ChainReport, check_chain
from inspection.kernel.journal.kinds import Event, EventKind, JournalEntry
from inspection.kernel.journal.read import newest_of, read, read_all, read_kind, verify

__all__ = [
    "ChainReport",
    "Event",
    "EventKind",
    "JournalEntry",
    "append",
    "check_chain",
    "install_projection",
    "lock_stream",
    "newest_of",
    "read",
    "read_all",
    "read_kind",
    "uninstall_projections",
    "verify",
]
