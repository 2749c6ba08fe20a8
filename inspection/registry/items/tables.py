from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.references import refers_to


class InspectionItem(Table, tablename="inspection_item"):
    """抽查事项: one line of the list (一单). Ratio and frequency as written, bounds where readable."""

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


class Checklist(Table, tablename="checklist"):
    """检查要点表: immutable; a new version is a new row. Items name it by its code."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    code = Varchar(length=60, default=None)
    version = Integer(default=None)
    digest = Varchar(length=64, default=None)
    body = Text(default=None)
    published_at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("inspection_item", ("authority", "code", "version")),
    UniqueIndex("checklist", ("authority", "code", "version")),
    AppendOnly("checklist"),
]
