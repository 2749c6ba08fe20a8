from piccolo.columns import UUID, Boolean, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.publicity.tables import Publication
from inspection.visits.tables import Outcome, Visit


class Objection(Table, tablename="objection"):
    """异议: against one published result, or against what was done on a visit (`publication` is None).

    `form`: the one-time name of the form it came with, so that a form sent twice is one objection. `state`: received,
    in_review, upheld (the result stays), corrected, withdrawn. `corrected_by`: the outcome that took the place of the
    one objected to. `told_how`: how the party learned of the decision.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    publication = refers_to(Publication, null=True)
    number = Varchar(length=60, default=None)
    form = Varchar(length=60, default=None)
    channel = Varchar(length=20, default=None)
    grounds = Text(default=None)
    name = Varchar(length=120, default=None)
    contact = Varchar(length=120, default=None)
    received_at = Timestamptz(default=None)
    due_on = Date(default=None)
    due_provisional = Boolean(default=None)
    state = Varchar(length=20, default=None)
    reviewer = Varchar(length=80, null=True, default=None)
    reviewer_name = Varchar(length=120, null=True, default=None)
    facts = Text(null=True, default=None)
    reasons = Text(null=True, default=None)
    corrected_by = refers_to(Outcome, null=True)
    decided_at = Timestamptz(null=True, default=None)
    told_at = Timestamptz(null=True, default=None)
    told_how = Varchar(length=20, null=True, default=None)


class ObjectionFile(Table, tablename="objection_file"):
    """What was handed in with it. `digest`: SHA-256 (hex); `name`: as the party called it."""

    id = UUID(primary_key=True, default=None)
    objection = refers_to(Objection)
    digest = Varchar(length=64, default=None)
    name = Varchar(length=200, default=None)


INDEXES = [
    UniqueIndex("objection", ("visit", "form")),
    UniqueIndex("objection", ("authority", "number")),
    Index("objection", ("authority", "state", "due_on")),
    Index("objection", ("publication",)),
    UniqueIndex("objection_file", ("objection", "digest")),
    AppendOnly("objection_file"),
]
