"""The closed list of what can happen. One line a kind, grouped by room; a kind is never renamed or reused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from inspection.kernel.canonical import JSON


class EventKind(StrEnum):
    """`<subject>.<what happened>`, past tense."""

    # kernel
    CALENDAR_IMPORTED = "calendar.imported"
    HISTORY_STARTED = "history.started"
    BACKUP_ASKED = "backup.asked"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    RETENTION_RAN = "retention.ran"
    # policy
    RULE_SET_KEPT = "rule_set.kept"
    # authority
    AUTHORITY_FOUNDED = "authority.founded"
    UNIT_OPENED = "unit.opened"
    ACCOUNT_OPENED = "account.opened"
    SIGNED_IN = "account.signed_in"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    SIGNED_OUT = "account.signed_out"
    SESSIONS_ENDED = "account.sessions_ended"
    PASSWORD_SET = "account.password_set"  # noqa: S105  what happened
    FACTOR_SET_UP = "account.factor_set_up"
    FACTOR_REMOVED = "account.factor_removed"
    FACTORS_RESET = "account.factors_reset"
    RECOVERY_CODES_MADE = "account.recovery_codes_made"
    # registry
    OBJECTS_IMPORTED = "registry.objects_imported"
    INSPECTORS_IMPORTED = "registry.inspectors_imported"
    INSPECTOR_ADJUSTED = "registry.inspector_adjusted"
    CERTIFICATE_ENTERED = "registry.certificate_entered"
    CERTIFICATE_STATUS_SET = "registry.certificate_status_set"
    ABSENCE_ENTERED = "registry.absence_entered"
    ABSENCE_WITHDRAWN = "registry.absence_withdrawn"
    RELATION_DECLARED = "registry.relation_declared"
    RELATION_ENDED = "registry.relation_ended"
    INSPECTOR_CHANGES_REVIEWED = "registry.inspector_changes_reviewed"
    ITEMS_IMPORTED = "registry.items_imported"
    ITEM_EDITED = "registry.item_edited"
    ITEMS_PUBLISHED = "registry.items_published"
    ITEM_WITHDRAWN = "registry.item_withdrawn"
    CHECKLIST_RELEASED = "registry.checklist_released"
    IMPORT_FINISHED = "registry.import_finished"
    MAPPING_SAVED = "registry.mapping_saved"
    MARKS_IMPORTED = "registry.marks_imported"
    MARK_RECORDED = "registry.mark_recorded"
    MARK_LIFTED = "registry.mark_lifted"
    ENTRIES_IMPORTED = "registry.entries_imported"
    ENTRY_REMOVED = "registry.entry_removed"
    AUTHORITY_CONTACT_SET = "authority.contact_set"
    UNIT_RENAMED = "unit.renamed"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_REOPENED = "account.reopened"
    ACCOUNT_UNLOCKED = "account.unlocked"
    SYSTEM_TOKEN_ISSUED = "system_token.issued"  # noqa: S105  what happened
    SYSTEM_TOKEN_REVOKED = "system_token.revoked"  # noqa: S105  what happened
    INSPECTOR_PHOTO_SET = "inspector.photo_set"
    # planning
    PLAN_DRAFTED = "plan.drafted"
    PLAN_APPROVED = "plan.approved"
    PLAN_RETURNED = "plan.returned"
    PLAN_FILED = "plan.filed"
    PLAN_PUBLISHED = "plan.published"
    HIGHER_PLANS_IMPORTED = "plan.higher_plans_imported"
    TASK_PRESET = "task.preset"
    TASK_APPROVED = "task.approved"
    TASK_RETURNED = "task.returned"
    TASK_REVISED = "task.revised"
    TASK_DRAWN = "task.drawn"
    TASK_REOPENED = "task.reopened"
    TASK_COMPLETED = "task.completed"
    TASK_ASSIGNED = "task.assigned"
    TASK_CANCELLED = "task.cancelled"
    TASK_CLOSED = "task.closed"
    TASK_LIST_FILED = "task.list_filed"
    TASK_ASSISTANTS_ATTACHED = "task.assistants_attached"
    TASK_ASSISTANT_DETACHED = "task.assistant_detached"
    TASK_WARNED = "task.warned"
    PROCEDURE_RELEASED = "procedure.released"
    # draw
    DRAW_PLANNED = "draw.planned"
    DRAW_COMMITTED = "draw.committed"
    DRAW_FEASIBLE = "draw.feasible"
    DRAW_ESCROWED = "draw.escrowed"
    DRAW_FROZEN = "draw.frozen"
    DRAW_DICE_TYPED = "draw.dice_typed"
    DRAW_CONTRIBUTED = "draw.contributed"
    DRAW_SEEDED = "draw.seeded"
    DRAW_EXECUTED = "draw.executed"
    DRAW_MATCHED = "draw.matched"
    DRAW_SEALED = "draw.sealed"
    DRAW_VOID_ASKED = "draw.void_asked"
    DRAW_VOIDED = "draw.voided"
    TICKET_OPENED = "draw.ticket_opened"
    DRAW_SECRETS_READ = "draw.secrets_read"
    DRAW_VERIFIED = "draw.verified"
    DRAW_OPENING = "draw.opening"
    DRAW_CLOSED = "draw.closed"
    DRAW_KEY_ERASED = "draw.key_erased"
    DRAW_KEY_RETURNED = "draw.key_returned"
    DRAW_LINK_ASKED = "draw.link_asked"
    DRAW_CAP_RACE = "draw.cap_race"
    DRAW_CHANGE_ASKED = "draw.change_asked"
    DRAW_CHANGE_APPROVED = "draw.change_approved"
    DRAW_CHANGE_REFUSED = "draw.change_refused"
    DRAW_CHANGE_DICE_TYPED = "draw.change_dice_typed"
    DRAW_CHANGE_SETTLED = "draw.change_settled"
    CHAIN_REGISTERED = "chain.registered"
    CHAIN_LINK_GIVEN = "chain.link_given"
    CHAIN_RETIRED = "chain.retired"
    SUPERVISOR_KEY_REGISTERED = "supervisor_key.registered"
    SUPERVISOR_KEY_RETIRED = "supervisor_key.retired"
    # visits
    VISIT_ASSEMBLED = "visit.assembled"
    VISIT_MERGED = "visit.merged"
    VISITS_ASSEMBLED = "draw.visits_assembled"
    LEADER_NAMED = "visit.leader_named"
    VISIT_UNSEALED = "visit.unsealed"
    VISIT_TEAM_CHANGED = "visit.team_changed"
    VISIT_CANCELLED = "visit.cancelled"
    ENTRIES_ADMITTED = "visit.entries_admitted"
    ENTRIES_KEPT = "visit.entries_kept"
    ENTRIES_READMITTED = "visit.entries_readmitted"
    VISIT_APPROVED = "visit.approved"
    VISIT_RETURNED = "visit.returned"
    LEGAL_REVIEW_ASKED = "visit.legal_review_asked"
    LEGAL_REVIEWED = "visit.legal_reviewed"
    OUTCOME_CORRECTED = "visit.outcome_corrected"
    VISITS_LINKED = "visit.linked"
    VISITS_UNLINKED = "visit.unlinked"
    VISIT_DECIDED = "visit.decided"
    ENTRIES_ERASED = "visit.entries_erased"
    PUBLICATION_AMENDED = "visit.publication_amended"
    CREDENTIAL_GIVEN = "visit.credential_given"
    NUMBERS_RESERVED = "notice.numbers_reserved"
    NOTICE_SERVED = "notice.served"
    NOTICE_OPENED = "notice.opened"
    NOTICE_ACKNOWLEDGED = "notice.acknowledged"
    LATE_FILING_DUE = "visit.late_filing_due"
    LATE_FILING_REMINDED = "visit.late_filing_reminded"
    LATE_FILING_DONE = "visit.late_filing_done"
    LATE_FILING_DISMISSED = "visit.late_filing_dismissed"
    RUN_EXPLAINED = "visit.run_explained"
    REFERRAL_MADE = "referral.made"
    REFERRAL_RECEIVED = "referral.received"
    REFERRAL_REFUSED = "referral.refused"
    REFERRAL_ANSWERED = "referral.answered"
    REFERRAL_CLOSED = "referral.closed"
    RECHECK_ORDERED = "recheck.ordered"
    RECHECK_SETTLED = "recheck.settled"
    RECTIFICATION_ACCEPTED = "rectification.accepted"
    CONCLUSION_ATTACHED = "conclusion.attached"
    CONCLUSION_WITHDRAWN = "conclusion.withdrawn"
    # publicity
    PUBLICATION_OPENED = "publication.opened"
    PUBLICATION_CLOCK_STARTED = "publication.clock_started"
    PUBLICATION_APPROVED = "publication.approved"
    PUBLICATION_WITHHELD = "publication.withheld"
    WITHHOLDING_LIFTED = "publication.withholding_lifted"
    PUBLICATION_PUBLISHED = "publication.published"
    PUBLICATION_CORRECTED = "publication.corrected"
    PUBLICATION_NARROWED = "publication.narrowed"
    PUBLICATION_PICTURED = "publication.pictures_set"
    PUBLICATION_WITHDRAWN = "publication.withdrawn"
    WITHDRAWAL_ASKED = "publication.withdrawal_asked"
    WITHDRAWAL_REFUSED = "publication.withdrawal_refused"
    PENALTY_ENTERED = "penalty.entered"
    PENALTY_ANNULLED = "penalty.annulled"
    CHANNEL_SET = "channel.set"
    CHANNEL_RETIRED = "channel.retired"
    CHANNEL_TRIED = "channel.tried"
    CHANNEL_SECRET_TURNED = "channel.secret_turned"  # noqa: S105  the name of an event
    CHANNEL_REPLAYED = "channel.replayed"
    DELIVERY_MADE = "publication.delivered"
    DELIVERY_GIVEN_UP = "publication.delivery_given_up"
    DELIVERY_ASKED_AGAIN = "publication.delivery_asked_again"
    OBJECTION_RECEIVED = "objection.received"
    OBJECTION_DUE_SET = "objection.due_set"
    OBJECTION_TAKEN = "objection.taken"
    OBJECTION_WITHDRAWN = "objection.withdrawn"
    OBJECTION_DECIDED = "objection.decided"
    OBJECTION_TOLD = "objection.told"
    # the entity's door
    DOOR_GIVEN = "door.given"
    DOOR_OPENED = "door.opened"
    DOOR_LOCKED = "door.locked"
    DOOR_REVOKED = "door.revoked"
    RECTIFICATION_RECEIVED = "rectification.received"
    VISIT_RATED = "visit.rated"
    REMARKS_RECEIVED = "authority.remarks_received"
    # archive
    DOSSIER_SEALED = "dossier.sealed"
    DOSSIER_READ = "dossier.read"
    CUSTODY_NOTED = "custody.noted"
    RETENTION_TERM_ASKED = "retention.term_asked"
    RETENTION_TERM_SET = "retention.term_set"
    # oversight
    ALERT_RAISED = "alert.raised"
    ALERT_SEEN = "alert.seen"
    ALERT_SETTLED = "alert.settled"
    REMINDERS_NOTED = "reminder.noted"
    REMINDER_SEEN = "reminder.seen"
    REPORT_DRAFTED = "report.drafted"
    REPORT_APPROVED = "report.approved"
    REPORT_FILED = "report.filed"
    DILIGENCE_READ = "diligence.read"
    # media
    UPLOAD_CREATED = "upload.created"
    UPLOAD_COMPLETED = "upload.completed"
    UPLOAD_REOPENED = "upload.reopened"
    UPLOAD_REJECTED = "upload.rejected"
    UPLOAD_TERMINATED = "upload.terminated"
    BLOB_STORED = "blob.stored"
    BLOB_HEALED = "blob.healed"
    BLOB_DERIVED = "blob.derived"
    BLOB_SECOND_DIGEST = "blob.second_digest"
    UPLOAD_EXPIRED = "upload.expired"
    BLOB_REPLICATED = "blob.replicated"
    BLOB_DAMAGED = "blob.damaged"
    PUBLIC_COPY_MADE = "blob.public_copy_made"
    MEDIA_HELD = "media.held"
    MEDIA_RELEASED = "media.released"
    MEDIA_COLLECTED = "media.collected"
    # sync
    DEVICE_INVITED = "device.invited"
    DEVICE_ENROLLED = "device.enrolled"
    DEVICE_REVOKED = "device.revoked"
    DEVICE_LOG_FORKED = "device.log_forked"
    PUSH_RECEIVED = "device.push_received"
    DEVICE_BOUND = "device.bound"
    DEVICE_UNBOUND = "device.unbound"
    DEVICE_WIPE_ORDERED = "device.wipe_ordered"
    DEVICE_WIPED = "device.wiped"
    LETTER_SETTLED = "device.letter_settled"
    RESCUE_IMPORTED = "device.rescue_imported"
    LOG_CONTRADICTED = "log.contradicted"
    LOG_STAMP_ASKED = "log.stamp_asked"
    LOG_STAMPED = "log.stamped"
    SERVER_KEY_CHANGED = "server_key.changed"
    LOCK_CHANGED = "server_key.lock_changed"
    SIGNATURES_DOUBTED = "device.signatures_doubted"
    VERIFICATION_ASKED = "verification.asked"
    VERIFICATION_DONE = "verification.done"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it is numbered and chained. Made by `Command.event`."""

    kind: EventKind
    stream: str
    payload: Mapping[str, JSON]
    at: datetime
    actor_id: str
    actor_name: str
    actor_role: str
    authority: UUID | None
    rule_set: str | None
    request_id: str | None
    lane: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of a stream's chain. `seq` is dense from 1 in the stream; `hash` covers `prev` and the entry's text."""

    id: UUID
    stream: str
    seq: int
    kind: EventKind
    at: datetime
    actor_id: str
    actor_name: str
    actor_role: str
    authority: UUID | None
    payload: Mapping[str, JSON]
    text: bytes
    prev: bytes
    hash: bytes
