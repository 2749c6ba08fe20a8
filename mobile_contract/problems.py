"""The closed list of problem codes: every error a client can meet, with its HTTP status and its stable type.

A code is the last part of the `type` of an RFC 9457 problem document and never changes its meaning once
released. The verdict on one entry of a push is never a problem: it is a value (`push.Verdict`).
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ProblemCode(StrEnum):
    """Stable slugs, grouped by the room that raises them."""

    # any request
    MALFORMED = "malformed"
    INVALID = "invalid"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    CONFLICT = "conflict"
    REFUSED = "refused"
    STALE_SCREEN = "stale-screen"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    INTERNAL = "internal"

    # limits
    TOO_LARGE = "too-large"
    TOO_MANY_REQUESTS = "too-many-requests"
    REQUEST_TIMEOUT = "request-timeout"
    BUSY = "busy"
    STORAGE_FULL = "storage-full"

    # authority: who may do what
    UNAUTHENTICATED = "unauthenticated"
    TOKEN_INVALID = "token-invalid"  # noqa: S105 -- a slug
    LOGIN_FAILED = "login-failed"
    SECOND_FACTOR_NEEDED = "second-factor-needed"
    SIGN_IN_AT_DESK = "sign-in-at-desk"
    FORBIDDEN = "forbidden"
    ACCOUNT_UNKNOWN = "account-unknown"
    ACCOUNT_TAKEN = "account-taken"
    WEAK_PASSWORD = "weak-password"  # noqa: S105 -- a slug
    SAME_PERSON = "same-person"

    # registry and its imports
    IMPORT_UNREADABLE = "import-unreadable"
    IMPORT_EMPTY = "import-empty"
    IMPORT_COLUMN_MISSING = "import-column-missing"
    IMPORT_TOO_LARGE = "import-too-large"
    IMPORT_UNKNOWN = "import-unknown"
    OBJECT_UNKNOWN = "object-unknown"
    INSPECTOR_UNKNOWN = "inspector-unknown"
    CERTIFICATE_INVALID = "certificate-invalid"
    ITEM_UNKNOWN = "item-unknown"
    CHECKLIST_UNKNOWN = "checklist-unknown"
    CHECKLIST_IMMUTABLE = "checklist-immutable"
    RULE_SET_UNKNOWN = "rule-set-unknown"

    # annual plan
    PLAN_UNKNOWN = "plan-unknown"
    PLAN_EXISTS = "plan-exists"
    PLAN_RULE_BROKEN = "plan-rule-broken"
    PLAN_NOT_OPEN = "plan-not-open"
    PLAN_NOT_APPROVED = "plan-not-approved"

    # task
    TASK_UNKNOWN = "task-unknown"
    TASK_RULE_BROKEN = "task-rule-broken"
    TASK_NOT_OPEN = "task-not-open"
    TASK_NOT_APPROVED = "task-not-approved"

    # draw
    DRAW_UNKNOWN = "draw-unknown"
    DRAW_WRONG_STEP = "draw-wrong-step"
    DRAW_FRAME_EMPTY = "draw-frame-empty"
    DRAW_TOO_FEW_INSPECTORS = "draw-too-few-inspectors"
    DRAW_CONTRIBUTION_MISSING = "draw-contribution-missing"
    DRAW_CONTRIBUTION_INVALID = "draw-contribution-invalid"
    DRAW_NOT_REPRODUCIBLE = "draw-not-reproducible"
    TICKET_UNKNOWN = "ticket-unknown"

    # visit
    VISIT_UNKNOWN = "visit-unknown"
    VISIT_SEALED = "visit-sealed"
    VISIT_WRONG_STEP = "visit-wrong-step"
    LEADER_MISSING = "leader-missing"
    LEADER_NOT_IN_TEAM = "leader-not-in-team"

    # review
    RECORD_INCOMPLETE = "record-incomplete"
    RECORD_IN_CONFLICT = "record-in-conflict"
    MEDIA_MISSING = "media-missing"
    RUN_UNEXPLAINED = "run-unexplained"

    # publication
    PUBLICATION_UNKNOWN = "publication-unknown"
    PUBLICATION_EXISTS = "publication-exists"
    PUBLICATION_NOT_READY = "publication-not-ready"
    PUBLICATION_WITHDRAWN = "publication-withdrawn"
    PENALTY_UNKNOWN = "penalty-unknown"

    OBJECTION_UNKNOWN = "objection-unknown"
    OBJECTION_WRONG_STEP = "objection-wrong-step"
    NOTICE_TOO_EARLY = "notice-too-early"
    DOOR_CLOSED = "door-closed"
    FILING_UNKNOWN = "filing-unknown"

    # oversight
    ALERT_UNKNOWN = "alert-unknown"
    REPORT_UNKNOWN = "report-unknown"

    # archive
    DOSSIER_UNKNOWN = "dossier-unknown"
    DOSSIER_NOT_READY = "dossier-not-ready"

    # media
    UPLOAD_UNKNOWN = "upload-unknown"
    UPLOAD_OFFSET = "upload-offset"
    UPLOAD_BUSY = "upload-busy"
    UPLOAD_METADATA = "upload-metadata"
    TUS_VERSION = "tus-version"
    DIGEST_MISMATCH = "digest-mismatch"
    MEDIA_UNKNOWN = "media-unknown"
    CHECKSUM_MISMATCH = "checksum-mismatch"
    UPLOAD_QUOTA = "upload-quota"

    # devices and synchronisation
    ENROLMENT_CODE_INVALID = "enrolment-code-invalid"
    ENROLMENT_PROOF_INVALID = "enrolment-proof-invalid"
    DEVICE_UNKNOWN = "device-unknown"
    DEVICE_REVOKED = "device-revoked"
    ENCODING_UNSUPPORTED = "encoding-unsupported"
    CURSOR_INVALID = "cursor-invalid"
    CURSOR_AHEAD = "cursor-ahead"
    HISTORY_CHANGED = "history-changed"
    PROOF_REQUIRED = "proof-required"
    PROOF_INVALID = "proof-invalid"
    CLIENT_TOO_OLD = "client-too-old"
    DEVICE_WIPE = "device-wipe"
    RESCUE_UNREADABLE = "rescue-unreadable"
    LETTER_UNKNOWN = "letter-unknown"
    LETTER_SETTLED = "letter-settled"
    ENTRY_UNKNOWN = "entry-unknown"
    TREE_SIZE_UNKNOWN = "tree-size-unknown"
    VISITS_NOT_LINKABLE = "visits-not-linkable"

    @property
    def status(self) -> int:
        """The HTTP status this problem is answered with."""
        return STATUS[self]

    @property
    def type(self) -> str:
        """The `type` of the problem document: a reference relative to the service (RFC 9457 §3.1.1)."""
        return f"/problems/{self.value}"


_BY_STATUS: Final[dict[int, tuple[ProblemCode, ...]]] = {
    400: (
        ProblemCode.MALFORMED,
        ProblemCode.CURSOR_INVALID,
        ProblemCode.UPLOAD_METADATA,
    ),
    401: (
        ProblemCode.UNAUTHENTICATED,
        ProblemCode.TOKEN_INVALID,
        ProblemCode.LOGIN_FAILED,
        ProblemCode.SECOND_FACTOR_NEEDED,
        ProblemCode.PROOF_REQUIRED,
        ProblemCode.PROOF_INVALID,
    ),
    403: (
        ProblemCode.FORBIDDEN,
        ProblemCode.SAME_PERSON,
        ProblemCode.SIGN_IN_AT_DESK,
        ProblemCode.VISIT_SEALED,
        ProblemCode.ENROLMENT_CODE_INVALID,
        ProblemCode.ENROLMENT_PROOF_INVALID,
        ProblemCode.DEVICE_REVOKED,
        ProblemCode.DEVICE_WIPE,
    ),
    404: (
        ProblemCode.NOT_FOUND,
        ProblemCode.ACCOUNT_UNKNOWN,
        ProblemCode.IMPORT_UNKNOWN,
        ProblemCode.OBJECT_UNKNOWN,
        ProblemCode.INSPECTOR_UNKNOWN,
        ProblemCode.ITEM_UNKNOWN,
        ProblemCode.CHECKLIST_UNKNOWN,
        ProblemCode.RULE_SET_UNKNOWN,
        ProblemCode.PLAN_UNKNOWN,
        ProblemCode.TASK_UNKNOWN,
        ProblemCode.DRAW_UNKNOWN,
        ProblemCode.TICKET_UNKNOWN,
        ProblemCode.VISIT_UNKNOWN,
        ProblemCode.PUBLICATION_UNKNOWN,
        ProblemCode.PENALTY_UNKNOWN,
        ProblemCode.OBJECTION_UNKNOWN,
        ProblemCode.FILING_UNKNOWN,
        ProblemCode.ALERT_UNKNOWN,
        ProblemCode.REPORT_UNKNOWN,
        ProblemCode.DOSSIER_UNKNOWN,
        ProblemCode.UPLOAD_UNKNOWN,
        ProblemCode.MEDIA_UNKNOWN,
        ProblemCode.DEVICE_UNKNOWN,
        ProblemCode.LETTER_UNKNOWN,
        ProblemCode.ENTRY_UNKNOWN,
        ProblemCode.TREE_SIZE_UNKNOWN,
    ),
    405: (ProblemCode.METHOD_NOT_ALLOWED,),
    408: (ProblemCode.REQUEST_TIMEOUT,),
    409: (
        ProblemCode.CONFLICT,
        ProblemCode.ACCOUNT_TAKEN,
        ProblemCode.CHECKLIST_IMMUTABLE,
        ProblemCode.PLAN_EXISTS,
        ProblemCode.PLAN_NOT_OPEN,
        ProblemCode.PLAN_NOT_APPROVED,
        ProblemCode.TASK_NOT_OPEN,
        ProblemCode.TASK_NOT_APPROVED,
        ProblemCode.DRAW_WRONG_STEP,
        ProblemCode.DRAW_FRAME_EMPTY,
        ProblemCode.DRAW_TOO_FEW_INSPECTORS,
        ProblemCode.DRAW_CONTRIBUTION_MISSING,
        ProblemCode.DRAW_NOT_REPRODUCIBLE,
        ProblemCode.VISIT_WRONG_STEP,
        ProblemCode.LEADER_MISSING,
        ProblemCode.RECORD_INCOMPLETE,
        ProblemCode.RECORD_IN_CONFLICT,
        ProblemCode.MEDIA_MISSING,
        ProblemCode.RUN_UNEXPLAINED,
        ProblemCode.PUBLICATION_EXISTS,
        ProblemCode.PUBLICATION_NOT_READY,
        ProblemCode.OBJECTION_WRONG_STEP,
        ProblemCode.NOTICE_TOO_EARLY,
        ProblemCode.DOOR_CLOSED,
        ProblemCode.DOSSIER_NOT_READY,
        ProblemCode.UPLOAD_OFFSET,
        ProblemCode.CURSOR_AHEAD,
        ProblemCode.HISTORY_CHANGED,
        ProblemCode.LETTER_SETTLED,
        ProblemCode.VISITS_NOT_LINKABLE,
    ),
    410: (ProblemCode.PUBLICATION_WITHDRAWN,),
    412: (ProblemCode.STALE_SCREEN, ProblemCode.TUS_VERSION),
    413: (ProblemCode.TOO_LARGE, ProblemCode.IMPORT_TOO_LARGE),
    415: (ProblemCode.UNSUPPORTED_MEDIA_TYPE, ProblemCode.ENCODING_UNSUPPORTED),
    422: (
        ProblemCode.INVALID,
        ProblemCode.REFUSED,
        ProblemCode.WEAK_PASSWORD,
        ProblemCode.IMPORT_UNREADABLE,
        ProblemCode.IMPORT_EMPTY,
        ProblemCode.IMPORT_COLUMN_MISSING,
        ProblemCode.CERTIFICATE_INVALID,
        ProblemCode.PLAN_RULE_BROKEN,
        ProblemCode.TASK_RULE_BROKEN,
        ProblemCode.DRAW_CONTRIBUTION_INVALID,
        ProblemCode.LEADER_NOT_IN_TEAM,
        ProblemCode.DIGEST_MISMATCH,
        ProblemCode.RESCUE_UNREADABLE,
    ),
    423: (ProblemCode.UPLOAD_BUSY,),
    460: (ProblemCode.CHECKSUM_MISMATCH,),
    426: (ProblemCode.CLIENT_TOO_OLD,),
    429: (ProblemCode.TOO_MANY_REQUESTS,),
    500: (ProblemCode.INTERNAL,),
    503: (ProblemCode.BUSY, ProblemCode.UPLOAD_QUOTA),
    507: (ProblemCode.STORAGE_FULL,),
}

STATUS: Final = MappingProxyType({code: status for status, codes in _BY_STATUS.items() for code in codes})
