from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.references import refers_to


class InspectionItem(Table, tablename="inspection_item"):
    """抽查事项: one version of a line of the list (一单). Ratio and frequency as written, bounds where readable.

    What a version says never changes; only its publication and its withdrawal are entered later.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    code = Varchar(length=60, default=None)
    name = Varchar(length=300, default=None)
    basis = Text(default=None)
    subject = Varchar(length=300, default=None)
    object_kinds = Text(default=None)
    object_text = Varchar(length=500, default=None)
    content = Text(default=None)
    methods = Text(default=None)
    method_text = Varchar(length=300, default=None)
    ratio_text = Varchar(length=300, default=None)
    ratio_num = BigInt(null=True, default=None)
    ratio_den = BigInt(null=True, default=None)
    frequency_text = Varchar(length=300, default=None)
    frequency_per_year = Integer(null=True, default=None)
    item_class = Varchar(length=20, default=None)
    qualification = Varchar(length=120, null=True, default=None)
    channel = Text(default=None)
    joint_eligible = Boolean(default=None)
    checklist_code = Varchar(length=60, null=True, default=None)
    version = Integer(default=None)
    digest = Varchar(length=64, default=None)
    published_at = Timestamptz(null=True, default=None)
    class_text = Varchar(length=40, null=True, default=None)
    bounds = Text(null=True, default=None)
    lead_department = Varchar(length=300, null=True, default=None)
    departments = Text(null=True, default=None)
    note = Text(null=True, default=None)
    imported_at = Timestamptz(null=True, default=None)
    imported_by = Varchar(length=200, null=True, default=None)
    published_by = Varchar(length=200, null=True, default=None)
    effective_from = Date(null=True, default=None)
    withdrawn_on = Date(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = Varchar(length=200, null=True, default=None)
    withdrawn_reason = Text(null=True, default=None)


class Checklist(Table, tablename="checklist"):
    """检查要点表: immutable; a new version is a new row. Items name it by its code."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    code = Varchar(length=60, default=None)
    version = Integer(default=None)
    digest = Varchar(length=64, default=None)
    body = Text(default=None)
    published_at = Timestamptz(default=None)


STATED = (
    "id",
    "authority",
    "code",
    "name",
    "basis",
    "subject",
    "object_kinds",
    "object_text",
    "content",
    "methods",
    "method_text",
    "ratio_text",
    "ratio_num",
    "ratio_den",
    "frequency_text",
    "frequency_per_year",
    "item_class",
    "qualification",
    "channel",
    "joint_eligible",
    "checklist_code",
    "version",
    "digest",
    "class_text",
    "bounds",
    "lead_department",
    "departments",
    "note",
    "imported_at",
    "imported_by",
)
"""The columns of an item that no statement may change."""

INDEXES = [
    UniqueIndex("inspection_item", ("authority", "code", "version")),
    UniqueIndex("checklist", ("authority", "code", "version")),
    AppendOnly("checklist"),
    AppendOnly("inspection_item", STATED),
]
