from piccolo.columns import UUID, Boolean, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to


class InspectionObject(Table, tablename="inspection_object"):
    """检查对象. `code`: unified social credit code, old registration number, or typed id of our own."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    code = Varchar(length=40, default=None)
    code_kind = Varchar(length=20, default=None)
    name = Varchar(length=300, default=None)
    name_search = Varchar(length=300, default=None)
    kind = Varchar(length=40, default=None)
    trades = Text(default=None)
    scale = Varchar(length=40, null=True, default=None)
    registrar = Varchar(length=200, null=True, default=None)
    office = Varchar(length=200, null=True, default=None)
    area = Varchar(length=200, null=True, default=None)
    address = Varchar(length=500, null=True, default=None)
    representative = Varchar(length=120, null=True, default=None)
    contact = Varchar(length=120, null=True, default=None)
    phone = Varchar(length=60, null=True, default=None)
    credit_grade = Varchar(length=4, null=True, default=None)
    status = Varchar(length=20, default=None)
    exemption = Varchar(length=40, null=True, default=None)
    warnings = Text(default=None)
    synthetic = Boolean(default=None)
    digest = Varchar(length=64, default=None)
    imported_at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("inspection_object", ("authority", "code")),
    Index("inspection_object", ("authority", "name_search")),
    Index("inspection_object", ("authority", "area")),
]
