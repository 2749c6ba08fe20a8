"""Alerts, reminders, reports, and why an inspector found nothing at one door again and again."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T07:00:00:000022"
DESCRIPTION = "Alerts, reminders, reports and the explanations of runs"

TABLES = [
    table(
        "RunExplanation",
        "run_explanation",
        column("id", UUID, primary_key=True),
        reference("inspector", "Inspector", "inspector"),
        reference("through", "Visit", "visit"),
        column("reason", Text),
        column("by", Varchar, length=80),
        column("by_name", Varchar, length=120),
        column("at", Timestamptz),
    ),
    table(
        "Alert",
        "alert",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("kind", Varchar, length=30),
        column("key", Varchar, length=200),
        column("about_on", Date),
        column("subjects", Text),
        column("facts", Text),
        column("raised_at", Timestamptz),
        column("settled_at", Timestamptz, null=True),
        column("settled_by", Varchar, length=80, null=True),
        column("settled_name", Varchar, length=120, null=True),
        column("reason", Text, null=True),
    ),
    table(
        "AlertSeen",
        "alert_seen",
        column("id", UUID, primary_key=True),
        reference("alert", "Alert", "alert"),
        column("account", Varchar, length=80),
        column("name", Varchar, length=120),
        column("at", Timestamptz),
    ),
    table(
        "Reminder",
        "reminder",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("matter", Varchar, length=20),
        column("subject", Varchar, length=80),
        column("name", Varchar, length=700),
        column("to_do", Varchar, length=40),
        column("whose", Varchar, length=20),
        column("person", Varchar, length=120, null=True),
        column("due_on", Date),
        column("provisional", Boolean),
        column("stage", Varchar, length=8),
        column("noted_on", Date),
        column("over_on", Date, null=True),
    ),
    table(
        "ReminderSeen",
        "reminder_seen",
        column("id", UUID, primary_key=True),
        reference("reminder", "Reminder", "reminder"),
        column("account", Varchar, length=80),
        column("at", Timestamptz),
    ),
    table(
        "Report",
        "report",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("kind", Varchar, length=10),
        column("period", Varchar, length=6),
        column("version", Integer),
        column("number", Varchar, length=80),
        column("first", Date),
        column("last", Date),
        column("due_on", Date, null=True),
        column("rule_set", Varchar, length=120),
        column("value", Text),
        column("digest", Varchar, length=64),
        column("drafted_by", Varchar, length=80),
        column("drafted_name", Varchar, length=120),
        column("drafted_at", Timestamptz),
        column("approved_by", Varchar, length=80, null=True),
        column("approved_name", Varchar, length=120, null=True),
        column("approved_at", Timestamptz, null=True),
    ),
    table(
        "ReportFiling",
        "report_filing",
        column("id", UUID, primary_key=True),
        reference("report", "Report", "report"),
        column("body", Varchar, length=80),
        column("reference", Varchar, length=200),
        column("filed_by", Varchar, length=80),
        column("filed_at", Timestamptz),
    ),
]
EXTRAS = [
    Index("journal_line", ("actor_id", "at")),
    UniqueIndex("run_explanation", ("inspector", "through")),
    AppendOnly("run_explanation"),
    Index("outcome", ("visit",)),
    Index("outcome", ("replaces",), where="replaces IS NOT NULL"),
    UniqueIndex("alert", ("authority", "key")),
    Index("alert", ("authority", "raised_at")),
    AppendOnly("alert", ("id", "authority", "kind", "key", "about_on", "subjects", "facts", "raised_at")),
    UniqueIndex("alert_seen", ("alert", "account")),
    AppendOnly("alert_seen"),
    UniqueIndex("reminder", ("authority", "matter", "subject", "due_on", "stage")),
    Index("reminder", ("authority", "whose", "noted_on"), where="over_on IS NULL"),
    UniqueIndex("reminder_seen", ("reminder", "account")),
    AppendOnly("reminder_seen"),
    UniqueIndex("report", ("authority", "period", "version")),
    Index("report", ("authority", "drafted_at")),
    AppendOnly(
        "report",
        (
            *("id", "authority", "kind", "period", "version", "number", "first", "last", "due_on", "rule_set"),
            *("value", "digest", "drafted_by", "drafted_name", "drafted_at"),
        ),
    ),
    UniqueIndex("report_filing", ("report", "body")),
    AppendOnly("report_filing"),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
