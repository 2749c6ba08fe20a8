from piccolo.columns import UUID, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to


class Report(Table, tablename="report"):
    """季度进展报告、年度总结: the frozen value that both files are made of, with its digest (SHA-256, hex).

    `period`: `2026Q1` or `2026`; `version`: what is drafted anew is a further version, and the older one stays.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    kind = Varchar(length=10, default=None)
    period = Varchar(length=6, default=None)
    version = Integer(default=None)
    number = Varchar(length=80, default=None)
    first = Date(default=None)
    last = Date(default=None)
    due_on = Date(null=True, default=None)
    rule_set = Varchar(length=120, default=None)
    value = Text(default=None)
    digest = Varchar(length=64, default=None)
    drafted_by = Varchar(length=80, default=None)
    drafted_name = Varchar(length=120, default=None)
    drafted_at = Timestamptz(default=None)
    approved_by = Varchar(length=80, null=True, default=None)
    approved_name = Varchar(length=120, null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)


class ReportFiling(Table, tablename="report_filing"):
    """That an approved report was handed to one of the bodies that the rule-set names (`body`: its code)."""

    id = UUID(primary_key=True, default=None)
    report = refers_to(Report)
    body = Varchar(length=80, default=None)
    reference = Varchar(length=200, default=None)
    filed_by = Varchar(length=80, default=None)
    filed_at = Timestamptz(default=None)


_FROZEN = ("id", "authority", "kind", "period", "version", "number", "first", "last", "due_on", "rule_set")

INDEXES = [
    UniqueIndex("report", ("authority", "period", "version")),
    Index("report", ("authority", "drafted_at")),
    AppendOnly("report", (*_FROZEN, "value", "digest", "drafted_by", "drafted_name", "drafted_at")),
    UniqueIndex("report_filing", ("report", "body")),
    AppendOnly("report_filing"),
]
