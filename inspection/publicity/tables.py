from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.visits.tables import Outcome, Visit


class Publication(Table, tablename="publication"):
    """公示 of one outcome: waiting for its clock, withheld, or out. The published bytes are in `published_document`."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    outcome = refers_to(Outcome)
    state = Varchar(length=20, default=None)
    clock = Varchar(length=30, default=None)
    started_on = Date(null=True, default=None)
    due_on = Date(null=True, default=None)
    due_provisional = Boolean(default=None)
    approved_by = Varchar(length=80, null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    withheld_reason = Text(null=True, default=None)
    withheld_ground = Varchar(length=20, null=True, default=None)
    withheld_until = Date(null=True, default=None)
    withheld_by = Varchar(length=80, null=True, default=None)
    number = Varchar(length=60, null=True, default=None, unique=True)
    published_at = Timestamptz(null=True, default=None)
    late = Boolean(default=None)
    object_name = Varchar(length=300, default=None)
    object_search = Varchar(length=400, default=None)
    object_code = Varchar(length=40, default=None)
    created_at = Timestamptz(default=None)


class PublishedDocument(Table, tablename="published_document"):
    """The exact public bytes of one version of a publication; a correction is a further version."""

    id = UUID(primary_key=True, default=None)
    publication = refers_to(Publication)
    outcome = refers_to(Outcome)
    version = Integer(default=None)
    document = Text(default=None)
    digest = Varchar(length=64, default=None)
    replaces = UUID(null=True, default=None)
    reason = Text(null=True, default=None)
    at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("publication", ("outcome",)),
    Index("publication", ("authority", "state", "due_on")),
    Index("publication", ("state", "published_at", "id")),
    Index("publication", ("object_code",)),
    Index("publication", ("visit",)),
    UniqueIndex("published_document", ("publication", "version")),
    AppendOnly("published_document"),
]
