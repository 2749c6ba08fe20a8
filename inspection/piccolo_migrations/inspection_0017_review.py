"""The legal office's review, the day of a correction, and what queues look up."""

from piccolo.columns import UUID, Boolean, Date, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-22T07:00:00:000017"
DESCRIPTION = "The legal office's review, the day of a correction, and what queues look up"

MADE = [
    table(
        "LegalDue",
        "legal_due",
        column("id", UUID, primary_key=True),
        reference("outcome", "Outcome", "outcome"),
        reference("visit", "Visit", "visit"),
        reference("authority", "Authority", "authority"),
        column("because", Text),
        column("asked_at", Timestamptz),
    ),
    table(
        "LegalReview",
        "legal_review",
        column("id", UUID, primary_key=True),
        reference("outcome", "Outcome", "outcome"),
        column("seen", Varchar, length=64),
        column("agreed", Boolean),
        column("reasons", Text),
        column("by", Varchar, length=80),
        column("by_name", Varchar, length=120),
        column("at", Timestamptz),
    ),
]
WIDENED = [table("Review", "review", column("correct_by", Date, null=True))]
EXTRAS = [
    UniqueIndex("legal_due", ("outcome",)),
    Index("legal_due", ("authority", "asked_at")),
    Index("legal_due", ("visit",)),
    AppendOnly("legal_due"),
    Index("legal_review", ("outcome",)),
    AppendOnly("legal_review"),
    Index("review", ("visit", "at")),
    Index("entry", ("visit", "received_at"), where="type IN ('attest', 'submit')"),
    Index("entry", ("visit",), where="verdict = 'flagged'"),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, MADE, WIDENED, EXTRAS)
