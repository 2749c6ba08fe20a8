from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.draw.tables import Draw, DrawTicket
from inspection.kernel.indexes import AppendOnly, Erasable, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.planning.tables import Task
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.tables import InspectionObject


class Visit(Table, tablename="visit"):
    """一次进门的检查: one object, one door, one or more tasks. Nothing tells of it before `unsealed_at`.

    `linked_to`: the smallest id of the visits that are one with it, its own included; None while it stands alone.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    object = refers_to(InspectionObject)
    state = Varchar(length=20, default=None)
    year = Integer(default=None)
    starts_on = Date(default=None)
    ends_on = Date(default=None)
    leader = refers_to(Inspector, null=True)
    rule_set = Varchar(length=120, default=None)
    rule_digest = Varchar(length=64, null=True, default=None)
    created_at = Timestamptz(default=None)
    unsealed_at = Timestamptz(null=True, default=None)
    executed_at = Timestamptz(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    approved_by = Varchar(length=80, null=True, default=None)
    remarks = Text(null=True, default=None)
    linked_to = UUID(null=True, default=None)


class VisitTask(Table, tablename="visit_task"):
    """A task that this visit serves, with the checklist pinned for it."""

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    task = refers_to(Task)
    item = refers_to(InspectionItem)
    checklist = refers_to(Checklist)
    draw = refers_to(Draw, null=True)
    ticket = refers_to(DrawTicket, null=True)


class TeamMember(Table, tablename="team_member"):
    """检查组: who goes, and since and until when."""

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    inspector = refers_to(Inspector)
    slot = Integer(default=None)
    how = Varchar(length=20, default=None)
    joined_at = Timestamptz(default=None)
    left_at = Timestamptz(null=True, default=None)
    left_reason = Varchar(length=40, null=True, default=None)


class Entry(Table, tablename="entry"):
    """记录条目: the exact bytes that a tablet signed. `hash` (base64url) is its identity; bytes never change."""

    hash = Varchar(length=43, primary_key=True, default=None)
    id = UUID(default=None)
    visit = UUID(null=True, default=None)
    device = UUID(default=None)
    carrier = UUID(default=None)
    epoch = BigInt(default=None)
    seq = BigInt(default=None)
    prev = Varchar(length=43, null=True, default=None)
    inspector = UUID(default=None)
    type = Varchar(length=60, default=None)
    kid = Varchar(length=80, default=None)
    alg = Varchar(length=12, default=None)
    header = Bytea(default=None)
    body = Bytea(null=True, default=None)
    signature = Bytea(default=None)
    vseq = BigInt(null=True, default=None)
    verdict = Varchar(length=12, default=None)
    reasons = Text(default=None)
    received_at = Timestamptz(default=None)


class VisitCounter(Table, tablename="visit_counter"):
    """The dense number of entries of each visit."""

    visit = UUID(primary_key=True, default=None)
    n = BigInt(default=None)


class Outcome(Table, tablename="outcome"):
    """检查结果 of one item of one visit; a corrected one is a new row that names what it replaces."""

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    task = refers_to(Task)
    item = refers_to(InspectionItem)
    codes = Text(default=None)
    findings = Text(default=None)
    follow_up = Text(default=None)
    override_reason = Text(null=True, default=None)
    state_digest = Varchar(length=64, default=None)
    inspected_on = Date(default=None)
    formed_at = Timestamptz(default=None)
    formed_by = Varchar(length=80, default=None)
    replaces = UUID(null=True, default=None)
    rectify_by = Date(null=True, default=None)
    problems = Text(null=True, default=None)
    handling = Text(null=True, default=None)


class Review(Table, tablename="review"):
    """A decision of the leader on what was seen: approved or returned. `through`: the last entry number it covers.

    `cut`: digest of the set of entries it covers; `fold`: the version of the fold they were seen in. `correct_by`: the
    last day on which what was sent back is corrected in time.
    """

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    decision = Varchar(length=20, default=None)
    seen = Varchar(length=64, default=None)
    remarks = Text(default=None)
    media_certified = Boolean(default=None)
    through = BigInt(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=120, default=None)
    at = Timestamptz(default=None)
    cut = Varchar(length=43, null=True, default=None)
    fold = Integer(null=True, default=None)
    correct_by = Date(null=True, default=None)


class ReviewRemark(Table, tablename="review_remark"):
    """What the leader wants corrected in one check point of a visit that he sends back."""

    id = UUID(primary_key=True, default=None)
    review = refers_to(Review)
    checklist = Varchar(length=100, default=None)
    item = Varchar(length=100, default=None)
    remark = Text(default=None)


class VisitLink(Table, tablename="visit_link"):
    """Two visits of one object that are one: since which signed decision, until which."""

    id = UUID(primary_key=True, default=None)
    a = refers_to(Visit)
    b = refers_to(Visit)
    entry = Varchar(length=43, default=None)
    linked_at = Timestamptz(default=None)
    unlinked = Varchar(length=43, null=True, default=None)
    unlinked_at = Timestamptz(null=True, default=None)


class EntryErasure(Table, tablename="entry_erasure"):
    """A body that was removed by law; header, hash and signature stay. `decision`: the entry that ordered it."""

    hash = Varchar(length=43, primary_key=True, default=None)
    decision = Varchar(length=43, default=None)
    ground = Text(default=None)
    at = Timestamptz(default=None)


class VisitCredential(Table, tablename="visit_credential"):
    """That an inspector was given credentials for a visit. `number`: the place in the status list, dense from 1."""

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    inspector = UUID(default=None)
    number = BigInt(default=None)
    first_at = Timestamptz(default=None)


INDEXES = [
    Index("visit", ("authority", "state")),
    Index("visit", ("object", "year")),
    Index("visit", ("authority", "executed_at", "object", "linked_to", "id"), where="executed_at IS NOT NULL"),
    Index("visit", ("authority", "ends_on")),
    Index("visit", ("authority", "approved_by", "approved_at"), where="approved_by IS NOT NULL"),
    Index("visit_task", ("visit", "task", "item")),
    UniqueIndex("visit_task", ("visit", "task")),
    Index("visit_task", ("task",)),
    UniqueIndex("team_member", ("visit", "inspector")),
    Index("team_member", ("inspector",)),
    Index("entry", ("visit", "vseq")),
    Index("entry", ("device", "epoch", "seq")),
    Index("entry", ("id",)),
    Index("entry", ("verdict", "received_at"), where="verdict = 'held'"),
    Index("entry", ("visit", "received_at"), where="type IN ('attest', 'submit')"),
    Index("entry", ("visit",), where="verdict = 'flagged'"),
    AppendOnly(
        "entry",
        (
            "hash",
            "id",
            "visit",
            "device",
            "carrier",
            "epoch",
            "seq",
            "prev",
            "inspector",
            "type",
            "kid",
            "alg",
            "header",
            "signature",
            "received_at",
        ),
        Erasable("body", "entry_erasure", "hash"),
    ),
    UniqueIndex("outcome", ("visit", "task", "item"), where="replaces IS NULL"),
    Index("outcome", ("task", "formed_at", "codes", "follow_up", "id"), where="replaces IS NULL"),
    Index("outcome", ("task", "replaces"), where="replaces IS NOT NULL"),
    AppendOnly("outcome"),
    AppendOnly("review"),
    Index("review", ("visit", "at")),
    Index("review_remark", ("review",)),
    AppendOnly("review_remark"),
    Index("visit_link", ("a",)),
    Index("visit_link", ("b",)),
    AppendOnly("entry_erasure"),
    UniqueIndex("visit_credential", ("visit", "inspector")),
    UniqueIndex("visit_credential", ("number",)),
    AppendOnly("visit_credential"),
]
