"""Who may do what: one table, role × action. Every route declares its action; `tests/golden/permits.txt` prints it.

A row with `Role.PUBLIC` is open to anybody. Everything else needs a token, and the token's role must be in the row.
What the table cannot say (only the leader named for this visit, never the same person twice) is a rule of the rooms.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Role
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode


class Action(StrEnum):
    """Everything a request can ask for, `<subject>.<verb>`. A route names its action in `opt={"action": …}`."""

    # anybody
    HEALTH_READ = "health.read"
    REFERENCE_READ = "reference.read"
    PUBLIC_READ = "public.read"
    SESSION_OPEN = "session.open"
    DEVICE_ENROL = "device.enrol"
    TIME_READ = "time.read"
    TABLET_READ = "tablet.read"
    # a signed-in person
    SESSION_READ = "session.read"
    SESSION_CLOSE = "session.close"
    # registry
    REGISTRY_IMPORT = "registry.import"
    REGISTRY_READ = "registry.read"
    REGISTRY_EXPORT = "registry.export"
    MARK_RECORD = "mark.record"
    INSPECTOR_READ = "inspector.read"
    INSPECTOR_KEEP = "inspector.keep"
    INSPECTOR_DECLARE = "inspector.declare"
    INSPECTOR_REVIEW = "inspector.review"
    ITEMS_PUBLISH = "items.publish"
    # planning
    PLAN_READ = "plan.read"
    PLAN_DRAFT = "plan.draft"
    PLAN_APPROVE = "plan.approve"
    PLAN_FILE = "plan.file"
    PLAN_PUBLISH = "plan.publish"
    HIGHER_PLANS_IMPORT = "higher_plans.import"
    TASK_READ = "task.read"
    TASK_PRESET = "task.preset"
    TASK_REVIEW = "task.review"
    TASK_ASSIGN = "task.assign"
    TASK_END = "task.end"
    TASK_FILE = "task.file"
    PROCEDURE_RELEASE = "procedure.release"
    LEDGER_READ = "ledger.read"
    # draw
    DRAW_READ = "draw.read"
    DRAW_PLAN = "draw.plan"
    DRAW_CHECK = "draw.check"
    DRAW_COMMIT = "draw.commit"
    DRAW_FREEZE = "draw.freeze"
    DRAW_ASK_LINK = "draw.ask_link"
    DRAW_CONTRIBUTE = "draw.contribute"
    DRAW_EXECUTE = "draw.execute"
    DRAW_SEAL = "draw.seal"
    DRAW_ASK_VOID = "draw.ask_void"
    DRAW_VOID = "draw.void"
    DRAW_READ_SECRETS = "draw.read_secrets"
    DRAW_VERIFY = "draw.verify"
    DRAW_CLOSE = "draw.close"
    DRAW_RETURN_KEY = "draw.return_key"
    DRAW_OBJECT_CODE = "draw.object_code"
    DRAW_REVEAL = "draw.reveal"
    SUPERVISION_READ = "supervision.read"
    SUPERVISION_KEEP = "supervision.keep"
    # changes after the draw
    CHANGE_READ = "change.read"
    CHANGE_ASK = "change.ask"
    CHANGE_ASK_OBJECT = "change.ask_object"
    CHANGE_DECIDE = "change.decide"
    CHANGE_SETTLE = "change.settle"
    # visits
    VISIT_READ = "visit.read"
    MEDIA_READ = "media.read"
    MEDIA_REDACT = "media.redact"
    MEDIA_HOLD = "media.hold"
    SIGNATURE_READ = "signature.read"
    PAPER_READ = "paper.read"
    CREDENTIAL_CHECK = "credential.check"
    NOTICE_READ = "notice.read"
    NOTICE_SERVE = "notice.serve"
    DOOR_KEEP = "door.keep"
    DOOR_OPEN = "door.open"
    RECTIFICATION_READ = "rectification.read"
    RECTIFICATION_SETTLE = "rectification.settle"
    FOLLOW_UP_READ = "follow_up.read"
    REFERRAL_MAKE = "referral.make"
    REFERRAL_ANSWER = "referral.answer"
    RECHECK_ORDER = "recheck.order"
    CONCLUSION_ATTACH = "conclusion.attach"
    REMARK_READ = "remark.read"
    LATE_FILING_READ = "late_filing.read"
    LATE_FILING_FILE = "late_filing.file"
    AUTHORITY_KEEP = "authority.keep"
    CUSTODY_READ = "custody.read"
    EVIDENCE_EXPORT = "evidence.export"
    VISIT_ASSEMBLE = "visit.assemble"
    VISIT_NAME_LEADER = "visit.name_leader"
    VISIT_UNSEAL = "visit.unseal"
    VISIT_REVIEW = "visit.review"
    REVIEW_READ = "review.read"
    VISIT_REVIEW_LEGALLY = "visit.review_legally"
    VISIT_DECIDE = "visit.decide"
    VISIT_LINK = "visit.link"
    VISIT_AMEND = "visit.amend"
    ENTRY_ERASE = "entry.erase"
    # publicity
    PUBLICATION_APPROVE = "publication.approve"
    PUBLICATION_WITHHOLD = "publication.withhold"
    PUBLICATION_PUBLISH = "publication.publish"
    PUBLICATION_WITHDRAW = "publication.withdraw"
    WITHDRAWAL_ASK = "withdrawal.ask"
    PENALTY_READ = "penalty.read"
    PENALTY_ENTER = "penalty.enter"
    PENALTY_ANNUL = "penalty.annul"
    CHANNEL_KEEP = "channel.keep"
    DELIVERY_READ = "delivery.read"
    DELIVERY_REPEAT = "delivery.repeat"
    OBJECTION_READ = "objection.read"
    OBJECTION_RECEIVE = "objection.receive"
    OBJECTION_REVIEW = "objection.review"
    # archive
    DOSSIER_SEAL = "dossier.seal"
    DOSSIER_READ = "dossier.read"
    DOSSIER_LOG = "dossier.log"
    # devices, from the office
    DEVICE_INVITE = "device.invite"
    DEVICE_READ = "device.read"
    DEVICE_REVOKE = "device.revoke"
    DEVICE_BIND = "device.bind"
    DEVICE_WIPE = "device.wipe"
    LETTER_READ = "letter.read"
    LETTER_SETTLE = "letter.settle"
    RESCUE_IMPORT = "rescue.import"
    # oversight
    JOURNAL_READ = "journal.read"
    DUE_READ = "due.read"
    OVERDUE_READ = "overdue.read"
    ALERT_READ = "alert.read"
    ALERT_SETTLE = "alert.settle"
    REMINDER_READ = "reminder.read"
    REMINDER_SEE = "reminder.see"
    STATISTICS_READ = "statistics.read"
    REPORT_READ = "report.read"
    REPORT_DRAFT = "report.draft"
    REPORT_APPROVE = "report.approve"
    REPORT_FILE = "report.file"
    DILIGENCE_READ = "diligence.read"
    # an enrolled tablet
    SYNC_PUSH = "sync.push"
    SYNC_PULL = "sync.pull"
    DEVICE_SELF = "device.self"
    LOG_READ = "log.read"
    MEDIA_UPLOAD = "media.upload"


Staff: TypeAlias = Literal[
    Role.ADMIN,
    Role.PLANNER,
    Role.SECTION_HEAD,
    Role.APPROVER,
    Role.LEADER,
    Role.INSPECTOR,
    Role.SUPERVISOR,
    Role.LEGAL,
]
"""Roles of people: nobody signs in as a tablet, as background work or as anybody."""
STAFF: Final[frozenset[Role]] = frozenset(get_args(Staff))
"""Everybody who signs in with a password."""

_ANYBODY: Final = frozenset({Role.PUBLIC})
_DEVICE: Final = frozenset({Role.DEVICE})

# The draw's read side says nothing about a drawn object before its visit is unsealed, whoever reads it.
PERMITS: Final[Mapping[Action, frozenset[Role]]] = MappingProxyType(
    {
        Action.HEALTH_READ: _ANYBODY,
        Action.REFERENCE_READ: _ANYBODY,
        Action.PUBLIC_READ: _ANYBODY,
        Action.SESSION_OPEN: _ANYBODY,
        Action.DEVICE_ENROL: _ANYBODY,
        Action.TIME_READ: _ANYBODY,
        Action.TABLET_READ: _ANYBODY,
        Action.SESSION_READ: STAFF,
        Action.SESSION_CLOSE: STAFF,
        Action.REGISTRY_IMPORT: frozenset({Role.ADMIN, Role.PLANNER}),
        Action.REGISTRY_READ: STAFF,
        Action.REGISTRY_EXPORT: frozenset({Role.ADMIN, Role.PLANNER, Role.SUPERVISOR}),
        Action.MARK_RECORD: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.LEGAL}),
        # Interests and absences are for those who keep the register or answer for it.
        Action.INSPECTOR_READ: STAFF - {Role.LEADER, Role.INSPECTOR},
        Action.INSPECTOR_KEEP: frozenset({Role.ADMIN, Role.PLANNER, Role.SECTION_HEAD}),
        Action.INSPECTOR_DECLARE: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.LEADER, Role.INSPECTOR}),
        Action.INSPECTOR_REVIEW: frozenset({Role.LEGAL}),
        Action.ITEMS_PUBLISH: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.PLAN_READ: STAFF,
        Action.PLAN_DRAFT: frozenset({Role.PLANNER}),
        Action.PLAN_APPROVE: frozenset({Role.APPROVER}),
        Action.PLAN_FILE: frozenset({Role.PLANNER, Role.LEGAL}),
        Action.PLAN_PUBLISH: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.HIGHER_PLANS_IMPORT: frozenset({Role.PLANNER}),
        Action.TASK_READ: STAFF,
        Action.TASK_PRESET: frozenset({Role.PLANNER}),
        Action.TASK_REVIEW: frozenset({Role.SECTION_HEAD, Role.APPROVER}),
        Action.TASK_ASSIGN: frozenset({Role.PLANNER, Role.SECTION_HEAD}),
        Action.TASK_END: frozenset({Role.SECTION_HEAD, Role.APPROVER}),
        Action.TASK_FILE: frozenset({Role.PLANNER, Role.LEGAL}),
        Action.PROCEDURE_RELEASE: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.LEDGER_READ: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        Action.DRAW_READ: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        Action.DRAW_PLAN: frozenset({Role.PLANNER}),
        Action.DRAW_CHECK: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER}),
        Action.DRAW_COMMIT: frozenset({Role.SUPERVISOR}),
        # Two pairs of eyes: who planned the draw neither freezes nor seals it.
        Action.DRAW_FREEZE: frozenset({Role.SECTION_HEAD, Role.APPROVER}),
        Action.DRAW_ASK_LINK: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER}),
        Action.DRAW_CONTRIBUTE: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.SUPERVISOR, Role.LEGAL}),
        Action.DRAW_EXECUTE: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER}),
        Action.DRAW_SEAL: frozenset({Role.SECTION_HEAD, Role.APPROVER}),
        Action.DRAW_ASK_VOID: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.SUPERVISOR}),
        Action.DRAW_VOID: frozenset({Role.APPROVER}),
        Action.DRAW_READ_SECRETS: frozenset({Role.SUPERVISOR}),
        Action.DRAW_VERIFY: frozenset({Role.SUPERVISOR}),
        Action.DRAW_CLOSE: frozenset({Role.SECTION_HEAD, Role.APPROVER}),
        Action.DRAW_RETURN_KEY: frozenset({Role.SUPERVISOR}),
        Action.DRAW_OBJECT_CODE: frozenset({Role.SECTION_HEAD, Role.SUPERVISOR, Role.LEGAL}),
        Action.DRAW_REVEAL: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.SUPERVISION_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}
        ),
        Action.SUPERVISION_KEEP: frozenset({Role.SUPERVISOR}),
        Action.CHANGE_READ: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        # Which inspector, which visit: the rooms let only those ask who are concerned, lead it or head the section.
        Action.CHANGE_ASK: frozenset({Role.SECTION_HEAD, Role.LEADER, Role.INSPECTOR}),
        Action.CHANGE_ASK_OBJECT: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.LEADER}),
        Action.CHANGE_DECIDE: frozenset({Role.SECTION_HEAD, Role.APPROVER}),
        Action.CHANGE_SETTLE: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.SUPERVISOR, Role.LEGAL}),
        Action.VISIT_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}
        ),
        Action.MEDIA_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}),
        Action.MEDIA_REDACT: frozenset({Role.SECTION_HEAD, Role.LEADER, Role.LEGAL}),
        Action.MEDIA_HOLD: frozenset({Role.SUPERVISOR, Role.LEGAL}),
        # A drawn signature is personal data of its own kind: those who review the record, and who judges it by law.
        Action.SIGNATURE_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}),
        Action.PAPER_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}),
        Action.CREDENTIAL_CHECK: STAFF,
        Action.NOTICE_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}),
        Action.NOTICE_SERVE: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        Action.DOOR_KEEP: frozenset({Role.SECTION_HEAD, Role.LEADER, Role.LEGAL}),
        Action.DOOR_OPEN: _ANYBODY,
        Action.RECTIFICATION_READ: frozenset(
            {Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}
        ),
        # A leader settles and attaches what belongs to the visits that he leads: the room sees to that.
        Action.RECTIFICATION_SETTLE: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        Action.FOLLOW_UP_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}
        ),
        Action.REFERRAL_MAKE: frozenset({Role.SECTION_HEAD, Role.LEGAL}),
        Action.REFERRAL_ANSWER: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.LEGAL}),
        # Whoever orders a re-check does not approve its task: the room sees to that.
        Action.RECHECK_ORDER: frozenset({Role.PLANNER, Role.SECTION_HEAD}),
        Action.CONCLUSION_ATTACH: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        # What a party says without its name is not for those whom it speaks of.
        Action.REMARK_READ: frozenset({Role.SUPERVISOR}),
        Action.LATE_FILING_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR}
        ),
        Action.LATE_FILING_FILE: frozenset({Role.PLANNER, Role.SECTION_HEAD}),
        Action.AUTHORITY_KEEP: frozenset({Role.ADMIN}),
        Action.CUSTODY_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}),
        Action.EVIDENCE_EXPORT: frozenset({Role.SUPERVISOR, Role.LEGAL}),
        Action.VISIT_ASSEMBLE: frozenset({Role.PLANNER, Role.SECTION_HEAD}),
        Action.VISIT_NAME_LEADER: frozenset({Role.SECTION_HEAD}),
        Action.VISIT_UNSEAL: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        Action.VISIT_REVIEW: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        Action.REVIEW_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}
        ),
        # Never somebody of the team, nor who approved it: the room sees to that.
        Action.VISIT_REVIEW_LEGALLY: frozenset({Role.LEGAL}),
        Action.VISIT_DECIDE: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        Action.VISIT_LINK: frozenset({Role.SECTION_HEAD, Role.LEADER}),
        Action.VISIT_AMEND: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.ENTRY_ERASE: frozenset({Role.ADMIN}),
        Action.PUBLICATION_APPROVE: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.PUBLICATION_WITHHOLD: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.PUBLICATION_PUBLISH: frozenset({Role.PLANNER, Role.APPROVER}),
        # Never who asked: the room sees to that.
        Action.PUBLICATION_WITHDRAW: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.WITHDRAWAL_ASK: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEGAL}),
        Action.PENALTY_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}
        ),
        Action.PENALTY_ENTER: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.LEADER}),
        Action.PENALTY_ANNUL: frozenset({Role.SECTION_HEAD, Role.LEGAL}),
        Action.CHANNEL_KEEP: frozenset({Role.ADMIN}),
        Action.DELIVERY_READ: frozenset({Role.ADMIN, Role.PLANNER, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        Action.DELIVERY_REPEAT: frozenset({Role.ADMIN, Role.PLANNER}),
        Action.OBJECTION_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL}),
        Action.OBJECTION_RECEIVE: frozenset({Role.SECTION_HEAD, Role.LEGAL}),
        # Never somebody of the visit's team: the room sees to that.
        Action.OBJECTION_REVIEW: frozenset({Role.APPROVER, Role.LEGAL}),
        Action.DOSSIER_SEAL: frozenset({Role.PLANNER, Role.LEGAL}),
        Action.DOSSIER_READ: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        Action.DOSSIER_LOG: frozenset({Role.SUPERVISOR, Role.LEGAL}),
        Action.DEVICE_INVITE: frozenset({Role.ADMIN, Role.SECTION_HEAD}),
        Action.DEVICE_READ: frozenset({Role.ADMIN, Role.SECTION_HEAD, Role.SUPERVISOR}),
        Action.DEVICE_REVOKE: frozenset({Role.ADMIN, Role.SECTION_HEAD}),
        Action.DEVICE_BIND: frozenset({Role.ADMIN, Role.SECTION_HEAD}),
        Action.DEVICE_WIPE: frozenset({Role.ADMIN, Role.SECTION_HEAD}),
        Action.LETTER_READ: frozenset({Role.ADMIN, Role.SECTION_HEAD, Role.SUPERVISOR}),
        Action.LETTER_SETTLE: frozenset({Role.ADMIN}),
        Action.RESCUE_IMPORT: frozenset({Role.ADMIN, Role.SECTION_HEAD}),
        Action.JOURNAL_READ: frozenset({Role.SUPERVISOR}),
        Action.DUE_READ: STAFF - {Role.INSPECTOR},
        Action.OVERDUE_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        # Which alerts: what is about those who head and approve is for supervision and the legal office.
        Action.ALERT_READ: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        Action.ALERT_SETTLE: frozenset({Role.SECTION_HEAD, Role.APPROVER, Role.LEGAL}),
        Action.REMINDER_READ: STAFF,
        # Nothing waits for those who only watch.
        Action.REMINDER_SEE: STAFF - {Role.SUPERVISOR},
        Action.STATISTICS_READ: frozenset(
            {Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}
        ),
        Action.REPORT_READ: frozenset({Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL}),
        Action.REPORT_DRAFT: frozenset({Role.PLANNER, Role.LEGAL}),
        Action.REPORT_APPROVE: frozenset({Role.APPROVER}),
        Action.REPORT_FILE: frozenset({Role.PLANNER, Role.LEGAL}),
        # Of oneself; a head also of the section, supervision of all: the room sees to that.
        Action.DILIGENCE_READ: STAFF,
        Action.SYNC_PUSH: _DEVICE,
        Action.SYNC_PULL: _DEVICE,
        Action.DEVICE_SELF: _DEVICE,
        Action.LOG_READ: _ANYBODY,
        Action.MEDIA_UPLOAD: _DEVICE,
    }
)


def is_open(action: Action) -> bool:
    """Whether anybody may do this, signed in or not."""
    return Role.PUBLIC in PERMITS[action]


def may(role: Role, action: Action) -> bool:
    """Whether this role has a mark in the action's row."""
    return is_open(action) or role in PERMITS[action]


def demand(role: Role, action: Action) -> None:
    """Let a role do this, or say who may.

    Raises:
        Refused: `api.forbidden_role`, with the roles that the row names.
    """
    if may(role, action):
        return
    roles = [one for one in Role if one in PERMITS[action]]
    who: JSON = {lang: [text(f"api.role.{one}", lang) for one in roles] for lang in LANGUAGES}
    named: JSON = [one.value for one in roles]
    raise Refused(ProblemCode.FORBIDDEN, "api.forbidden_role", action=action.value, roles=named, who=who)


def printed() -> str:
    """The table as text: one line an action, one column a role. Committed as a golden file and read by people."""
    roles = [role for role in Role if role is not Role.SYSTEM]
    width = max(len(action) for action in Action)
    lines = [" ".join([" " * width, *roles])]
    for action in Action:
        marks = [("×" if role in PERMITS[action] else "·").center(len(role)) for role in roles]
        lines.append(" ".join([action.value.ljust(width), *marks]).rstrip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(printed(), end="")  # noqa: T201  how the golden file is made
