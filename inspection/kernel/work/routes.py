"""Which journal lines ask for background work. A name here without a handler in `api/worker.py` fails a test."""

from inspection.kernel.journal.kinds import EventKind

JOB_ROUTES: dict[EventKind, tuple[str, ...]] = {
    # kernel
    EventKind.CALENDAR_IMPORTED: ("publicity.count_again",),
    # planning
    EventKind.TASK_COMPLETED: ("publicity.count_again",),
    # visits
    EventKind.ENTRIES_KEPT: ("visits.readmit",),
    EventKind.VISIT_APPROVED: ("publicity.open",),
    # sync
    EventKind.PUSH_RECEIVED: ("sync.audit_signatures",),
    # media
    EventKind.BLOB_STORED: ("media.derive",),
}
