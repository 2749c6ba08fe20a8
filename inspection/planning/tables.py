from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority, Unit
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.registry.inspectors.tables import Inspector
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
    rule_digest = Varchar(length=64, null=True, default=None)
    opens_on = Date(null=True, default=None)
    reason = Text(null=True, default=None)


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
    quantity = BigInt(null=True, default=None)
    base = BigInt(null=True, default=None)
    joint = Boolean(null=True, default=None)
    reason = Text(null=True, default=None)


class PlanOmission(Table, tablename="plan_omission"):
    """Why the plan has no line of an item of the list, where the planner says so."""

    id = UUID(primary_key=True, default=None)
    plan = refers_to(AnnualPlan)
    item = refers_to(InspectionItem)
    reason = Text(default=None)


class PlanParty(Table, tablename="plan_party"):
    """牵头部门、参与部门 of a line (`role`), in the order of `position`; by id where it is one of ours."""

    id = UUID(primary_key=True, default=None)
    line = refers_to(PlanLine)
    role = Varchar(length=20, default=None)
    position = Integer(default=None)
    name = Varchar(length=200, default=None)
    authority = refers_to(Authority, null=True)
    unit = refers_to(Unit, null=True)


class PlanStratum(Table, tablename="plan_stratum"):
    """Ratio and draws a year that a line sets for the objects of one credit grade."""

    id = UUID(primary_key=True, default=None)
    line = refers_to(PlanLine)
    grade = Varchar(length=4, default=None)
    ratio_num = BigInt(default=None)
    ratio_den = BigInt(default=None)
    frequency = Integer(default=None)


class PlanPublication(Table, tablename="plan_publication"):
    """What was published of a plan: the exact text, its digest, and the channels it was meant for."""

    id = UUID(primary_key=True, default=None)
    plan = refers_to(AnnualPlan)
    digest = Varchar(length=64, default=None)
    document = Text(default=None)
    channels = Text(default=None)
    published_at = Timestamptz(default=None)
    published_by = Varchar(length=80, default=None)


class HigherPlan(Table, tablename="higher_plan"):
    """One item of a plan of a higher authority (上级抽查计划). `whole`: it draws the item itself, nobody draws it
    again; else those are drawn who are named in `higher_plan_object`.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    source = Varchar(length=200, default=None)
    number = Varchar(length=120, default=None)
    item_text = Varchar(length=300, default=None)
    item_code = Varchar(length=60, null=True, default=None)
    scope = Varchar(length=500, default=None)
    year = Integer(default=None)
    starts_on = Date(default=None)
    ends_on = Date(default=None)
    whole = Boolean(default=None)
    run = UUID(default=None)
    imported_at = Timestamptz(default=None)
    imported_by = Varchar(length=80, default=None)


class HigherPlanObject(Table, tablename="higher_plan_object"):
    """An object that a higher authority has drawn, by the code it goes by there."""

    id = UUID(primary_key=True, default=None)
    plan = refers_to(HigherPlan)
    code = Varchar(length=40, default=None)
    name = Varchar(length=300, default=None)


class Procedure(Table, tablename="procedure"):
    """监管方案: the operable procedure of one item (by its code), version by version; a released one never changes."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    item_code = Varchar(length=80, default=None)
    version = Integer(default=None)
    body = Text(default=None)
    digest = Varchar(length=64, default=None)
    released_at = Timestamptz(default=None)
    released_by = Varchar(length=80, default=None)


class Task(Table, tablename="task"):
    """抽查任务: preset, reviewed, then drawn (威海 第十四条), or assigned where it is made outside the draw.

    `named_objects`, `named_inspectors`, `needs`, `participants`, `materials` and `shortfall` are JSON.
    """

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
    rule_digest = Varchar(length=64, null=True, default=None)
    scheme_version = Integer(null=True, default=None)
    scheme_digest = Varchar(length=64, null=True, default=None)
    procedure = refers_to(Procedure, null=True)
    needs = Text(null=True, default=None)
    lead = Varchar(length=200, null=True, default=None)
    participants = Text(null=True, default=None)
    reason = Text(null=True, default=None)
    basis = Text(null=True, default=None)
    source = Varchar(length=500, null=True, default=None)
    named_objects = Text(null=True, default=None)
    named_inspectors = Text(null=True, default=None)
    approve_by = Date(null=True, default=None)
    confirmed = Boolean(null=True, default=None)
    materials = Text(null=True, default=None)
    cap_override = Text(null=True, default=None)
    drawn_at = Timestamptz(null=True, default=None)
    filed_with = Varchar(length=200, null=True, default=None)
    filed_reference = Varchar(length=200, null=True, default=None)
    filed_by = Varchar(length=80, null=True, default=None)
    filed_at = Timestamptz(null=True, default=None)
    ended_by = Varchar(length=80, null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text(null=True, default=None)
    shortfall = Text(null=True, default=None)


class TaskAssistant(Table, tablename="task_assistant"):
    """An expert or assistant who helps with a task (安岳 一(四)): of its teams never a member."""

    id = UUID(primary_key=True, default=None)
    task = refers_to(Task)
    inspector = refers_to(Inspector)
    attached_by = Varchar(length=80, default=None)
    attached_at = Timestamptz(default=None)
    detached_by = Varchar(length=80, null=True, default=None)
    detached_at = Timestamptz(null=True, default=None)


INDEXES = [
    UniqueIndex("annual_plan", ("authority", "year", "version")),
    UniqueIndex("plan_line", ("plan", "item")),
    UniqueIndex("plan_omission", ("plan", "item")),
    AppendOnly("plan_omission"),
    UniqueIndex("plan_party", ("line", "position")),
    AppendOnly("plan_party"),
    UniqueIndex("plan_stratum", ("line", "grade")),
    AppendOnly("plan_stratum"),
    UniqueIndex("plan_publication", ("plan",)),
    AppendOnly("plan_publication"),
    UniqueIndex("higher_plan", ("authority", "source", "number", "item_text")),
    Index("higher_plan", ("authority", "ends_on")),
    UniqueIndex("higher_plan_object", ("plan", "code")),
    UniqueIndex("task", ("authority", "number")),
    Index("task", ("authority", "state")),
    Index("task", ("authority", "id")),
    Index("task", ("authority", "item", "id")),
    Index("task", ("authority", "rule_set")),
    Index("task", ("authority", "ends_on")),
    Index("task", ("authority", "approve_by"), where="approve_by IS NOT NULL"),
    # Whose window runs, by its last day.
    Index(
        "task",
        ("authority", "ends_on", "id"),
        where="completed_at IS NULL AND state NOT IN ('returned', 'cancelled', 'closed')",
        short="window",
    ),
    UniqueIndex("task_assistant", ("task", "inspector")),
    UniqueIndex("procedure", ("authority", "item_code", "version")),
    AppendOnly("procedure"),
]
