from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority, Unit
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to


class Inspector(Table, tablename="inspector"):
    """执法检查人员, and experts and assistants beside them: only a valid certificate allows dispatch.

    `relations`: codes of objects as earlier versions kept them, undated; dated ones are rows of `InspectorRelation`.
    A missing `role` is an inspector's: rows of earlier versions hold nobody else.
    """

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
    role = Varchar(length=20, null=True, default=None)
    post_class = Varchar(length=120, null=True, default=None)
    background = Varchar(length=200, null=True, default=None)
    maximum_load = Integer(null=True, default=None)
    photo = Varchar(length=64, null=True, default=None)
    standing_reason = Varchar(length=500, null=True, default=None)


class Certificate(Table, tablename="certificate"):
    """执法证: several a person; unique by issuer and number within the register of one authority, which another one
    knows nothing of. No status: valid (rows of earlier versions).
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority, null=True)
    inspector = refers_to(Inspector)
    issuer = Varchar(length=200, default=None)
    number = Varchar(length=32, default=None)
    valid_from = Date(default=None)
    valid_until = Date(default=None)
    scope = Text(default=None)
    areas = Text(null=True, default=None)
    status = Varchar(length=20, null=True, default=None)
    status_since = Date(null=True, default=None)
    status_reason = Varchar(length=500, null=True, default=None)


class InspectorAbsence(Table, tablename="inspector_absence"):
    """Days on which a person is not there for inspections; a withdrawn one stays as history."""

    id = UUID(primary_key=True, default=None)
    inspector = refers_to(Inspector)
    kind = Varchar(length=20, default=None)
    note = Varchar(length=500, null=True, default=None)
    first_day = Date(default=None)
    last_day = Date(default=None)
    entered_by = Varchar(length=80, default=None)
    entered_at = Timestamptz(default=None)
    withdrawn_by = Varchar(length=80, null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)


class InspectorRelation(Table, tablename="inspector_relation"):
    """An interest of a person in an object (回避情形). It ends by its last day and is never deleted."""

    id = UUID(primary_key=True, default=None)
    inspector = refers_to(Inspector)
    object_code = Varchar(length=80, default=None)
    kind = Varchar(length=20, default=None)
    source = Varchar(length=20, default=None)
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)
    note = Varchar(length=500, null=True, default=None)
    entered_by = Varchar(length=80, default=None)
    entered_at = Timestamptz(default=None)
    ended_by = Varchar(length=80, null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class RegisterBatch(Table, tablename="inspector_batch"):
    """Changes of the register made at one go, by an import or by hand, and what another office said of them."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    run = UUID(null=True, default=None)
    made_by = Varchar(length=80, default=None)
    made_by_name = Varchar(length=120, default=None)
    made_at = Timestamptz(default=None)
    rule_set = Varchar(length=120, default=None)
    state = Varchar(length=20, default=None)
    decided_by = Varchar(length=80, null=True, default=None)
    decided_by_name = Varchar(length=120, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    remarks = Text(null=True, default=None)


class RegisterChange(Table, tablename="inspector_change"):
    """What a batch changed of one person. `entitles`: it makes the person fit for dispatch where the rules ask."""

    id = UUID(primary_key=True, default=None)
    batch = refers_to(RegisterBatch)
    inspector = refers_to(Inspector)
    kind = Varchar(length=30, default=None)
    facts = Text(default=None)
    entitles = Boolean(default=None)


INDEXES = [
    UniqueIndex("inspector", ("authority", "staff_no")),
    UniqueIndex("certificate", ("authority", "issuer", "number")),
    Index("certificate", ("inspector",)),
    Index("inspector_absence", ("inspector",)),
    Index("inspector_relation", ("inspector",)),
    Index("inspector_batch", ("authority", "made_at")),
    UniqueIndex("inspector_batch", ("run",), where="run IS NOT NULL"),
    Index("inspector_change", ("batch",)),
    Index("inspector_change", ("inspector",)),
    AppendOnly("inspector_change"),
]
