from piccolo.columns import UUID, Boolean, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.visits.tables import Outcome, Visit


class LegalDue(Table, tablename="legal_due"):
    """That an outcome is not published before the legal office agreed to it, since when, and why."""

    id = UUID(primary_key=True, default=None)
    outcome = refers_to(Outcome)
    visit = refers_to(Visit)
    authority = refers_to(Authority)
    because = Text(default=None)
    asked_at = Timestamptz(default=None)


class LegalReview(Table, tablename="legal_review"):
    """法制审核意见 on one outcome. `seen`: the digest (hex) of the outcome as it was on the screen."""

    id = UUID(primary_key=True, default=None)
    outcome = refers_to(Outcome)
    seen = Varchar(length=64, default=None)
    agreed = Boolean(default=None)
    reasons = Text(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=120, default=None)
    at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("legal_due", ("outcome",)),
    Index("legal_due", ("authority", "asked_at")),
    Index("legal_due", ("visit",)),
    AppendOnly("legal_due"),
    Index("legal_review", ("outcome",)),
    AppendOnly("legal_review"),
]
