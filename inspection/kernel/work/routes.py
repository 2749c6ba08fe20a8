"""Which journal lines ask for background work. A name here without a handler in `api/worker.py` fails a test."""

from inspection.kernel.journal.kinds import EventKind

JOB_ROUTES: dict[EventKind, tuple[str, ...]] = {
    # media
    EventKind.BLOB_STORED: ("media.derive",),
}
