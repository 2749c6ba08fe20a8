from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority, Unit
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
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


class ImportRun(Table, tablename="import_run"):
    """One import: what came, what went in, what did not."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    what = Varchar(length=20, default=None)
    file_name = Varchar(length=300, default=None)
    file_digest = Varchar(length=64, default=None)
    header = Text(default=None)
    rows = BigInt(default=None)
    added = BigInt(default=None)
    changed = BigInt(default=None)
    unchanged = BigInt(default=None)
    rejected = BigInt(default=None)
    warned = BigInt(default=None)
    at = Timestamptz(default=None)
    finished_at = Timestamptz(null=True, default=None)


class RejectedRow(Table, tablename="rejected_row"):
    """A row that did not go in, as it came, with its line number and reason: nothing given is lost."""

    id = UUID(primary_key=True, default=None)
    run = refers_to(ImportRun)
    line = BigInt(default=None)
    reason = Varchar(length=80, default=None)
    facts = Text(default=None)
    original = Text(default=None)


INDEXES = [
    UniqueIndex("inspection_item", ("authority", "code", "version")),
    UniqueIndex("checklist", ("authority", "code", "version")),
    AppendOnly("checklist"),
    UniqueIndex("inspection_object", ("authority", "code")),
    Index("inspection_object", ("authority", "name_search")),
    Index("inspection_object", ("authority", "area")),
    UniqueIndex("inspector", ("authority", "staff_no")),
    UniqueIndex("certificate", ("issuer", "number")),
    Index("certificate", ("inspector",)),
    UniqueIndex("rejected_row", ("run", "line")),
    Index("import_run", ("authority", "what", "file_digest")),
]
