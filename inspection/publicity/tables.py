from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.kernel.search_index import SearchIndex
from inspection.planning.tables import Task
from inspection.publicity.penalties.tables import Penalty
from inspection.visits.tables import Outcome, Visit


class Publication(Table, tablename="publication"):
    """公示 of one outcome or of one penalty, never of both: waiting for its clock, withheld, out, or withdrawn. The
    published bytes are in `published_document`.

    A penalty may have no visit. `public_code`, `item_code`, `result_codes` (between commas, at both ends too): what the
    public register is filtered by, as the version in force says it; NULL where it does not. `task`: the result's,
    by which the statistics count.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit, null=True)
    outcome = refers_to(Outcome, null=True)
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
    penalty = refers_to(Penalty, null=True)
    secrecy_reviewed = Boolean(null=True, default=None)
    public_code = Varchar(length=40, null=True, default=None)
    item_code = Varchar(length=60, null=True, default=None)
    result_codes = Text(null=True, default=None)
    task = refers_to(Task, null=True)


class PublishedDocument(Table, tablename="published_document"):
    """The exact public bytes of one version of a publication; a correction is a further version, and so is a
    withdrawal (`kind`: see `DocumentKind`; NULL: a result).
    """

    id = UUID(primary_key=True, default=None)
    publication = refers_to(Publication)
    outcome = refers_to(Outcome, null=True)
    version = Integer(default=None)
    document = Text(default=None)
    digest = Varchar(length=64, default=None)
    replaces = UUID(null=True, default=None)
    reason = Text(null=True, default=None)
    at = Timestamptz(default=None)
    kind = Varchar(length=20, null=True, default=None)


class PublicationPart(Table, tablename="publication_part"):
    """A decision to publish in part: which public fields are left out or masked (JSON lists), and on what ground.

    The last of a publication stands (`turn`: dense from 1); one that names no field ends the others.
    """

    id = UUID(primary_key=True, default=None)
    publication = refers_to(Publication)
    turn = Integer(default=None)
    left_out = Text(default=None)
    masked = Text(default=None)
    ground = Varchar(length=20, default=None)
    reason = Text(default=None)
    by = Varchar(length=80, default=None)
    at = Timestamptz(default=None)


class PublicationPicture(Table, tablename="publication_picture"):
    """A picture that goes out with a publication: the public copy (SHA-256, hex) of a file of the record (`original`).

    `removed_at`: taken away again before it went out.
    """

    id = UUID(primary_key=True, default=None)
    publication = refers_to(Publication)
    digest = Varchar(length=64, default=None)
    original = Varchar(length=64, default=None)
    width = Integer(default=None)
    height = Integer(default=None)
    by = Varchar(length=80, default=None)
    at = Timestamptz(default=None)
    removed_at = Timestamptz(null=True, default=None)


class PublicationWithdrawal(Table, tablename="publication_withdrawal"):
    """撤回 of what is out: asked by one person, settled by another. `ground`: see `WithdrawalGround`; `state`: asked,
    done or refused. `due_on`: the last day for it, where the law sets one (a penalty that was annulled).
    """

    id = UUID(primary_key=True, default=None)
    publication = refers_to(Publication)
    ground = Varchar(length=20, default=None)
    reason = Text(default=None)
    objection = UUID(null=True, default=None)
    state = Varchar(length=10, default=None)
    asked_by = Varchar(length=80, default=None)
    asked_at = Timestamptz(default=None)
    due_on = Date(null=True, default=None)
    due_provisional = Boolean(default=None)
    settled_by = Varchar(length=80, null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    answer = Text(null=True, default=None)


INDEXES = [
    UniqueIndex("publication", ("outcome",)),
    Index("publication", ("authority", "state", "due_on")),
    Index("publication", ("state", "published_at", "id")),
    Index("publication", ("object_code",)),
    Index("publication", ("visit",)),
    UniqueIndex("published_document", ("publication", "version")),
    AppendOnly("published_document"),
    Index("published_document", ("at", "id"), where="kind = 'withdrawal'"),
    UniqueIndex("publication", ("penalty",)),
    Index("publication", ("state", "published_at", "id"), where="penalty IS NOT NULL", short="penalties"),
    Index("publication", ("public_code",)),
    Index("publication", ("item_code", "published_at", "id")),
    Index("publication", ("task", "state")),
    Index(
        "publication",
        ("authority", "state", "published_at", "late", "item_code", "result_codes", "public_code", "task"),
        short="told",
    ),
    Index("published_document", ("at",), where="version > 1"),
    SearchIndex("publication", "object_search"),
    UniqueIndex("publication_part", ("publication", "turn")),
    AppendOnly("publication_part"),
    UniqueIndex("publication_picture", ("publication", "digest"), where="removed_at IS NULL"),
    UniqueIndex("publication_withdrawal", ("publication",), where="state = 'asked'"),
    Index("publication_withdrawal", ("publication", "asked_at")),
    # What is not out, by its day: lists and clocks read a page of it in this order.
    Index("publication", ("authority", "due_on", "id"), where="state IN ('open', 'approved')", short="due_waiting"),
    Index("publication", ("authority", "due_on", "id"), where="state = 'withheld'", short="due_withheld"),
    Index(
        "publication",
        ("authority", "created_at", "visit", "id"),
        where="state IN ('open', 'approved', 'withheld') AND outcome IS NOT NULL",
        short="waiting_since",
    ),
    Index("publication", ("authority", "approved_at"), where="approved_at IS NOT NULL"),
    Index("publication", ("authority", "approved_by", "approved_at"), where="approved_by IS NOT NULL"),
    # What was not out by its day.
    Index("publication", ("authority", "due_on"), where="late", short="due_late"),
    Index("publication", ("authority", "due_on"), where="published_at IS NULL", short="due_unpublished"),
]
