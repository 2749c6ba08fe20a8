from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, BytewiseIndex, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.kernel.search_index import SearchIndex


class InspectionObject(Table, tablename="inspection_object"):
    """检查对象. `code`: unified social credit code, old registration number, or typed id of our own.

    `owner`: the code of the entity that a product, project or conduct belongs to. `exemption` and `flags`: the grounds
    that the register itself states. `added_run`: the import that brought it in; no reference, it is one for each row.
    """

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
    owner = Varchar(length=40, null=True, default=None)
    risk = Varchar(length=10, null=True, default=None)
    complaints = Integer(null=True, default=None)
    flags = Text(null=True, default=None)
    added_run = UUID(null=True, default=None)


class ObjectChange(Table, tablename="object_change"):
    """What one command changed of one object: field → [before, after], of personal fields only that they changed."""

    id = UUID(primary_key=True, default=None)
    object = refers_to(InspectionObject)
    run = UUID(null=True, default=None)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=200, default=None)
    fields = Text(default=None)


class SpecialRegister(Table, tablename="special_register"):
    """专项名录 (sort `register`) or 监管标签 (sort `tag`): a named set of objects; items may name it as directory."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    sort = Varchar(length=10, default=None)
    name = Varchar(length=120, default=None)
    at = Timestamptz(default=None)


class RegisterEntry(Table, tablename="register_entry"):
    """An object's place in a special register, with the licence it is there for (`licence_no` '' when for none).

    `code` repeats the object's, so that a directory is read in its order. A removed entry stays, with its reason.
    """

    id = UUID(primary_key=True, default=None)
    register = refers_to(SpecialRegister)
    object = refers_to(InspectionObject)
    code = Varchar(length=40, default=None)
    licence_no = Varchar(length=120, default=None)
    licence_name = Varchar(length=200, null=True, default=None)
    granted_on = Date(null=True, default=None)
    valid_until = Date(null=True, default=None)
    issuer = Varchar(length=200, null=True, default=None)
    inspected_by = Varchar(length=200, null=True, default=None)
    at = Timestamptz(default=None)
    by_name = Varchar(length=200, default=None)
    removed_on = Date(null=True, default=None)
    removed_reason = Varchar(length=500, null=True, default=None)
    removed_by_name = Varchar(length=200, null=True, default=None)
    removed_at = Timestamptz(null=True, default=None)


class ObjectMark(Table, tablename="object_mark"):
    """A dated fact about an object (行政处罚、投诉举报、异常名录…). `reference`: the document's number, '' for none."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    object = refers_to(InspectionObject)
    code = Varchar(length=40, default=None)
    mark = Varchar(length=40, default=None)
    since = Date(default=None)
    until = Date(null=True, default=None)
    reference = Varchar(length=120, default=None)
    source = Varchar(length=200, null=True, default=None)
    note = Varchar(length=500, null=True, default=None)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=200, default=None)


class MarkLifting(Table, tablename="mark_lifting"):
    """The end of a mark (移出、撤销、修复): a record of its own, the mark stays as it was."""

    id = UUID(primary_key=True, default=None)
    mark = refers_to(ObjectMark)
    lifted_on = Date(default=None)
    reason = Varchar(length=500, default=None)
    reference = Varchar(length=120, null=True, default=None)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=200, default=None)


INDEXES = [
    UniqueIndex("inspection_object", ("authority", "code")),
    Index("inspection_object", ("owner",), where="owner IS NOT NULL"),
    Index("inspection_object", ("authority", "code", "owner"), where="owner IS NOT NULL", short="owned"),
    Index("inspection_object", ("authority", "status", "kind", "trades", "credit_grade", "area"), short="alike"),
    Index("object_change", ("object", "at")),
    AppendOnly("object_change"),
    UniqueIndex("special_register", ("authority", "sort", "name")),
    UniqueIndex("register_entry", ("register", "object", "licence_no"), where="removed_on IS NULL"),
    Index("register_entry", ("register", "code")),
    Index("register_entry", ("object",)),
    UniqueIndex("object_mark", ("object", "mark", "since", "reference")),
    Index("object_mark", ("authority", "code")),
    AppendOnly("object_mark"),
    UniqueIndex("mark_lifting", ("mark",)),
    AppendOnly("mark_lifting"),
    SearchIndex(
        "inspection_object",
        "name_search",
        values=("area", "kind", "credit_grade", "status", "risk", "owner"),
        lists=("trades",),
        shelf=("authority", "code"),
    ),
    BytewiseIndex("inspection_object", ("authority", "code")),
    BytewiseIndex("register_entry", ("register", "code")),
]
