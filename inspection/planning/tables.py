from piccolo.columns import UUID, BigInt, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority, Unit
from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.registry.items.tables import InspectionItem


class AnnualPlan(Table, tablename="annual_plan"):
    """年度抽查工作计划: one version of one year's plan."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    year = Integer(default=None)
    version = Integer(default=None)
    name = Varchar(length=200, default=None)
    state = Varchar(length=20, default=None)
    rule_set = Varchar(length=120, default=None)
    due_on = Date(default=None)
    drafted_by = Varchar(length=80, default=None)
    drafted_at = Timestamptz(default=None)
    approved_by = Varchar(length=80, null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    remarks = Text(null=True, default=None)
    filed_with = Varchar(length=200, null=True, default=None)
    filed_at = Timestamptz(null=True, default=None)


class PlanLine(Table, tablename="plan_line"):
    """What the plan says of one item: object, content, method, ratio, frequency, time (威海 第十二条)."""

    id = UUID(primary_key=True, default=None)
    plan = refers_to(AnnualPlan)
    item = refers_to(InspectionItem)
    object_text = Varchar(length=500, default=None)
    content = Text(default=None)
    methods = Text(default=None)
    ratio_num = BigInt(default=None)
    ratio_den = BigInt(default=None)
    frequency = Integer(default=None)
    starts_on = Date(default=None)
    ends_on = Date(default=None)
    note = Text(default=None)


class Task(Table, tablename="task"):
    """抽查任务: preset, reviewed, then drawn (威海 第十四条)."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    unit = refers_to(Unit, null=True)
    plan_line = refers_to(PlanLine, null=True)
    item = refers_to(InspectionItem)
    number = Varchar(length=80, default=None)
    name = Varchar(length=200, default=None)
    kind = Varchar(length=30, default=None)
    draw_mode = Varchar(length=30, default=None)
    match_kind = Varchar(length=30, default=None)
    match_mode = Varchar(length=30, default=None)
    filter = Text(default=None)
    ratio_num = BigInt(default=None)
    ratio_den = BigInt(default=None)
    team_size = Integer(default=None)
    scheme = Text(default=None)
    starts_on = Date(default=None)
    ends_on = Date(default=None)
    state = Varchar(length=30, default=None)
    rule_set = Varchar(length=120, default=None)
    preset_by = Varchar(length=80, default=None)
    preset_at = Timestamptz(default=None)
    reviewed_by = Varchar(length=80, null=True, default=None)
    reviewed_at = Timestamptz(null=True, default=None)
    remarks = Text(null=True, default=None)
    completed_at = Timestamptz(null=True, default=None)


INDEXES = [
    UniqueIndex("annual_plan", ("authority", "year", "version")),
    UniqueIndex("plan_line", ("plan", "item")),
    UniqueIndex("task", ("authority", "number")),
    Index("task", ("authority", "state")),
]
