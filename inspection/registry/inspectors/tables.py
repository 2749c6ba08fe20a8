from piccolo.columns import UUID, Boolean, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority, Unit
from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to


class Inspector(Table, tablename="inspector"):
    """执法检查人员: anyone may stand in the register; only a valid certificate allows dispatch."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    unit = refers_to(Unit, null=True)
    staff_no = Varchar(length=60, default=None)
    name = Varchar(length=120, default=None)
    position = Varchar(length=120, null=True, default=None)
    category = Varchar(length=40, default=None)
    qualifications = Text(default=None)
    expertise = Text(default=None)
    area = Varchar(length=200, null=True, default=None)
    relations = Text(default=None)
    leader_capable = Boolean(default=None)
    active = Boolean(default=None)
    digest = Varchar(length=64, default=None)
    imported_at = Timestamptz(default=None)


class Certificate(Table, tablename="certificate"):
    """执法证: several a person; unique by issuer and number."""

    id = UUID(primary_key=True, default=None)
    inspector = refers_to(Inspector)
    issuer = Varchar(length=200, default=None)
    number = Varchar(length=32, default=None)
    valid_from = Date(default=None)
    valid_until = Date(default=None)
    scope = Text(default=None)


INDEXES = [
    UniqueIndex("inspector", ("authority", "staff_no")),
    UniqueIndex("certificate", ("issuer", "number")),
    Index("certificate", ("inspector",)),
]
