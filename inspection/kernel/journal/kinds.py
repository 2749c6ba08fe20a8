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
    # authority
    AUTHORITY_FOUNDED = "authority.founded"
    UNIT_OPENED = "unit.opened"
    ACCOUNT_OPENED = "account.opened"
    SIGNED_IN = "account.signed_in"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    # registry
    # planning
    # draw
    # visits
    # publicity
    PUBLICATION_OPENED = "publication.opened"
    PUBLICATION_CLOCK_STARTED = "publication.clock_started"
    PUBLICATION_APPROVED = "publication.approved"
    PUBLICATION_WITHHELD = "publication.withheld"
    WITHHOLDING_LIFTED = "publication.withholding_lifted"
    PUBLICATION_PUBLISHED = "publication.published"
    PUBLICATION_CORRECTED = "publication.corrected"
    # archive
    DOSSIER_SEALED = "dossier.sealed"
    # media
    # sync
    DEVICE_INVITED = "device.invited"
    DEVICE_ENROLLED = "device.enrolled"
    DEVICE_REVOKED = "device.revoked"
    DEVICE_LOG_FORKED = "device.log_forked"
    PUSH_RECEIVED = "device.push_received"


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
    """One line of a stream's chain. `seq` is dense from 1 within the stream; `hash` covers `prev` and the entry's text."""

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
