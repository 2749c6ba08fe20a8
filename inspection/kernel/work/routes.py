"""Which journal lines ask for background work. A name here without a handler in `api/worker.py` fails a test."""

from datetime import timedelta

from inspection.kernel.journal.kinds import EventKind

JOB_ROUTES: dict[EventKind, tuple[str, ...]] = {
    # kernel
    EventKind.CALENDAR_IMPORTED: ("publicity.count_again",),
    EventKind.BACKUP_ASKED: ("kernel.backup",),
    # registry: what tablets were told of people and objects
    EventKind.CERTIFICATE_ENTERED: ("sync.tell_cards",),
    EventKind.CERTIFICATE_STATUS_SET: ("sync.tell_cards",),
    EventKind.INSPECTORS_IMPORTED: ("sync.tell_people",),
    EventKind.OBJECTS_IMPORTED: ("sync.tell_objects",),
    # planning
    EventKind.TASK_COMPLETED: ("publicity.count_again", "publicity.tell"),
    EventKind.PLAN_PUBLISHED: ("publicity.tell",),
    EventKind.DRAW_SEALED: ("publicity.tell",),
    # visits
    EventKind.ENTRIES_KEPT: ("visits.readmit", "visits.note_late_filing"),
    EventKind.VISIT_APPROVED: ("publicity.open", "oversight.watch_visit", "archive.custody", "publicity.tell"),
    EventKind.ENTRIES_ADMITTED: ("archive.custody",),
    EventKind.ENTRIES_READMITTED: ("archive.custody",),
    # publicity, archive
    EventKind.PUBLICATION_PUBLISHED: ("publicity.post", "publicity.credit", "archive.custody", "publicity.tell"),
    EventKind.PUBLICATION_CORRECTED: ("publicity.post", "publicity.credit", "archive.custody", "publicity.tell"),
    EventKind.PUBLICATION_WITHDRAWN: ("publicity.post", "publicity.credit", "archive.custody", "publicity.tell"),
    EventKind.OBJECTION_DECIDED: ("publicity.tell",),
    EventKind.REPORT_FILED: ("publicity.tell",),
    EventKind.PENALTY_ENTERED: ("publicity.credit",),
    EventKind.PENALTY_ANNULLED: ("publicity.credit",),
    EventKind.DOSSIER_SEALED: ("archive.custody", "publicity.tell"),
    # sync
    EventKind.DEVICE_ENROLLED: ("sync.reread_letters", "sync.tell_cards"),
    EventKind.DEVICE_BOUND: ("sync.tell_cards",),
    EventKind.PUSH_RECEIVED: ("sync.audit_signatures",),
    EventKind.LOG_STAMP_ASKED: ("sync.stamp",),
    EventKind.VERIFICATION_ASKED: ("sync.verify_all",),
    # media
    EventKind.BLOB_STORED: ("media.derive", "media.second_digest", "archive.custody"),
    EventKind.BLOB_HEALED: ("archive.custody",),
    EventKind.BLOB_DERIVED: ("archive.custody",),
    EventKind.BLOB_DAMAGED: ("archive.custody",),
    EventKind.PUBLIC_COPY_MADE: ("archive.custody",),
    EventKind.MEDIA_HELD: ("archive.custody",),
    EventKind.MEDIA_RELEASED: ("archive.custody",),
    EventKind.UPLOAD_REJECTED: ("archive.custody",),
}

JOB_DELAYS: dict[str, timedelta] = {
    # Verifying every signature singly costs more than taking the entries did: tablets that come home together go first.
    "sync.audit_signatures": timedelta(minutes=1),
    # It costs five times what taking the file in did: tablets that bring a day's photos go first.
    "media.second_digest": timedelta(minutes=1),
    # Whoever reads or hands out a chain of custody brings it up to date first.
    "archive.custody": timedelta(minutes=1),
}
"""Work that nobody waits for, and how long it lets everything else go first."""

OWN_LANES = frozenset({"archive.custody", "media.second_digest", "publicity.tell"})
"""Work that goes beside the other work of its stream: nothing waits for it, and it waits for nothing."""
