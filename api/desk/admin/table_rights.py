"""Which tables an administrator may look into, and which of their columns nobody sees.

A table is shown to whoever may read what it holds anywhere else (`api.permits`): what an administrator may not read
there (drawn objects, visits, records, signatures, remarks, the journal) is not read here either. A table that is not
listed is shown to nobody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from piccolo.columns import Bytea
from piccolo.table import Table

from api.permits import Action, may
from api.schema import all_tables
from inspection.kernel.command import Role
from inspection.kernel.references import referred

_SECRET: Final = re.compile(r"hash|secret|password|token|salt|nonce|challenge|credential_id|public_key|^key$|^sealed")
_DEEPEST: Final = 3

_LISTED: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.AUTHORITY_KEEP: (
        *("authority", "unit", "account", "access_token", "desk_session", "passkey", "time_code", "recovery_code"),
        *("system_token", "work_item", "sync_history"),
    ),
    Action.REGISTRY_READ: (
        *("rule_set_kept", "calendar_year", "calendar_exception", "inspection_item", "checklist", "inspection_object"),
        *("object_change", "special_register", "register_entry", "object_mark", "mark_lifting", "import_run"),
        *("import_mapping", "procedure"),
    ),
    Action.REGISTRY_IMPORT: ("rejected_row",),
    Action.INSPECTOR_READ: (
        *("inspector", "certificate", "inspector_absence", "inspector_relation", "inspector_batch", "inspector_change"),
    ),
    Action.PLAN_READ: (
        *("annual_plan", "plan_line", "plan_omission", "plan_party", "plan_stratum", "plan_publication", "higher_plan"),
        "higher_plan_object",
    ),
    Action.TASK_READ: ("task", "task_assistant"),
    Action.DEVICE_READ: ("device", "device_binding", "enrolment_code", "device_log"),
    Action.LETTER_READ: ("dead_letter", "dead_letter_outcome"),
    Action.RESCUE_IMPORT: ("rescue",),
    Action.DELIVERY_READ: ("channel", "delivery"),
    Action.LOG_READ: ("log_tree_head", "log_stamp", "log_size"),
    # Not an administrator's: who may read them is told where they are listed.
    Action.JOURNAL_READ: ("journal_head", "journal_line"),
    Action.DRAW_READ: (
        *("draw", "draw_task", "draw_cell", "draw_ticket", "draw_contribution", "draw_assignment"),
        *("supervisor_chain", "supervisor_key"),
    ),
    Action.DRAW_READ_SECRETS: ("draw_secret", "draw_chunk"),
    Action.CHANGE_READ: ("draw_change",),
    Action.VISIT_READ: (
        *("visit", "visit_task", "team_member", "entry", "visit_counter", "outcome", "visit_link", "entry_erasure"),
        *("visit_credential", "publication", "published_document", "publication_part", "publication_picture"),
        *("publication_withdrawal", "visit_door", "receipt", "receipt_visit", "feed_head", "feed_row"),
    ),
    Action.REVIEW_READ: ("review", "review_remark", "legal_due", "legal_review"),
    Action.MEDIA_READ: ("blob", "blob_claim", "derivative", "upload", "public_copy", "media_hold"),
    Action.REMARK_READ: ("remark", "remark_waiting", "rating"),
    Action.OBJECTION_READ: ("objection", "objection_file"),
    Action.DOSSIER_READ: ("dossier", "dossier_volume"),
    Action.CUSTODY_READ: ("custody_act",),
    Action.ALERT_READ: ("alert", "alert_seen"),
    Action.REPORT_READ: ("report", "report_filing"),
    Action.PENALTY_READ: ("penalty", "penalty_annulment"),
    Action.FOLLOW_UP_READ: (
        *("follow_up_due", "referral", "referral_answer", "recheck", "third_party_conclusion", "conclusion_withdrawn"),
        "outcome_basis",
    ),
    Action.NOTICE_READ: ("notice_step", "number_block"),
    Action.RECTIFICATION_READ: ("rectification", "rectification_file", "rectification_settled"),
    Action.LATE_FILING_READ: ("late_filing", "late_task"),
}
ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {name: action for action, names in _LISTED.items() for name in names}
)
"""By table: what one must be allowed to read to see its rows."""
_MASKED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # What a job is about may be a visit that nobody knows of yet, and what it failed with may quote a row.
        "work_item": frozenset({"lane", "stream", "payload", "last_error"}),
        "delivery": frozenset({"error"}),
    }
)
_COMMON: Final = frozenset(
    {"rule_set_kept", "calendar_year", "calendar_exception", "log_tree_head", "log_stamp", "log_size", "sync_history"}
)
"""Tables of the whole server, in which nothing is of one authority."""
_PATHS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    # Its own column `authority` is the party's.
    {"plan_party": ("line", "plan", "authority")}
)


@dataclass(frozen=True, slots=True)
class TableRight:
    """A table. `action`: what its readers may do, None: nobody reads it; `path`: to the authority that a row is of,
    None for a table of the whole server.
    """

    table: type[Table]
    action: Action | None
    masked: frozenset[str]
    path: tuple[str, ...] | None

    def read_by(self, role: Role) -> bool:
        """Whether this role sees its rows here. A row without an owner that is not of the whole server is nobody's."""
        owned = self.path is not None or self.name in _COMMON
        return owned and self.action is not None and may(role, self.action)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table._meta.tablename


def table_rights() -> dict[str, TableRight]:
    """Every table by name."""
    told: dict[str, TableRight] = {}
    for table in all_tables():
        name = table._meta.tablename
        path = None if name in _COMMON else _PATHS.get(name) or _path(table)
        told[name] = TableRight(table, ACTIONS.get(name), masked_columns(table), path)
    return told


def masked_columns(table: type[Table]) -> frozenset[str]:
    """Columns that hold secrets or bytes: they are never read."""
    secret = {
        column._meta.name
        for column in table._meta.columns
        if _SECRET.search(column._meta.name) or isinstance(column, Bytea)
    }
    return frozenset(secret) | _MASKED.get(table._meta.tablename, frozenset())


def _path(table: type[Table], depth: int = 0) -> tuple[str, ...] | None:
    """The shortest way along references to the authority that a row is of."""
    if table._meta.tablename == "authority":
        return ("id",)
    if any(column._meta.name == "authority" for column in table._meta.columns):
        return ("authority",)
    if depth == _DEEPEST:
        return None
    found = []
    for column in table._meta.foreign_key_columns:
        target = referred(column)
        further = None if target is table else _path(target, depth + 1)
        if further is not None:
            found.append((column._meta.name, *further))
    return min(found, key=len, default=None)
