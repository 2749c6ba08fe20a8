"""Which journal lines ask for background work. A name here without a handler in `api/worker.py` fails a test."""

from datetime import timedelta

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
    EventKind.DEVICE_ENROLLED: ("sync.reread_letters", "sync.tell_cards"),
    EventKind.DEVICE_BOUND: ("sync.tell_cards",),
    EventKind.PUSH_RECEIVED: ("sync.audit_signatures",),
    EventKind.LOG_STAMP_ASKED: ("sync.stamp",),
    # media
    EventKind.BLOB_STORED: ("media.derive", "media.second_digest"),
}

JOB_DELAYS: dict[str, timedelta] = {
    # Verifying every signature singly costs more than taking the entries did: tablets that come home together go first.
    "sync.audit_signatures": timedelta(minutes=1),
}
"""Work that nobody waits for, and how long it lets everything else go first."""
